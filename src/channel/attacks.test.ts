import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../core/index.ts'
import { BitWriter } from '../wire/index.ts'
import { Channels, type ConnectionOptions } from './index.ts'
import { writeFragment, writeState, writeWhole } from './packet/frame.ts'
import { writeHeader } from './packet/header.ts'

const options: ConnectionOptions = {
  channels: [
    { name: 'ordered', kind: 'reliable-ordered', messageBytesMax: 100_000, receiveBytesMax: 200_000 },
    { name: 'unordered', kind: 'reliable-unordered', messageBytesMax: 100_000, receiveBytesMax: 200_000 },
    { name: 'loose', kind: 'unreliable', messageBytesMax: 100_000, receiveBytesMax: 100_000 },
    { name: 'sequenced', kind: 'unreliable-sequenced', messageBytesMax: 100_000, receiveBytesMax: 100_000 },
  ],
  inboxMessagesMax: 1000,
  inboxBytesMax: 300_000,
}
/** The bound of every channel, plus one message for each reliable one, plus the inbox with one message too many. */
const HELD_MAX = 600_000 + 200_000 + 400_000

/** One end of a connection, and a peer that writes what it likes. */
class Target {
  readonly end = new Channels(options)
  readonly #writer = new BitWriter(1200)
  sequence = 0
  now = 0

  /** Sends a packet that the peer made by hand. */
  strike(write: (writer: BitWriter) => void): void {
    this.#writer.reset()
    writeHeader(this.#writer, this.sequence++ & 0xffff, { hasAck: false, hasRefusals: false, ackBytes: 0 })
    write(this.#writer)
    this.end.receive(this.#writer.finish(), instant(this.now))
  }

  /** Answers by acknowledging `newest` and the 256 before it. */
  acknowledge(newest: number): void {
    this.#writer.reset()
    writeHeader(this.#writer, this.sequence++ & 0xffff, { hasAck: true, hasRefusals: false, ackBytes: 32 })
    this.#writer.bits(newest & 0xffff, 16)
    this.#writer.bits(0, 8)
    this.#writer.bytes(new Uint8Array(32).fill(255))
    this.end.receive(this.#writer.finish(), instant(this.now))
  }

  /** Lets `ms` pass and returns how many bytes the end sends. */
  pass(ms: number): number {
    let bytes = 0
    for (const end = this.now + ms; this.now < end; this.now++) {
      for (let packet = this.end.poll(instant(this.now)); packet; packet = this.end.poll(instant(this.now))) {
        bytes += packet.length
      }
    }
    return bytes
  }

  get held(): number {
    return this.end.stats(instant(this.now)).heldBytes
  }
}

test('[C34] fragments that never complete: memory stays within its bound, on every channel', () => {
  const target = new Target()
  const random = new Random(1)
  const message = new Uint8Array(100_000)
  for (let i = 0; i < 30_000; i++) {
    const channel = random.integer(0, 3)
    const id = channel < 2 ? random.integer(0, 1023) : i
    target.strike((writer) => writeFragment(writer, { channel, id, index: random.integer(1, 97) }, message))
    assert.ok(target.held <= HELD_MAX, `${target.held}`)
  }
  assert.ok(target.held > 300_000)
  assert.equal(target.end.next(), undefined)
})

test('[C34] messages nobody takes: the inbox stays within its bound, and what did not fit is not acknowledged', () => {
  const target = new Target()
  for (let i = 0; i < 20_000; i++) {
    target.strike((writer) => {
      writeWhole(writer, 0, i, new Uint8Array(500))
      writeWhole(writer, 2, undefined, new Uint8Array(200))
      writeState(writer, 0, new Uint8Array(200))
    })
    assert.ok(target.held <= HELD_MAX, `${target.held}`)
  }
  assert.ok(target.end.dropped.get('inbox-full') > 10_000)
  let taken = 0
  while (target.end.next() !== undefined) taken++
  assert.ok(taken <= 1001)
})

test('[C34] numbers that leap: whatever the peer counts, nothing breaks and nothing grows', () => {
  const target = new Target()
  const random = new Random(2)
  for (let i = 0; i < 20_000; i++) {
    target.sequence = random.integer(0, 0xffff)
    target.strike((writer) => {
      for (const channel of [0, 1, 3])
        writeWhole(writer, channel, random.integer(0, 0xffff), new Uint8Array(50))
      writeState(writer, random.integer(0, 255), new Uint8Array(50))
    })
    target.pass(1)
    assert.ok(target.held <= HELD_MAX)
    if (i % 10 === 0) while (target.end.next() !== undefined);
  }
})

test('[C7] acknowledging everything again and again tells nothing twice and sends no faster than allowed', () => {
  const target = new Target()
  let bytes = 0
  let fates = 0
  for (let i = 0; i < 5000; i++) {
    while (target.end.send(0, new Uint8Array(1000)) === 'accepted');
    target.end.sendState(new Uint8Array(100))
    bytes += target.pass(2)
    target.acknowledge(target.end.stats(instant(target.now)).packetsOut - 1)
    target.acknowledge(target.end.stats(instant(target.now)).packetsOut + 30)
    for (let told = target.end.next(); told !== undefined; told = target.end.next()) fates++
  }
  assert.ok(bytes < 2_500_000 * 10 * 1.01, `${bytes}`)
  assert.ok(fates <= 5000)
  assert.ok(target.end.stats(instant(target.now)).packetsRemembered < 400)
  assert.equal(target.end.dropped.get('never-sent'), 5000)
})

test('[C11] [C17] a peer that acknowledges nothing is sent little, and costs no more than the queues', () => {
  const target = new Target()
  let accepted = 0
  let bytes = 0
  for (let i = 0; i < 600; i++) {
    for (const channel of [0, 1])
      if (target.end.send(channel, new Uint8Array(5000)) === 'accepted') accepted++
    target.end.sendState(new Uint8Array(500))
    bytes += target.pass(100)
    while (target.end.next() !== undefined);
  }
  assert.ok(accepted <= 2 * Math.floor(1_048_576 / 5000))
  assert.ok(bytes < 60 * 4000, `${bytes} bytes in a minute`)
  assert.ok(target.end.stats(instant(target.now)).packetsRemembered < 100)
})

test('[C2] [C24] numbers wrap under load: of 150,000 packets every state is told acked', () => {
  const near = new Channels(options)
  const far = new Channels(options)
  const drain = (from: Channels, to: Channels, now: number): void => {
    for (let packet = from.poll(instant(now)); packet; packet = from.poll(instant(now)))
      to.receive(packet, instant(now))
  }
  let acked = 0
  let states = 0
  for (let now = 0; now < 150_000; now++) {
    near.sendState(Uint8Array.of(now))
    drain(near, far, now)
    if (now % 3 === 0) far.send(0, Uint8Array.of(now))
    drain(far, near, now)
    while (far.next()?.do === 'state') states++
    for (let told = near.next(); told !== undefined; told = near.next()) if (told.do === 'acked') acked++
  }
  assert.equal(states, 150_000)
  assert.ok(acked > 149_990, `${acked}`)
  assert.equal(near.stats(instant(150_000)).packetsOut, 150_000)
})
