import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counting, SeededCipher } from '../fixture.suite.ts'
import { ByteSlab, SLAB_BYTES } from '../server/byte-slab.ts'
import { isBodySize, kindSet, PacketSeal } from './packet.ts'
import { kinds, protocolBytes } from './protocol.ts'

const cipher = new SeededCipher(1)
const key = cipher.randomBytes(32)
const seal = new PacketSeal(cipher, protocolBytes(7n))
const all = kindSet(0, 1, 2, 3, 4, 5, 6)

test('[S7] a packet says its kind and sequence number in the fewest bytes, low byte first', () => {
  const cases: [high: number, low: number, bytes: number[]][] = [
    [0, 0, [0]],
    [0, 0xff, [0xff]],
    [0, 0x100, [0, 1]],
    [0, 1000, [0xe8, 3]],
    [0, 0x10000, [0, 0, 1]],
    [0, 0x1000000, [0, 0, 0, 1]],
    [0, 0xffffffff, [255, 255, 255, 255]],
    [1, 0, [0, 0, 0, 0, 1]],
    [0x100, 0, [0, 0, 0, 0, 0, 1]],
    [0x10000, 0, [0, 0, 0, 0, 0, 0, 1]],
    [0x80000000, 5, [5, 0, 0, 0, 0, 0, 0, 0x80]],
    [0xffffffff, 0xffffffff, [255, 255, 255, 255, 255, 255, 255, 255]],
  ]
  for (const [high, low, bytes] of cases) {
    const packet = seal.seal(kinds.payload, { high, low }, counting(3), key)
    assert.deepEqual([...packet.subarray(0, 1 + bytes.length)], [(bytes.length << 4) | 5, ...bytes])
    assert.equal(packet.length, 1 + bytes.length + 3 + 16)
    assert.equal(seal.readHeader(packet, all), undefined)
    assert.deepEqual([seal.kind, seal.high, seal.low], [5, high, low])
    assert.deepEqual(seal.open(packet, key), counting(3))
  }
})

test('[S7] a sequence number may be read with needless zeros: it is the same number', () => {
  const packet = Uint8Array.of(0x84, 9, 0, 0, 0, 0, 0, 0, 0, ...new Uint8Array(24))
  assert.equal(seal.readHeader(packet, all), undefined)
  assert.deepEqual([seal.high, seal.low], [0, 9])
})

test('[S8] each kind has its size and no other', () => {
  const sizes: Record<keyof typeof kinds, number[]> = {
    request: [],
    denied: [0],
    challenge: [308],
    response: [308],
    keepAlive: [8],
    payload: [1, 2, 1199, 1200],
    disconnect: [0],
    move: [256],
    way: [8],
  }
  const tried = [0, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 257, 307, 308, 309, 1199, 1200, 1201, 1282]
  for (const [name, good] of Object.entries(sizes)) {
    const kind = kinds[name as keyof typeof kinds]
    for (const length of tried) {
      const fits = kind === kinds.payload ? length >= 1 && length <= 1200 : good.includes(length)
      assert.equal(isBodySize(kind, length), fits, `${name} ${length}`)
    }
  }
  assert.equal(isBodySize(9, 0), false)
})

test('[S9] what no sealed packet can be is refused before any cryptography, each for its own reason', () => {
  const fault = (prefix: number, length: number, allowed = all): string | undefined => {
    const packet = new Uint8Array(length)
    if (length > 0) packet[0] = prefix
    return seal.readHeader(packet, allowed)
  }
  const before = cipher.opened
  assert.equal(fault(0x15, 0), 'too short')
  assert.equal(fault(0x15, 17), 'too short')
  assert.equal(fault(0x15, 18), undefined)
  assert.equal(fault(0x25, 18), 'too short')
  assert.equal(fault(0x25, 19), undefined)
  assert.equal(fault(0x85, 24), 'too short')
  assert.equal(fault(0x85, 25), undefined)
  assert.equal(fault(0x15, 1300), undefined)
  assert.equal(fault(0x15, 1301), 'too long')
  for (let kind = 9; kind < 16; kind++) assert.equal(fault(0x10 | kind, 40), 'unknown kind')
  assert.equal(fault(0x05, 40), 'sequence length')
  for (let bytes = 9; bytes < 16; bytes++) assert.equal(fault((bytes << 4) | 5, 40), 'sequence length')
  assert.equal(fault(0x12, 40, kindSet(kinds.response)), 'wrong kind')
  assert.equal(cipher.opened, before)
})

test('[S10] a packet opens only with its key, kind, number, protocol and every byte of its body', () => {
  const packet = seal.seal(kinds.keepAlive, { high: 3, low: 4 }, counting(8), key)
  const opens = (bytes: Uint8Array, by = seal, under = key): boolean =>
    by.readHeader(bytes, all) === undefined && by.open(bytes, under) !== undefined
  assert.ok(opens(packet))
  for (let bit = 0; bit < packet.length * 8; bit++) {
    const bent = packet.slice()
    bent[bit >> 3] ^= 1 << (bit & 7)
    assert.ok(!opens(bent), `bit ${bit}`)
  }
  assert.ok(!opens(packet, new PacketSeal(cipher, protocolBytes(8n))))
  assert.ok(!opens(packet, seal, cipher.randomBytes(32)))
})

test('[S10] what was sealed or opened is never written over by what comes after', () => {
  const packets = Array.from({ length: 200 }, (_, i) =>
    seal.seal(5, { high: 0, low: i }, counting(500, i), key),
  )
  const bodies = packets.map((packet) => {
    seal.readHeader(packet, all)
    return seal.open(packet, key)
  })
  for (let i = 0; i < bodies.length; i++) assert.deepEqual(bodies[i], counting(500, i))
})

test('[S10] a slab hands out each byte once, and begins a new slab rather than overrun', () => {
  const slab = new ByteSlab()
  const first = slab.take(SLAB_BYTES - 1)
  const second = slab.take(2)
  assert.notEqual(first.buffer, second.buffer)
  slab.giveBack(second)
  assert.equal(slab.take(3).byteOffset, 0)
  assert.equal(slab.take(0).length, 0)
})
