/**
 * Small messages on a lossy path beside KCP, in virtual time: both meet the same weather from the same seeds.
 *
 * What stands here for KCP does what its reference program decides, in its quickest setting (`nodelay 1, interval 10,
 * resend 2, nc 1`), and flushed after every send and every packet that comes, as its makers advise where delay matters:
 *
 *     sends a segment at once, again after its own timeout (smoothed + the larger of 10 ms and four deviations, at
 *     least 30 ms, half as long again each time), and again when two acknowledgements have passed it over
 *     answers each segment by an acknowledgement of 24 bytes, at once, which also says up to where all has come
 *     looks at its timeouts when flushed, and every 10 ms
 *
 * Its windows are wider than what is under way here, and its congestion control is switched off: neither stands here.
 */
import { ChannelPair, type ConnectionOptions } from '../src/channel/index.ts'
import { instant, Random } from '../src/core/index.ts'
import { parseWeather, Weather } from '../src/lab/index.ts'
import type { Row } from './row.ts'

/** A load: messages of so many bytes, one every so many ms. */
interface Load {
  readonly name: string
  readonly bytes: number
  readonly everyMs: number
}

const loads: readonly Load[] = [
  { name: '100 B, 20 a second', bytes: 100, everyMs: 50 },
  { name: '64 kB/s', bytes: 1000, everyMs: 1000 / 64 },
]

/** How long messages took, in ms, and what all packets of both ends had in bytes, headers counted. */
interface Taken {
  readonly delays: number[]
  bytes: number
}

/** Measures both in 50 ms round trips that lose a tenth and a fifth of all packets each way. */
export function besideKcp(quick: boolean): Row[] {
  const rows: Row[] = []
  const [seeds, seconds] = quick ? [2, 30] : [10, 60]
  for (const load of loads) {
    for (const loss of ['10%', '20%']) {
      const weather = `25ms loss=${loss}`
      const [ours, kcp]: Taken[] = [0, 1].map(() => ({ delays: [], bytes: 0 }))
      for (let seed = 1; seed <= seeds; seed++) {
        overChannels(load, { weather, seed, seconds }, ours)
        overKcp(load, { weather, seed, seconds }, kcp)
      }
      const row = (metric: string, value: number, unit: string): number =>
        rows.push({ bench: 'channel', case: `${load.name}, ${weather}, beside KCP`, metric, value, unit })
      for (const [name, share] of [
        ['median', 0.5],
        ['95 of 100', 0.95],
        ['99 of 100', 0.99],
      ] as const) {
        const [mine, theirs] = [at(ours, share), at(kcp, share)]
        row(`message, ${name}`, mine, 'ms')
        row(`message, ${name}, KCP`, theirs, 'ms')
        row(`message, ${name}, channel over KCP`, mine / theirs, 'ratio')
      }
      const total = seeds * seconds
      row('bytes of all packets, both ways', ours.bytes / total, 'bytes per second')
      row('bytes of all packets, both ways, KCP', kcp.bytes / total, 'bytes per second')
      row('bytes of all packets, both ways, channel over KCP', ours.bytes / kcp.bytes, 'ratio')
    }
  }
  return rows
}

function at({ delays }: Taken, share: number): number {
  delays.sort((a, b) => a - b)
  return delays[Math.floor(delays.length * share)]
}

interface Play {
  readonly weather: string
  readonly seed: number
  readonly seconds: number
}

function paths({ weather, seed }: Play): [Weather, Weather] {
  const random = new Random(seed)
  const figures = parseWeather(weather)
  return [new Weather(figures, random.fork()), new Weather(figures, random.fork())]
}

const HEADER_BYTES = 28

function overChannels({ bytes, everyMs }: Load, play: Play, taken: Taken): void {
  const [forth, back] = paths(play)
  const options: ConnectionOptions = { channels: [{ name: 'it', kind: 'reliable-ordered' }] }
  const pair = new ChannelPair({ options, forth: forth.path, back: back.path })
  let got = 0
  pair.onHappening = (happening, _at, now) => {
    if (happening.do === 'message') taken.delays.push(now - got++ * everyMs)
  }
  pair.onPacket = (packet) => {
    taken.bytes += packet.length + HEADER_BYTES
  }
  const message = new Uint8Array(bytes)
  const count = Math.floor((play.seconds * 1000) / everyMs)
  for (let sent = 0; sent < count; sent++) {
    pair.advance(instant(sent * everyMs))
    pair.near.send(0, message)
  }
  pair.advance(instant(count * everyMs + 5000))
}

const OVERHEAD = 24
const MTU = 1200
const INTERVAL_MS = 10
const RTO_MS_MIN = 30
const FAST_RESEND = 2
const FAST_RESENDS_MAX = 5

interface Segment {
  readonly number: number
  readonly bytes: number
  sentAt: number
  resendAt: number
  timeout: number
  passedOver: number
  sent: number
}

/** What a packet says: an acknowledgement or a segment, each with the sender's word on up to where all has come. */
interface Said {
  readonly isAck: boolean
  readonly number: number
  readonly sentAt: number
  readonly allBefore: number
  readonly bytes: number
}

/** One end of KCP as the head of this file describes it. Time is in whole ms, as its own is. */
class KcpEnd {
  readonly delivered: (number: number) => void
  /** Sends a packet of so many bytes. */
  readonly output: (said: readonly Said[], bytes: number) => void
  readonly #underWay = new Map<number, Segment>()
  readonly #came = new Set<number>()
  readonly #owed: { number: number; sentAt: number }[] = []
  #next = 0
  #awaited = 0
  #smoothed = 0
  #deviation = 0
  #timeout = 200
  #lookAt = 0

  constructor(
    output: (said: readonly Said[], bytes: number) => void,
    delivered: (number: number) => void = () => {},
  ) {
    this.output = output
    this.delivered = delivered
  }

  send(bytes: number, now: number): void {
    const number = this.#next++
    const none = { sentAt: 0, resendAt: 0, timeout: 0, passedOver: 0, sent: 0 }
    this.#underWay.set(number, { number, bytes, ...none })
    this.flush(now)
  }

  receive(said: readonly Said[], now: number): void {
    let newest: Said | undefined
    for (const it of said) {
      for (const number of this.#underWay.keys()) {
        if (number >= it.allBefore) break
        this.#underWay.delete(number)
      }
      if (it.isAck) {
        this.#measure(now - it.sentAt)
        this.#underWay.delete(it.number)
        if (newest === undefined || (it.number > newest.number && it.sentAt > newest.sentAt)) newest = it
        continue
      }
      this.#owed.push(it)
      if (it.number >= this.#awaited) this.#came.add(it.number)
      while (this.#came.delete(this.#awaited)) this.delivered(this.#awaited++)
    }
    if (newest !== undefined) {
      for (const segment of this.#underWay.values()) {
        if (segment.number < newest.number && newest.sentAt >= segment.sentAt) segment.passedOver++
      }
    }
    this.flush(now)
  }

  /** Lets time pass: every 10 ms it looks at its timeouts. */
  update(now: number): void {
    if (now < this.#lookAt) return
    this.#lookAt += INTERVAL_MS
    this.flush(now)
  }

  flush(now: number): void {
    let packet: Said[] = []
    let length = 0
    const add = (said: Said): void => {
      if (length + OVERHEAD + said.bytes > MTU) {
        this.output(packet, length)
        packet = []
        length = 0
      }
      packet.push(said)
      length += OVERHEAD + said.bytes
    }
    for (const { number, sentAt } of this.#owed.splice(0)) {
      add({ isAck: true, number, sentAt, allBefore: this.#awaited, bytes: 0 })
    }
    for (const segment of this.#underWay.values()) {
      if (!this.#isDue(segment, now)) continue
      segment.sentAt = now
      segment.sent++
      const { number, bytes } = segment
      add({ isAck: false, number, sentAt: now, allBefore: this.#awaited, bytes })
    }
    if (length > 0) this.output(packet, length)
  }

  #isDue(segment: Segment, now: number): boolean {
    if (segment.sent === 0) segment.timeout = this.#timeout
    else if (now >= segment.resendAt) segment.timeout += Math.floor(segment.timeout / 2)
    else if (segment.passedOver >= FAST_RESEND && segment.sent <= FAST_RESENDS_MAX) segment.passedOver = 0
    else return false
    segment.resendAt = now + segment.timeout
    return true
  }

  #measure(tripMs: number): void {
    if (this.#smoothed === 0) {
      this.#smoothed = tripMs
      this.#deviation = Math.floor(tripMs / 2)
    } else {
      this.#deviation = Math.floor((3 * this.#deviation + Math.abs(tripMs - this.#smoothed)) / 4)
      this.#smoothed = Math.max(1, Math.floor((7 * this.#smoothed + tripMs) / 8))
    }
    this.#timeout = Math.max(RTO_MS_MIN, this.#smoothed + Math.max(INTERVAL_MS, 4 * this.#deviation))
  }
}

function overKcp({ bytes, everyMs }: Load, play: Play, taken: Taken): void {
  const [forth, back] = paths(play)
  const flying: { readonly at: number; readonly run: () => void }[] = []
  let now = 0
  const way =
    (weather: Weather, to: () => KcpEnd) =>
    (said: readonly Said[], length: number): void => {
      taken.bytes += length + HEADER_BYTES
      for (const arrival of weather.path(length, instant(now))) {
        let index = flying.length
        while (index > 0 && flying[index - 1].at > arrival) index--
        flying.splice(index, 0, { at: arrival, run: () => to().receive(said, Math.floor(now)) })
      }
    }
  const near: KcpEnd = new KcpEnd(way(forth, () => far))
  const far: KcpEnd = new KcpEnd(
    way(back, () => near),
    (number) => taken.delays.push(now - number * everyMs),
  )
  const count = Math.floor((play.seconds * 1000) / everyMs)
  let sent = 0
  for (let ms = 0; ms < count * everyMs + 5000; ms++) {
    for (;;) {
      const sendAt = sent < count ? sent * everyMs : Number.POSITIVE_INFINITY
      const first = Math.min(flying[0]?.at ?? Number.POSITIVE_INFINITY, sendAt)
      if (first > ms) break
      now = first
      if (first !== sendAt) flying.shift()!.run()
      else {
        sent++
        near.send(bytes, Math.floor(now))
      }
    }
    now = ms
    near.update(ms)
    far.update(ms)
  }
}
