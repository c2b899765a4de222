/**
 * Channels under a hostile network. The first byte of an input says which:
 *
 *     even   the rest is packets, each after 11 bits of length and 5 of waiting (units of 4 ms): to one end, as they
 *            are
 *     odd    the rest is a script for two ends and the network between them: send, deliver, lose, repeat, reorder,
 *            wait; from 3 on (3, 7, ...) the network also bends packets
 *
 * Never a throw, never more memory than the bounds, never a packet of more than 1,200 bytes. While no packet is bent
 * each kind of channel keeps its promise, and when the network is good again everything reliable arrives.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { Channels, type ConnectionOptions, PACKET_BYTES_MAX } from '../src/channel/index.ts'
import { instant } from '../src/core/index.ts'

const corpus = new URL('./corpus/channel/', import.meta.url)

export const seeds: Uint8Array[] = readdirSync(corpus)
  .filter((file) => file.endsWith('.hex'))
  .map((file) =>
    Uint8Array.from(Buffer.from(readFileSync(new URL(file, corpus), 'utf8').replace(/\s/g, ''), 'hex')),
  )

const bounds = { messageBytesMax: 5000, receiveBytesMax: 10_000, queueBytesMax: 20_000, queueMessagesMax: 40 }
const options: ConnectionOptions = {
  channels: [
    { name: 'ordered', kind: 'reliable-ordered', ...bounds },
    { name: 'unordered', kind: 'reliable-unordered', ...bounds },
    { name: 'loose', kind: 'unreliable', ...bounds },
    { name: 'sequenced', kind: 'unreliable-sequenced', ...bounds },
  ],
  inboxBytesMax: 20_000,
  inboxMessagesMax: 50,
}
/**
 * The bound of every channel, plus one message for each reliable one, plus the inbox, plus what ordered channels
 * release at once.
 */
const HELD_MAX = 4 * 10_000 + 2 * 5000 + 20_000 + 10_000

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  if (input[0] % 2 === 0) {
    receiveAnything(input.subarray(1))
    return
  }
  const script = new Script((input[0] & 2) !== 0)
  for (const byte of input.subarray(1, 1500)) script.step(byte)
  script.settle()
}

function receiveAnything(input: Uint8Array): void {
  const end = new Channels(options)
  let now = 0
  for (let at = 0; at + 2 <= input.length; ) {
    const length = Math.min(input[at] | ((input[at + 1] & 7) << 8), input.length - at - 2)
    now += (input[at + 1] >> 3) * 4
    end.receive(input.subarray(at + 2, at + 2 + length), instant(now))
    at += 2 + length
    for (let packet = end.poll(instant(now)); packet; packet = end.poll(instant(now))) check(packet)
    checkMemory(end, now)
    if (at % 3 === 0) while (end.next() !== undefined);
  }
}

function check(packet: Uint8Array): void {
  assert.ok(packet.length <= PACKET_BYTES_MAX, `a packet of ${packet.length} bytes`)
}

function checkMemory(end: Channels, now: number): void {
  const { heldBytes, packetsRemembered, inFlightBytes } = end.stats(instant(now))
  assert.ok(heldBytes <= HELD_MAX, `${heldBytes} bytes held`)
  assert.ok(packetsRemembered <= 8192 && inFlightBytes >= 0)
}

const sizes = [4, 4, 20, 20, 300, 1024, 1025, 3000]

/** One end, what it sent, and what arrived from it at the other. */
class Side {
  readonly end = new Channels(options)
  readonly sent = [0, 0, 0, 0]
  readonly arrived: Set<number>[] = [new Set(), new Set(), new Set(), new Set()]
  newest = -1
  states = 0
  readonly statesArrived = new Set<number>()
  readonly fates = new Set<number>()
  wire: Uint8Array[] = []

  get isComplete(): boolean {
    return (
      [0, 1].every((channel) => this.arrived[channel].size === this.sent[channel]) &&
      this.fates.size === this.states
    )
  }
}

class Script {
  readonly #sides = [new Side(), new Side()] as const
  readonly #bends: boolean
  #now = 0

  constructor(bends: boolean) {
    this.#bends = bends
  }

  /** Bit 0 says who; bits 1-3 what; the rest how much. */
  step(byte: number): void {
    const from = this.#sides[byte & 1]
    const to = this.#sides[(byte & 1) ^ 1]
    const much = byte >> 4
    const packet = from.wire[much % Math.max(1, from.wire.length)]
    switch ((byte >> 1) & 7) {
      case 0:
      case 1:
        this.#send(from, much & 3, sizes[(byte >> 1) & 1 ? (much >> 2) + 4 : much >> 2])
        break
      case 2:
        if (from.end.sendState(numbered(from.states, 60), { isSameTurn: much > 11 }) === from.states)
          from.states++
        break
      case 3:
        if (packet) this.#deliver(to, packet)
        break
      case 4:
        if (packet) from.wire.splice(from.wire.indexOf(packet), 1)
        break
      case 5:
        this.#now += much * 4
        break
      case 6:
        if (this.#bends && packet) packet[(much * 31) % packet.length] ^= 1 << (much & 7)
        for (const other of from.wire.splice(0)) this.#deliver(to, other)
        break
      default:
        this.#flush(from, much * 20)
    }
    this.#flush(from, 0)
    this.#note(from, to)
    this.#note(to, from)
    for (const { end } of this.#sides) checkMemory(end, this.#now)
    if (from.wire.length > 200) from.wire.splice(0, 100)
  }

  /** Makes the network good again. */
  settle(): void {
    const [near, far] = this.#sides
    for (let round = 0; round < (this.#bends ? 100 : 3000); round++) {
      for (const [from, to] of [this.#sides, [far, near] as const]) {
        for (const packet of from.wire.splice(0)) this.#deliver(to, packet)
        this.#note(to, from)
        this.#note(from, to)
      }
      this.#now += 10
      for (const side of this.#sides) this.#flush(side, 0)
      if (!this.#bends && near.isComplete && far.isComplete) return
    }
    if (!this.#bends) assert.fail('something reliable never arrived, or a fate was never told')
  }

  #send(from: Side, channel: number, length: number): void {
    if (from.end.send(channel, numbered(from.sent[channel], length)) === 'accepted') from.sent[channel]++
  }

  #deliver(to: Side, packet: Uint8Array): void {
    to.end.receive(packet, instant(this.#now))
  }

  #flush(side: Side, wait: number): void {
    this.#now += wait
    for (let packet = side.end.poll(instant(this.#now)); packet; packet = side.end.poll(instant(this.#now))) {
      check(packet)
      side.wire.push(packet.slice())
    }
  }

  /** Checks what happened at one side against what the other sent. */
  #note(at: Side, from: Side): void {
    for (let told = at.end.next(); told !== undefined; told = at.end.next()) {
      if (this.#bends) continue
      if (told.do === 'message') noteMessage(from, told.channel, numberOf(told.bytes))
      else if (told.do === 'state') from.statesArrived.add(numberOf(told.bytes))
      else {
        assert.ok(!at.fates.has(told.id), 'a fate told twice')
        at.fates.add(told.id)
        if (told.do === 'acked') assert.ok(at.statesArrived.has(told.id), 'acked but not delivered')
      }
    }
  }
}

function noteMessage(from: Side, channel: number, number: number): void {
  const arrived = from.arrived[channel]
  assert.ok(
    number < from.sent[channel] && !arrived.has(number),
    `message ${number} on ${channel} twice or never sent`,
  )
  if (channel === 0) assert.equal(number, arrived.size, 'out of order')
  if (channel === 3) {
    assert.ok(number > from.newest, 'older than one delivered')
    from.newest = number
  }
  arrived.add(number)
}

function numbered(number: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(number)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

function numberOf(bytes: Uint8Array): number {
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  for (let i = 4; i < bytes.length; i++) assert.equal(bytes[i], number & 0xff, 'a message changed on the way')
  return number
}
