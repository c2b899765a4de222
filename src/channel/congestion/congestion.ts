import { PathNoise } from '../packet/path-noise.ts'
import { NaturalLoss } from './natural-loss.ts'
import { RecentTrips } from './recent-trips.ts'
import { Round } from './round.ts'

/** One acknowledgement as the controller sees it; an object that is filled again and again. */
export interface PathSample {
  /** A round trip just measured, in ms, or undefined. */
  rttMs: number | undefined
  /** How far it usually is from the one before, in ms. */
  jitterMs: number
  /** How fast the path delivered, in bytes per second, or 0 when this acknowledgement does not tell. */
  bytesPerSecond: number
  /** Whether the program had too little to send for this to show the path's limit. */
  isAppLimited: boolean
  /** Bytes delivered when the newest packet acknowledged now was sent, or -1. */
  priorDelivered: number
  /** Bytes delivered so far. */
  delivered: number
  ackedPackets: number
  lostPackets: number
  /** Bytes of all packets acknowledged or given up now. */
  decidedBytes: number
  /** Bytes under way after this. */
  inFlightBytes: number
}

export type Phase = 'up' | 'down' | 'cruise'

/** A full packet and its headers, in bytes. */
const PACKET = 1228
/** Before the path is known: ten packets in a round trip of 100 ms (RFC 6928's initial window), in bytes per second. */
const INITIAL_RATE = (10 * PACKET) / 0.1
const INITIAL_WINDOW = 20 * PACKET
const WINDOW_MIN = 4 * PACKET
/** How long acknowledgements may be held back by the peer and its timers, in ms. */
const FEEDBACK_MS = 20

const START_GAIN = 2.5
const PROBE_GAIN = 1.25
const DOWN_GAIN = 0.75
const CRUISE_GAIN = 0.95
/** By what factor a rate must grow to count as faster than before. */
const GROWTH = 1.1
/** After how many rounds without growth there is none: at the start, and later. */
const FLAT_ROUNDS_START = 3
const FLAT_ROUNDS = 2
/** The least and the most queue that is allowed, in ms, whatever the path's noise. */
const QUEUE_MS_MIN = 10
const QUEUE_MS_MAX = 150
/** What is kept, per round, of an estimate that is a little too high. */
const SINKING = 0.98
/** After so many drained rounds with a queue in a row, the base is no longer believed. */
const DOUBTS_MAX = 4

/**
 * Estimates how much the path carries: a model of its bandwidth and of its least round trip, kept by trying a
 * little more, then a little less, then staying just below. Delay is the sign of too much; loss is one only where
 * it goes beyond what the path loses anyway. The reasons, and what was rejected: docs/spec/channel.md.
 *
 *     up --no faster, or a queue--> down --drained, one round--> cruise --after a while--> up
 *                                    ^------- a queue, or loss --'
 */
export class Congestion {
  phase: Phase = 'up'
  readonly #rateMin: number
  readonly #rateMax: number
  readonly #round = new Round()
  readonly #recent = new RecentTrips()
  readonly #loss = new NaturalLoss()
  readonly #noise = new PathNoise()
  /** The fastest delivery in this cycle and in the one before, bytes per second; 0 unknown. */
  #bestNow = 0
  #bestBefore = 0
  /** The round trip without a queue, in ms. */
  #baseMs = Number.POSITIVE_INFINITY
  #jitterMs = 0

  /**
   * up: whether it is the first time, how much more is tried, the bandwidth to beat, and the rounds without beating
   * it.
   */
  #isStarting = true
  #gain = START_GAIN
  #reference = 0
  #flatRounds = 0
  /**
   * down: whether no more is under way than the path holds; and how often in a row there was a queue all the same.
   */
  #isDrained = false
  #doubts = 0
  #doubtedMs = 0
  /** cruise: rounds so far; whether the bandwidth is new or was taken back, so that more is tried soon. */
  #cruiseRounds = 0
  #triesSoon = false

  constructor(options: { readonly bytesPerSecondMin: number; readonly bytesPerSecondMax: number }) {
    this.#rateMin = options.bytesPerSecondMin
    this.#rateMax = options.bytesPerSecondMax
  }

  /** What the path delivers at its bottleneck, as far as was seen; 0 when nothing is known. */
  get bandwidth(): number {
    return Math.max(this.#bestNow, this.#bestBefore)
  }

  /** The round trip of an empty path, in ms; Infinity when nothing is known. */
  get baseRttMs(): number {
    return this.#baseMs
  }

  /** The share of packets lost while there was no queue: what the path loses anyway. */
  get naturalLoss(): number {
    return this.#loss.share
  }

  /** Bytes per second that may be sent, headers counted. */
  get bytesPerSecond(): number {
    const atLeast = this.#isStarting ? INITIAL_RATE : this.#rateMin
    const gain = this.phase === 'up' ? this.#gain : this.phase === 'down' ? DOWN_GAIN : CRUISE_GAIN
    const rate = (gain * this.bandwidth) / (1 - this.#loss.share)
    return Math.min(this.#rateMax, Math.max(atLeast, rate))
  }

  /** Bytes that may be under way. */
  get windowBytes(): number {
    if (this.bandwidth === 0 || this.#baseMs === Number.POSITIVE_INFINITY) return INITIAL_WINDOW
    const perMs = this.bandwidth / 1000 / (1 - this.#loss.share)
    if (this.phase === 'down') return Math.max(WINDOW_MIN, perMs * (this.#baseMs + FEEDBACK_MS))
    const trips = this.phase === 'up' ? 1 + this.#gain / 2 : 1.5
    const window = perMs * (trips * this.#baseMs + FEEDBACK_MS + 3 * this.#jitterMs) + WINDOW_MIN
    return this.#isStarting ? Math.max(INITIAL_WINDOW, (INITIAL_RATE * this.#baseMs) / 1000, window) : window
  }

  sent(cost: number): void {
    this.#round.sent += cost
  }

  acknowledged(sample: PathSample, now: number): void {
    this.#jitterMs = sample.jitterMs
    this.#note(sample, now)
    if (this.phase === 'down' && !this.#isDrained && sample.inFlightBytes <= this.windowBytes) {
      this.#isDrained = true
      this.#round.begin(sample.delivered + sample.inFlightBytes, now)
    }
    if (sample.rttMs !== undefined) this.#lookAtRecent()
    if (!this.#round.isOver(sample.priorDelivered, now)) return
    this.#endRound()
    this.#round.begin(sample.delivered, now)
  }

  /**
   * Ends a silence: what it did to round trips and rates is not learnt from.
   *
   * @param end the round ends when so many bytes have been delivered: all those now under way
   */
  resumed(end: number, now: number): void {
    this.#round.begin(end, now)
  }

  #note(sample: PathSample, now: number): void {
    const round = this.#round
    if (sample.rttMs !== undefined) {
      round.rttMsMin = Math.min(round.rttMsMin, sample.rttMs)
      this.#baseMs = Math.min(this.#baseMs, sample.rttMs)
      this.#recent.note(sample.rttMs, sample.delivered, now)
    }
    if (sample.bytesPerSecond > 0) {
      round.isAppLimited = sample.isAppLimited
      round.best = Math.max(round.best, sample.bytesPerSecond)
      const tells = !sample.isAppLimited || sample.bytesPerSecond > this.bandwidth
      if (tells) this.#bestNow = Math.max(this.#bestNow, sample.bytesPerSecond)
    }
    round.packets += sample.ackedPackets + sample.lostPackets
    round.lost += sample.lostPackets
    round.decided += sample.decidedBytes
  }

  /** Answers a long queue at once, since rounds are as long as the queue. */
  #lookAtRecent(): void {
    const queueMs = this.#recent.leastMs - this.#baseMs
    if (this.phase === 'up') {
      if (queueMs > this.#queueAllowedMs) this.#enterDown()
      return
    }
    const rate = this.#recent.bytesPerSecond
    if (rate === undefined || queueMs < 2 * this.#queueAllowedMs || this.#round.isAppLimited) return
    if (this.phase === 'down' && rate > 0.7 * this.bandwidth) return
    this.#fall(rate, 0)
    this.#enterDown()
  }

  #endRound(): void {
    const round = this.#round
    const queueMs = round.rttMsMin < Number.POSITIVE_INFINITY ? round.rttMsMin - this.#baseMs : 0
    const isQueued = queueMs > this.#queueAllowedMs
    // While there is little to send, a queue is ours only if more went in than came out.
    const isLimited = round.isAppLimited && !(isQueued && round.sent > 1.25 * round.decided)
    // Loss is the path's own when nothing waits and we are not just finding its limit.
    if (queueMs < this.#queueAllowedMs / 3 && (this.phase !== 'up' || this.#hasGrown)) {
      this.#loss.learn(round.lossShare, round.packets)
    }
    if (this.phase === 'up') this.#endUpRound(isQueued, isLimited)
    else if (this.phase === 'down') this.#endDownRound(isQueued)
    else this.#endCruiseRound(queueMs, isLimited)
  }

  get #hasGrown(): boolean {
    return this.bandwidth >= GROWTH * this.#reference
  }

  #endUpRound(isQueued: boolean, isLimited: boolean): void {
    if (isLimited) return
    if (this.#hasGrown) {
      this.#reference = this.bandwidth
      this.#flatRounds = 0
      if (!this.#isStarting) this.#gain = Math.min(START_GAIN, this.#gain * PROBE_GAIN)
    } else this.#flatRounds++
    const isLossy = this.#loss.isExceeded(this.#round)
    const isFlat = this.#flatRounds >= (this.#isStarting ? FLAT_ROUNDS_START : FLAT_ROUNDS)
    if (isQueued || isLossy || isFlat) this.#enterDown()
  }

  #endDownRound(isQueued: boolean): void {
    if (!this.#isDrained) return
    const { best, rttMsMin } = this.#round
    if (isQueued && best < 0.6 * this.bandwidth) {
      this.#fall(best, this.#round.lossShare)
      this.#enterDown()
      return
    }
    // More than is allowed is learnt only bit by bit, so that a longer path is first doubted, not called noisy.
    if (rttMsMin < Number.POSITIVE_INFINITY) {
      this.#noise.learn(Math.min(rttMsMin - this.#baseMs, this.#queueAllowedMs))
    }
    if (isQueued) this.#doubtBase(rttMsMin)
    else this.#doubts = 0
    this.phase = 'cruise'
    this.#cruiseRounds = 0
  }

  /**
   * Doubts the base when a drained path still queues: again and again means a longer path or somebody else's queue.
   */
  #doubtBase(rttMs: number): void {
    this.#doubtedMs = this.#doubts++ === 0 ? rttMs : Math.min(this.#doubtedMs, rttMs)
    if (this.#doubts < DOUBTS_MAX) return
    this.#baseMs = this.#doubtedMs
    this.#doubts = 0
  }

  #endCruiseRound(queueMs: number, isLimited: boolean): void {
    const isLossy = this.#loss.isExceeded(this.#round)
    if (isLimited && !isLossy) return
    if (queueMs > this.#queueAllowedMs || isLossy) {
      this.#fall(this.#round.best, this.#round.lossShare)
      this.#enterDown()
      return
    }
    if (queueMs > this.#queueAllowedMs / 2 && !isLimited) this.#sink(this.#round.best)
    const rounds = this.#triesSoon ? 2 : Math.max(4, Math.min(30, 800 / this.#baseMs))
    if (++this.#cruiseRounds >= rounds) this.#enterUp()
  }

  #enterUp(): void {
    this.phase = 'up'
    this.#triesSoon = false
    this.#recent.forget()
    this.#gain = PROBE_GAIN
    this.#reference = this.bandwidth
    this.#flatRounds = 0
    this.#bestBefore = this.#bestNow
    this.#bestNow = 0
  }

  #enterDown(): void {
    this.phase = 'down'
    // What ended the start may have been a stall: look again soon.
    if (this.#isStarting) this.#triesSoon = true
    this.#isStarting = false
    this.#isDrained = false
    this.#recent.forget()
    this.#loss.forget()
  }

  /** Falls to what was delivered: all the way if most was lost, else by no more than 40 %. */
  #fall(bytesPerSecond: number, lossShare: number): void {
    const before = this.bandwidth
    const least = lossShare > 0.5 ? this.#rateMin : 0.6 * before
    this.#bestNow = Math.min(before, Math.max(bytesPerSecond, least))
    this.#bestBefore = this.#bestNow
    this.#triesSoon = this.#bestNow < 0.9 * before
  }

  /** Lowers the estimate a little if less was delivered than it says: that may be a queue, or only noise. */
  #sink(bytesPerSecond: number): void {
    this.#bestNow = Math.min(this.bandwidth, Math.max(bytesPerSecond, SINKING * this.bandwidth))
    this.#bestBefore = this.#bestNow
  }

  /** How much slower than the empty path a whole round may be and still count as without a queue, in ms. */
  get #queueAllowedMs(): number {
    const noise = Math.max(this.#noise.ms, 2 * this.#jitterMs)
    const allowed = Math.min(QUEUE_MS_MAX, Math.max(QUEUE_MS_MIN, this.#baseMs / 4, noise))
    return allowed + (2 * PACKET * 1000) / Math.max(1, this.bandwidth)
  }
}
