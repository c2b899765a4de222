/**
 * Two ends of a connection under weather, in virtual time, with something to say on every kind of channel, and a
 * checker that knows what each kind promises.
 */
import assert from 'node:assert/strict'
import {
  ChannelPair,
  type Channels,
  type ConnectionOptions,
  type Happening,
} from '../../src/channel/index.ts'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { parseWeather, Weather, type WeatherFigures } from '../../src/lab/index.ts'

const ORDERED = 0
const UNORDERED = 1
const LOOSE = 2
const SEQUENCED = 3

export const talkOptions: ConnectionOptions = {
  channels: [
    { name: 'ordered', kind: 'reliable-ordered', messageBytesMax: 60_000, receiveBytesMax: 200_000 },
    { name: 'unordered', kind: 'reliable-unordered', messageBytesMax: 60_000, receiveBytesMax: 200_000 },
    { name: 'loose', kind: 'unreliable', messageBytesMax: 60_000, receiveBytesMax: 100_000 },
    { name: 'sequenced', kind: 'unreliable-sequenced', messageBytesMax: 60_000, receiveBytesMax: 100_000 },
  ],
}

/** What one end may hold of what came, in bytes: each channel's bound, one message more, and the inbox. */
const HELD_MAX = 600_000 + 4 * 60_000
const REMEMBERED_MAX = 8192

/** A message that says which it is: its number, then filling that depends on it. */
function message(number: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(4, length)).fill(number)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

/** The number of a message, if it is whole and unharmed. */
function numberOf(bytes: Uint8Array): number {
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  for (let i = 4; i < bytes.length; i++) assert.equal(bytes[i], number & 0xff)
  return number
}

/** One direction of the talk: what was sent, and whether what arrived is what was promised. */
class Ledger {
  readonly sent = [0, 0, 0, 0]
  readonly #seen: Set<number>[] = [new Set(), new Set(), new Set(), new Set()]
  #newest = -1
  readonly #states = new Set<number>()
  readonly #fates = new Set<number>()

  arrived(channel: number, bytes: Uint8Array): void {
    const number = numberOf(bytes)
    const seen = this.#seen[channel]
    assert.ok(number < this.sent[channel], `channel ${channel}: message ${number} was never sent`)
    assert.ok(!seen.has(number), `channel ${channel}: message ${number} came twice`)
    if (channel === ORDERED) assert.equal(number, seen.size, 'ordered: out of order')
    if (channel === SEQUENCED) assert.ok(number > this.#newest, `sequenced: ${number} after ${this.#newest}`)
    if (channel === SEQUENCED) this.#newest = number
    seen.add(number)
  }

  stateArrived(bytes: Uint8Array): void {
    this.#states.add(numberOf(bytes))
  }

  fate(told: 'acked' | 'lost', id: number): void {
    assert.ok(!this.#fates.has(id), `the fate of state ${id} was told twice`)
    this.#fates.add(id)
    if (told === 'acked') assert.ok(this.#states.has(id), `state ${id} was acked but not delivered`)
  }

  /** Whether everything that must arrive has, and every fate is known. */
  isComplete(states: number): boolean {
    const [ordered, unordered] = this.sent
    const { size } = this.#fates
    return this.#seen[ORDERED].size === ordered && this.#seen[UNORDERED].size === unordered && size === states
  }

  get share(): number {
    return this.#seen[LOOSE].size / this.sent[LOOSE]
  }
}

class Speaker {
  readonly #end: Channels
  readonly #random: Random
  readonly ledger = new Ledger()
  #states = 0

  constructor(end: Channels, random: Random) {
    this.#end = end
    this.#random = random
  }

  speak(): void {
    for (const channel of [ORDERED, UNORDERED, LOOSE, SEQUENCED]) {
      const large = this.#random.chance(0.02) ? this.#random.integer(1025, 20_000) : 0
      const bytes = message(this.ledger.sent[channel], large + this.#random.integer(0, 100))
      if (this.#end.send(channel, bytes) === 'accepted') this.ledger.sent[channel]++
    }
    for (let i = this.#random.integer(0, 2); i >= 0; i--) {
      const isSameTurn = this.#random.chance(0.3)
      if (this.#end.sendState(message(this.#states, 200), { isSameTurn }) === this.#states) this.#states++
    }
  }

  get isDone(): boolean {
    return this.ledger.isComplete(this.#states)
  }
}

/**
 * Lets both ends talk for 10 s in this weather, then waits until all is said.
 *
 * @throws an AssertionError when a promise is broken or memory passes its bound
 */
export function talk(weather: string, seed: number): void {
  const random = new Random(seed)
  const figures = parseWeather(weather)
  const forth = new Weather(figures, random.fork())
  const back = new Weather(figures, random.fork())
  const pair = new ChannelPair({ options: talkOptions, forth: forth.path, back: back.path })
  const near = new Speaker(pair.near, random.fork())
  const far = new Speaker(pair.far, random.fork())
  pair.onHappening = (happening, at) =>
    note(happening, at === pair.near ? near : far, at === pair.near ? far : near)
  for (let now = 0; now < 10_000; now += 50) {
    near.speak()
    far.speak()
    pair.advance(instant(now))
    for (const end of [pair.near, pair.far]) {
      const { heldBytes, packetsRemembered } = end.stats(pair.now)
      assert.ok(heldBytes <= HELD_MAX, `${heldBytes} bytes held`)
      assert.ok(packetsRemembered <= REMEMBERED_MAX, `${packetsRemembered} packets remembered`)
    }
  }
  for (let now = 10_000; now < 300_000 && !(near.isDone && far.isDone); now += 100) pair.advance(instant(now))
  assert.ok(near.isDone && far.isDone, 'something reliable never arrived, or a fate was never told')
  if (figures.burst.share === 0)
    assert.ok(near.ledger.share > 0.4, `of the unreliable ${near.ledger.share} arrived`)
}

function note(happening: Happening, at: Speaker, from: Speaker): void {
  if (happening.do === 'message') from.ledger.arrived(happening.channel, happening.bytes)
  else if (happening.do === 'state') from.ledger.stateArrived(happening.bytes)
  else at.ledger.fate(happening.do, happening.id)
}

export interface Haul {
  /** Bytes of messages delivered, over those that the weather would have let through, headers and all. */
  readonly fraction: number
  /** How long small messages took beside it, in ms, sorted. */
  readonly delays: readonly number[]
  /** The longest queue before the bottleneck, in ms; and the mean, as packets met it. */
  readonly queueMsMax: number
  readonly queueMs: number
  readonly pair: ChannelPair
  readonly forth: Weather
}

export interface HaulOptions {
  readonly weather: string
  readonly seed: number
  readonly seconds: number
  /** Measuring begins after so many seconds. */
  readonly skipSeconds?: number
  /** Called every 50 ms. */
  readonly each?: (now: Instant, haul: { pair: ChannelPair; forth: Weather; got: number }) => void
}

/** One end sends as much as it may in large messages, and a small one every 50 ms, for so long. */
export function haul({ weather, seed, seconds, skipSeconds = 0, each }: HaulOptions): Haul {
  const random = new Random(seed)
  const figures = parseWeather(weather)
  const forth = new Weather(figures, random.fork())
  const back = new Weather(figures, random.fork())
  const options: ConnectionOptions = {
    channels: [
      {
        name: 'block',
        kind: 'reliable-ordered',
        ...{ queueMessagesMax: 4096, queueBytesMax: 32e6, receiveBytesMax: 16e6 },
      },
      { name: 'chat', kind: 'reliable-ordered', priority: 8 },
    ],
  }
  const pair = new ChannelPair({ options, forth: forth.path, back: back.path })
  const sentAt: number[] = []
  const delays: number[] = []
  const queue = { sum: 0, count: 0, max: 0 }
  let got = 0
  pair.onHappening = (happening, _at, now) => {
    if (happening.do !== 'message') return
    if (happening.channel === 1) delays.push(now - sentAt[delays.length])
    else if (now >= skipSeconds * 1000) got += happening.bytes.length
  }
  pair.onPacket = (_packet, from, now) => {
    if (from !== pair.near) return
    const ms = (forth.queuedBytes(now) / forth.figures.bytesPerSecond) * 1000
    queue.sum += ms
    queue.count++
    queue.max = Math.max(queue.max, ms)
  }
  const block = new Uint8Array(8000)
  for (let now = 0; now < seconds * 1000; now += 50) {
    while (pair.near.queued(0).bytes < 24e6 && pair.near.send(0, block) === 'accepted');
    if (pair.near.send(1, new Uint8Array(40)) === 'accepted') sentAt.push(now)
    pair.advance(instant(now + 50))
    each?.(pair.now, { pair, forth, got })
  }
  delays.sort((a, b) => a - b)
  const fraction = got / (allowed(figures) * (seconds - skipSeconds))
  return { fraction, delays, queueMsMax: queue.max, queueMs: queue.sum / queue.count, pair, forth }
}

/** What the weather lets through, in bytes per second. */
export function allowed({ bytesPerSecond, loss, burst, stall }: WeatherFigures): number {
  const moving = stall.lastsMs > 0 ? stall.everyMs / (stall.everyMs + stall.lastsMs) : 1
  return bytesPerSecond * (1 - loss) * (1 - burst.share) * moving
}
