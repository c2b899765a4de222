import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counters } from '../../core/index.ts'
import { BitReader, BitWriter } from '../../wire/index.ts'
import { type ChannelOptions, fillOptions, PACKET_BYTES_MAX } from '../options.ts'
import { FrameList } from '../packet/frame.ts'
import { SentPacket } from '../packet/sent-packets.ts'
import { type DropReason, dropReasons } from './receiver.ts'
import { UnreliableReceiver } from './unreliable-receiver.ts'
import { UnreliableSender } from './unreliable-sender.ts'

class Bench {
  readonly sender: UnreliableSender
  readonly receiver: UnreliableReceiver
  readonly dropped = new Counters<DropReason>(...dropReasons)
  readonly got: Uint8Array[] = []
  hasRoom = true
  readonly #frames: FrameList

  constructor(kind: 'unreliable' | 'unreliable-sequenced', options: Partial<ChannelOptions> = {}) {
    const { channels } = fillOptions({ channels: [{ name: 'it', kind, ...options }] })
    this.sender = new UnreliableSender(0, channels[0])
    this.receiver = new UnreliableReceiver(channels[0], {
      dropped: this.dropped,
      hasRoom: () => this.hasRoom,
      deliver: (bytes) => this.got.push(bytes),
    })
    this.#frames = new FrameList(channels)
  }

  /** Makes one packet for each piece of these messages. */
  packets(...messages: Uint8Array[]): Uint8Array[] {
    const packets: Uint8Array[] = []
    for (const message of messages) assert.equal(this.sender.send(message), 'accepted')
    while (this.sender.isWaiting) {
      const writer = new BitWriter(PACKET_BYTES_MAX)
      this.sender.write(writer, new SentPacket(), PACKET_BYTES_MAX)
      packets.push(writer.finish().slice())
    }
    return packets
  }

  arrive(...packets: Uint8Array[]): void {
    for (const packet of packets) {
      assert.ok(this.#frames.read(new BitReader().reset(packet), packet))
      for (let i = 0; i < this.#frames.length; i++)
        assert.ok(this.receiver.receive(this.#frames.at(i), packet))
    }
  }

  get firsts(): number[] {
    return this.got.map(([first]) => first)
  }
}

const small = (value: number): Uint8Array => Uint8Array.of(value)
const large = (value: number): Uint8Array => new Uint8Array(3000).fill(value)

test('[C14] messages are delivered as they come, and none is sent twice', () => {
  const bench = new Bench('unreliable')
  const [a, b, c] = bench.packets(small(1), small(2), small(3))
  assert.ok(!bench.sender.isWaiting)
  bench.arrive(c, a)
  assert.deepEqual(bench.firsts, [3, 1])
  assert.ok(b.length === 3)
})

test('[C15] sequenced, one that was sent before one already delivered is dropped', () => {
  const bench = new Bench('unreliable-sequenced')
  const [a, b, c, d] = bench.packets(small(1), small(2), small(3), small(4))
  bench.arrive(b, a, d, c)
  assert.deepEqual(bench.firsts, [2, 4])
  assert.equal(bench.dropped.get('overtaken'), 2)
})

test('[C15] sequenced numbers wrap: of 150,000 messages none is taken for an older one', () => {
  const bench = new Bench('unreliable-sequenced')
  for (let i = 0; i < 150_000; i++) {
    const [packet] = bench.packets(small(i))
    if (i % 3 === 0) continue
    bench.arrive(packet)
    assert.equal(bench.got.pop()![0], i & 0xff)
  }
})

test('[C16] large messages come whole, their fragments in any order and mixed with others', () => {
  for (const kind of ['unreliable', 'unreliable-sequenced'] as const) {
    const bench = new Bench(kind)
    const packets = bench.packets(large(1), large(2))
    assert.equal(packets.length, 6)
    const [a1, a2, a3, b1, b2, b3] = packets
    bench.arrive(a3, b1, a1, b3, a2, b2)
    assert.deepEqual(bench.got, [large(1), large(2)])
    assert.equal(bench.receiver.heldBytes, 0)
  }
})

test('[C15] sequenced, a large message that something newer overtook is given up with what had come of it', () => {
  const bench = new Bench('unreliable-sequenced')
  const [a1, a2, a3, b] = bench.packets(large(1), small(2))
  bench.arrive(a1, a2)
  assert.equal(bench.receiver.heldBytes, 2048)
  bench.arrive(b)
  assert.equal(bench.receiver.heldBytes, 0)
  bench.arrive(a3)
  assert.deepEqual([bench.firsts, bench.receiver.heldBytes], [[2], 0])
})

test('[C20] of messages that never become whole, 32 are held, and no more than receiveBytesMax', () => {
  const many = new Bench('unreliable', { queueMessagesMax: 10_000, queueBytesMax: 100_000_000 })
  for (let i = 0; i < 1000; i++) {
    many.arrive(many.packets(large(i))[0])
    assert.ok(many.receiver.heldBytes <= 32 * 1024)
  }
  assert.equal(many.dropped.get('incomplete'), 1000 - 32)
  const little = new Bench('unreliable', { messageBytesMax: 5000, receiveBytesMax: 5000 })
  for (let i = 0; i < 1000; i++) {
    little.arrive(...little.packets(large(i)).slice(1))
    assert.ok(little.receiver.heldBytes <= 5000)
  }
})

test('[C21] what finds no room in the inbox is dropped and counted', () => {
  const bench = new Bench('unreliable')
  bench.hasRoom = false
  bench.arrive(...bench.packets(small(1), large(2)))
  assert.equal(bench.dropped.get('inbox-full'), 2)
  assert.deepEqual([bench.got.length, bench.receiver.heldBytes], [0, 0])
})

test('[C17] the queue refuses what it cannot hold, and sending makes room', () => {
  const { sender } = new Bench('unreliable', { messageBytesMax: 10, queueMessagesMax: 2, queueBytesMax: 15 })
  assert.equal(sender.send(new Uint8Array(11)), 'too large')
  assert.equal(sender.send(new Uint8Array(10)), 'accepted')
  assert.equal(sender.send(new Uint8Array(6)), 'queue full')
  assert.equal(sender.send(new Uint8Array(5)), 'accepted')
  assert.equal(sender.send(new Uint8Array(0)), 'queue full')
  sender.write(new BitWriter(1200), new SentPacket(), 1200)
  assert.equal(sender.send(new Uint8Array(10)), 'accepted')
})

test('[C34] fragments that contradict each other are dropped', () => {
  const bench = new Bench('unreliable')
  const [first] = bench.packets(large(1))
  const other = first.slice()
  other[4] = 4 // four fragments instead of three
  bench.arrive(first, other, first)
  assert.equal(bench.dropped.get('contradiction'), 2)
  assert.equal(bench.receiver.heldBytes, 1024)
})
