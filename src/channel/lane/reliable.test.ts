import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesEqual, Counters, Random } from '../../core/index.ts'
import { BitReader, BitWriter } from '../../wire/index.ts'
import { type ChannelOptions, type FullChannelOptions, fillOptions, PACKET_BYTES_MAX } from '../options.ts'
import { FrameList } from '../packet/frame.ts'
import { SentPacket } from '../packet/sent-packets.ts'
import { type DropReason, dropReasons } from './receiver.ts'
import { ReliableReceiver } from './reliable-receiver.ts'
import { ReliableSender } from './reliable-sender.ts'

interface Parcel {
  readonly bytes: Uint8Array
  readonly carried: readonly number[]
}

/** A sender and a receiver of one channel, with each packet between them in the test's hand. */
class Bench {
  readonly options: FullChannelOptions
  readonly sender: ReliableSender
  readonly receiver: ReliableReceiver
  readonly dropped = new Counters<DropReason>(...dropReasons)
  readonly got: Uint8Array[] = []
  hasRoom = true
  readonly #frames: FrameList

  constructor(options: Partial<ChannelOptions> = {}) {
    const { channels } = fillOptions({
      channels: [{ name: 'it', kind: 'reliable-ordered', messageBytesMax: 1_000_000, ...options }],
    })
    this.options = channels[0]
    this.sender = new ReliableSender(0, channels[0])
    this.receiver = new ReliableReceiver(channels[0], {
      dropped: this.dropped,
      hasRoom: () => this.hasRoom,
      deliver: (bytes) => this.got.push(bytes),
    })
    this.#frames = new FrameList(channels)
  }

  /** Makes the next packet, of as many frames as fit `room`; undefined when the sender has nothing to send. */
  packet(room = PACKET_BYTES_MAX): Parcel | undefined {
    const writer = new BitWriter(room)
    const packet = new SentPacket()
    while (this.sender.write(writer, packet, room - writer.byteLength) > 0);
    return writer.byteLength > 0
      ? { bytes: writer.finish().slice(), carried: [...packet.carried] }
      : undefined
  }

  /** @returns whether the packet is to be acknowledged */
  arrive({ bytes }: Parcel): boolean {
    assert.ok(this.#frames.read(new BitReader().reset(bytes), bytes))
    let isTaken = true
    for (let i = 0; i < this.#frames.length; i++) {
      if (!this.receiver.receive(this.#frames.at(i), bytes)) isTaken = false
    }
    return isTaken
  }

  acknowledge({ carried }: Parcel): void {
    for (let i = 1; i < carried.length; i += 2) this.sender.acknowledged(carried[i])
  }

  lose({ carried }: Parcel): void {
    for (let i = 1; i < carried.length; i += 2) this.sender.lost(carried[i])
  }
}

function message(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.next())
}

for (const kind of ['reliable-ordered', 'reliable-unordered'] as const) {
  const rule = kind === 'reliable-ordered' ? '[C12]' : '[C13]'

  test(`${rule} ${kind}: every message once, whatever is lost, repeated and overtaken`, () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new Random(seed)
      const bench = new Bench({ kind, receiveBytesMax: 1_000_000 })
      const sent: Uint8Array[] = []
      const flying: Parcel[] = []
      while (bench.got.length < 60) {
        if (sent.length < 60) {
          const bytes = message(random, random.chance(0.2) ? random.integer(0, 9000) : random.integer(0, 50))
          if (bench.sender.send(bytes) === 'accepted') sent.push(bytes)
        }
        const packet = bench.packet(random.integer(1040, 1200))
        if (packet !== undefined) flying.push(packet)
        const one = flying.splice(random.integer(0, flying.length - 1), 1)[0]
        if (one === undefined) continue
        if (random.chance(0.1)) flying.push(one)
        if (random.chance(0.3)) bench.lose(one)
        else if (!bench.arrive(one) || random.chance(0.3)) bench.lose(one)
        else bench.acknowledge(one)
      }
      const left = [...sent]
      bench.got.forEach((bytes, i) => {
        const at = kind === 'reliable-ordered' ? 0 : left.findIndex((other) => bytesEqual(bytes, other))
        assert.ok(at >= 0 && bytesEqual(bytes, left[at]), `seed ${seed}, message ${i}`)
        left.splice(at, 1)
      })
      assert.equal(left.length, 0)
      assert.equal(bench.receiver.heldBytes, 0)
    }
  })
}

test('[C12] message numbers wrap: 150,000 messages arrive in order', () => {
  const bench = new Bench()
  for (let number = 0; number < 150_000; number++) {
    bench.sender.send(Uint8Array.of(number, number >> 8, number >> 16))
    const packet = bench.packet()!
    assert.ok(bench.arrive(packet))
    bench.acknowledge(packet)
    const [low, middle, high] = bench.got.pop()!
    assert.equal(low | (middle << 8) | (high << 16), number)
  }
})

test('[C13] unordered, a message does not wait for the one before it', () => {
  const bench = new Bench({ kind: 'reliable-unordered' })
  bench.sender.send(Uint8Array.of(1))
  bench.packet()
  bench.sender.send(Uint8Array.of(2))
  bench.arrive(bench.packet()!)
  assert.deepEqual(bench.got, [Uint8Array.of(2)])
})

test('[C16] only the lost piece of a large message is sent again', () => {
  const bench = new Bench()
  bench.sender.send(new Uint8Array(5000))
  const packets = [0, 1, 2, 3, 4].map(() => bench.packet()!)
  assert.equal(bench.packet(), undefined)
  for (const at of [0, 1, 3, 4]) {
    bench.arrive(packets[at])
    bench.acknowledge(packets[at])
  }
  assert.equal(bench.packet(), undefined)
  bench.lose(packets[2])
  const again = bench.packet()!
  assert.deepEqual(again.bytes, packets[2].bytes)
  assert.equal(bench.sender.resent, 1)
  bench.arrive(again)
  assert.equal(bench.got[0].length, 5000)
})

test('[C10] what came after it had been given up is not sent again', () => {
  const bench = new Bench()
  bench.sender.send(Uint8Array.of(1))
  const packet = bench.packet()!
  bench.lose(packet)
  assert.ok(bench.sender.isWaiting)
  bench.acknowledge(packet)
  assert.ok(!bench.sender.isWaiting)
  assert.equal(bench.packet(), undefined)
})

test('[C17] the queue refuses one message too many, one byte too many, and one too large; acknowledgements make room', () => {
  const bench = new Bench({ messageBytesMax: 100, queueMessagesMax: 3, queueBytesMax: 150 })
  const { sender } = bench
  assert.equal(sender.send(new Uint8Array(101)), 'too large')
  assert.equal(sender.send(new Uint8Array(100)), 'accepted')
  assert.equal(sender.send(new Uint8Array(51)), 'queue full')
  assert.equal(sender.send(new Uint8Array(50)), 'accepted')
  assert.equal(sender.send(new Uint8Array(0)), 'accepted')
  assert.equal(sender.send(new Uint8Array(0)), 'queue full')
  bench.acknowledge(bench.packet()!)
  assert.equal(sender.send(new Uint8Array(100)), 'accepted')
})

test('[C18] the sender stops 1,024 messages after the oldest unacknowledged one', () => {
  const bench = new Bench({ queueMessagesMax: 5000 })
  for (let i = 0; i < 2000; i++) bench.sender.send(Uint8Array.of(i))
  const packets: Parcel[] = []
  for (let packet = bench.packet(); packet !== undefined; packet = bench.packet()) packets.push(packet)
  assert.equal(packets.flatMap(({ carried }) => carried).length / 2, 1024)
  bench.arrive(packets[0])
  bench.acknowledge(packets[0])
  assert.equal(bench.packet()!.carried.length, packets[0].carried.length)
})

test('[C18] the sender stops receiveBytesMax after the oldest unacknowledged message, unless that is one message', () => {
  const bench = new Bench({ messageBytesMax: 3000, receiveBytesMax: 5000 })
  for (let i = 0; i < 3; i++) bench.sender.send(new Uint8Array(3000))
  const packets = [0, 1, 2].map(() => bench.packet()!)
  assert.equal(bench.packet(), undefined)
  for (const packet of packets) bench.acknowledge(packet)
  assert.ok(bench.packet() !== undefined)
})

test('[C19] a receiver whose memory is full of later messages still takes the one that is missing', () => {
  const bench = new Bench({ messageBytesMax: 2000, receiveBytesMax: 2000, queueBytesMax: 100_000 })
  const eager = new Bench({ messageBytesMax: 2000, receiveBytesMax: 100_000, queueBytesMax: 100_000 })
  for (let i = 0; i < 5; i++) eager.sender.send(new Uint8Array(1000).fill(i))
  const packets = [0, 1, 2, 3, 4].map(() => eager.packet()!)
  assert.deepEqual(
    [4, 3, 2, 1].map((at) => bench.arrive(packets[at])),
    [true, true, false, false],
  )
  assert.equal(bench.receiver.heldBytes, 2000)
  assert.equal(bench.dropped.get('no-room'), 2)
  assert.ok(bench.arrive(packets[0]))
  assert.ok(bench.arrive(packets[1]))
  assert.ok(bench.arrive(packets[2]))
  assert.deepEqual(
    bench.got.map(([first]) => first),
    [0, 1, 2, 3, 4],
  )
  assert.equal(bench.receiver.heldBytes, 0)
})

test('[C19] announcing a large message takes no memory until its bytes come', () => {
  const bench = new Bench()
  bench.sender.send(new Uint8Array(1_000_000))
  bench.arrive(bench.packet()!)
  assert.equal(bench.receiver.heldBytes, 1024)
})

test('[C21] a message that finds no room in the inbox is not acknowledged, and comes again', () => {
  const bench = new Bench()
  bench.hasRoom = false
  bench.sender.send(new Uint8Array(1500))
  const [first, second] = [bench.packet()!, bench.packet()!]
  assert.ok(bench.arrive(first))
  assert.ok(!bench.arrive(second))
  assert.equal(bench.dropped.get('inbox-full'), 1)
  bench.hasRoom = true
  assert.ok(bench.arrive(second))
  assert.equal(bench.got.length, 1)
})

test('[C34] frames an honest sender never sends are refused and leave nothing behind', () => {
  const bench = new Bench()
  const beyond = Uint8Array.of(0, 0, 4, 1, 7) // message 1,024 while 0 is missing
  assert.ok(!bench.arrive({ bytes: beyond, carried: [] }))
  assert.equal(bench.dropped.get('beyond-window'), 1)
  bench.sender.send(new Uint8Array(3000))
  bench.arrive(bench.packet()!)
  const other = Uint8Array.of(0x40, 0, 0, 1, 4, ...new Uint8Array(1024)) // fragment 1 of 4 instead of 3
  assert.ok(!bench.arrive({ bytes: other, carried: [] }))
  assert.ok(!bench.arrive({ bytes: Uint8Array.of(0, 0, 0, 1, 7), carried: [] }))
  assert.equal(bench.dropped.get('contradiction'), 2)
  assert.equal(bench.receiver.heldBytes, 1024)
})
