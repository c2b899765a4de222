import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { BitReader, BitWriter } from '../../wire/index.ts'
import { fillOptions, PACKET_BYTES_MAX, STATE_BYTES_MAX } from '../options.ts'
import {
  FrameList,
  fragmentBytes,
  stateBytes,
  wholeBytes,
  writeFragment,
  writeState,
  writeWhole,
} from './frame.ts'
import { HEADER_BYTES_MAX, Header, writeHeader } from './header.ts'

const { channels } = fillOptions({
  channels: [
    { name: 'ordered', kind: 'reliable-ordered', messageBytesMax: 5000 },
    { name: 'loose', kind: 'unreliable', messageBytesMax: 100 },
  ],
})

function read(bytes: Uint8Array): FrameList | undefined {
  const list = new FrameList(channels)
  return list.read(new BitReader().reset(bytes), bytes) ? list : undefined
}

test('[C6] frames are read as they were written, one after the other, to the last byte', () => {
  const writer = new BitWriter(PACKET_BYTES_MAX)
  const large = new Uint8Array(2500).fill(9)
  writeWhole(writer, 0, 65_537, Uint8Array.of(1, 2, 3))
  writeWhole(writer, 1, undefined, Uint8Array.of(4))
  writeState(writer, 7, Uint8Array.of(5, 6))
  writeFragment(writer, { channel: 0, id: 3, index: 2 }, large)
  const list = read(writer.finish())!
  assert.equal(list.length, 4)
  const shown = [0, 1, 2, 3].map((i) => {
    const { channel, isFragment, id, index, count, turnAge, length } = list.at(i)
    return { channel, isFragment, id, index, count, turnAge, length }
  })
  assert.deepEqual(shown, [
    { channel: 0, isFragment: false, id: 1, index: 0, count: 1, turnAge: 0, length: 3 },
    { channel: 1, isFragment: false, id: 0, index: 0, count: 1, turnAge: 0, length: 1 },
    { channel: 63, isFragment: false, id: 0, index: 0, count: 1, turnAge: 7, length: 2 },
    { channel: 0, isFragment: true, id: 3, index: 2, count: 3, turnAge: 0, length: 452 },
  ])
})

test('[C6] a packet is refused for an unknown channel, a length beyond its end, a message beyond its bound, a second state', () => {
  assert.ok(read(Uint8Array.of()))
  assert.ok(read(Uint8Array.of(0, 1, 0, 2, 8, 8)))
  assert.equal(read(Uint8Array.of(2, 1, 0, 2, 8, 8)), undefined)
  assert.equal(read(Uint8Array.of(0, 1, 0, 3, 8, 8)), undefined)
  assert.equal(read(Uint8Array.of(0, 1)), undefined)
  assert.equal(read(Uint8Array.of(0x80, 1, 0, 2, 8, 8)), undefined)
  assert.equal(read(Uint8Array.of(1, 101, ...new Uint8Array(101))), undefined)
  assert.ok(read(Uint8Array.of(1, 100, ...new Uint8Array(100))))
  assert.ok(read(Uint8Array.of(63, 0, 0)))
  assert.equal(read(Uint8Array.of(63, 0, 0, 63, 0, 0)), undefined)
  assert.equal(read(Uint8Array.of(63 | 0x40, 0, 0)), undefined)
})

test('[C6] a fragment is refused when it is the only one, beyond the last, empty, or of a message beyond its bound', () => {
  const fragment = (index: number, count: number, length: number): Uint8Array =>
    Uint8Array.of(
      0x40,
      1,
      0,
      index,
      count,
      ...(index === count - 1 ? [length] : []),
      ...new Uint8Array(length),
    )
  assert.ok(read(fragment(1, 2, 1)))
  assert.ok(read(fragment(0, 2, 1024)))
  assert.ok(read(fragment(0, 5, 1024)))
  assert.equal(read(fragment(0, 6, 1024)), undefined, '6 fragments are more than 5,000 bytes')
  assert.equal(read(fragment(0, 1, 100)), undefined)
  assert.equal(read(fragment(2, 2, 1)), undefined)
  assert.equal(read(fragment(1, 2, 0)), undefined)
  assert.equal(read(fragment(0, 2, 1023)), undefined)
  assert.equal(read(Uint8Array.of(0x40, 1, 0, 0, 0)), undefined)
})

test('[C6] any bytes at all are refused or read, never thrown at', () => {
  const random = new Random(1)
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from({ length: random.integer(0, 60) }, () => random.integer(0, 255))
    read(bytes)
    new Header().read(new BitReader().reset(bytes))
  }
})

test('[C1] the longest header and the largest piece of each kind fit one packet', () => {
  for (const size of [wholeBytes(1, 1024), fragmentBytes(4094, 4_194_304), stateBytes(STATE_BYTES_MAX)]) {
    assert.ok(HEADER_BYTES_MAX + size <= PACKET_BYTES_MAX, `${size}`)
  }
})

test('[C1] the sizes foretold are the sizes written', () => {
  for (const length of [0, 1, 127, 128, 1000, 1024]) {
    const writer = new BitWriter(PACKET_BYTES_MAX)
    writeWhole(writer, 0, 1, new Uint8Array(length))
    assert.equal(writer.byteLength, wholeBytes(1, length))
    writer.reset()
    writeState(writer, 0, new Uint8Array(length))
    assert.equal(writer.byteLength, stateBytes(length))
  }
  for (const [length, index] of [
    [1025, 0],
    [1025, 1],
    [300_000, 127],
    [300_000, 128],
    [300_000, 292],
    [2048, 1],
  ]) {
    const writer = new BitWriter(PACKET_BYTES_MAX)
    writeFragment(writer, { channel: 0, id: 1, index }, new Uint8Array(length))
    assert.equal(writer.byteLength, fragmentBytes(index, length), `${length} ${index}`)
  }
})

test('[C6] a header is refused when it is short, or states bits without an acknowledgement, or more than 256', () => {
  const isHeader = (...bytes: number[]): boolean =>
    new Header().read(new BitReader().reset(Uint8Array.from(bytes)))
  assert.ok(isHeader(0, 0, 0))
  assert.ok(!isHeader(0, 0))
  assert.ok(isHeader(1, 0, 0, 0, 0, 0))
  assert.ok(!isHeader(1, 0, 0, 0, 0))
  assert.ok(!isHeader(2, 0, 0, 0, 0, 0))
  assert.ok(!isHeader(4, 0, 0, 0))
  assert.ok(isHeader(1 | (32 << 2), 0, 0, 0, 0, 0, ...new Uint8Array(32)))
  assert.ok(!isHeader(1 | (33 << 2), 0, 0, 0, 0, 0, ...new Uint8Array(33)))
  const writer = new BitWriter(8)
  writeHeader(writer, 513, { hasAck: false, hasRefusals: false, ackBytes: 0 })
  assert.deepEqual([...writer.finish()], [0, 1, 2])
})
