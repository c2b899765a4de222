import type { Instant } from '../core/index.ts'
import type { TickClock } from './clock.ts'

/** Milliseconds before their tick at which commands should arrive. */
const MARGIN_MS = 8
/** Milliseconds that the server's word can say; it may have been more. */
const TOLD_MS_MOST = 560
/**
 * Milliseconds of words kept together, and for how many of those what a word asked for counts: in full, and by a
 * few ticks.
 */
const BUCKET_MS = 500
const RECENT = 8
const LONG = 120
/**
 * Ticks beyond what all others ask for with which a word stands alone, as one does after a stall; what a former one
 * counts for.
 */
const ALONE_TICKS = 2
/** Of the difference between what words asked for, most and least: how much is added for what may come. */
const UNEVEN = 0.25
/** How much faster or slower the player's clock may run. */
const FASTER = 0.1
const SLOWER = 0.025
/**
 * Where it is ahead by more ticks than these, as after a stall of the server: how much slower for each of them, and
 * at most.
 */
const FAR_TICKS = 1
const FAR_SLOWER = 0.3
const FAR_SLOWER_MOST = 0.85
/** Of the first round trip, what is believed: the greeting may have been lost and said again. */
const RTT_MS_MOST = 400
/** Ticks off beyond which the clock is set, and as far ahead of the server's news as it ever runs. */
const STEP_TICKS = 20
const LEAD_SECONDS_MOST = 1.5
/** Past leads that are remembered, and the ms between two of them, at least. */
const PAST = 64
const PAST_MS = 25

/**
 * How far a player's clock runs ahead of what is heard of the server, so that commands arrive just before the tick
 * they are for. The server tells by how much they did; with the lead of when they were said, that is the lead that
 * would have done.
 *
 *     wanted = the most that words of the last four seconds asked for, save one that stands alone;
 *              what those of the last minute did too, two ticks beyond that at most; and a little where they differ
 *
 * The clock is slewed towards it: more readily forwards than back, save where it is far ahead.
 */
export class Lead {
  readonly #clock: TickClock
  readonly #tickMs: number
  #wanted = 0
  #lead = 0
  #at = 0
  /** By bucket of time: which it is, the most that a word in it asked for, the next to that, and the least. */
  readonly #buckets = new Float64Array(LONG).fill(Number.NEGATIVE_INFINITY)
  readonly #most = new Float64Array(LONG)
  readonly #second = new Float64Array(LONG)
  readonly #least = new Float64Array(LONG)
  /** What the lead was lately: times, and leads. */
  readonly #pastAt = new Float64Array(PAST).fill(Number.NEGATIVE_INFINITY)
  readonly #past = new Float64Array(PAST)
  #pastCount = 0
  #hitchAt = Number.NEGATIVE_INFINITY
  /** The last margin heard of, in ms. */
  marginMs = 0

  constructor(clock: TickClock, ticksPerSecond: number) {
    this.#clock = clock
    this.#tickMs = 1000 / ticksPerSecond
  }

  /** A session begins: what is said takes `rttMs` there and back, on a network as uneven as that, by a tick at most. */
  begin(rttMs: number, now: Instant): void {
    const believed = Math.min(rttMs, RTT_MS_MOST)
    this.#wanted = (believed + Math.min(believed, this.#tickMs) + MARGIN_MS) / this.#tickMs
    this.#lead = this.#wanted
    this.#at = now
    this.#buckets.fill(Number.NEGATIVE_INFINITY)
    this.#pastAt.fill(Number.NEGATIVE_INFINITY)
  }

  /**
   * The server says by how many ms commands came before their tick, negative for late ones; `rttMs` is the round trip.
   */
  heard(marginMs: number, rttMs: number, now: Instant): void {
    this.marginMs = marginMs
    if (now - rttMs - 2 * this.#tickMs < this.#hitchAt) return
    const need = this.#leadAt(now - rttMs) + (MARGIN_MS - marginMs) / this.#tickMs
    if (marginMs >= TOLD_MS_MOST) {
      this.#wanted = Math.max(0, Math.min(this.#wanted, need))
      return
    }
    this.#note(need, now)
    this.#wanted = Math.max(0, Math.min(this.#asked(now), (LEAD_SECONDS_MOST * 1000) / this.#tickMs))
  }

  /** Ticks began late, and what is said now says nothing of the way. */
  hitch(now: Instant): void {
    this.#hitchAt = now
  }

  /** The clock has gone back by so many ticks: the player's goes on, and comes back to it little by little. */
  leftOut(ticks: number): void {
    this.#lead += ticks
    for (let i = 0; i < PAST; i++) this.#past[i] += ticks
  }

  /** Ticks ahead of what is heard of the server. */
  get ticks(): number {
    return this.#lead
  }

  /** The player's tick at `now`, with a fraction. */
  tickAt(now: Instant): number {
    const elapsed = Math.max(0, now - this.#at) / this.#tickMs
    this.#at = now
    const off = this.#wanted - this.#lead
    if (off > STEP_TICKS) this.#lead = this.#wanted
    else {
      const slower = off < -FAR_TICKS ? Math.min(FAR_SLOWER_MOST, -off * FAR_SLOWER) : SLOWER
      this.#lead += Math.max(-slower * elapsed, Math.min(FASTER * elapsed, off))
    }
    this.#remember(now)
    return this.#clock.tickAt(now) + this.#lead
  }

  #note(need: number, now: number): void {
    const bucket = Math.floor(now / BUCKET_MS)
    const at = ((bucket % LONG) + LONG) % LONG
    if (this.#buckets[at] !== bucket) {
      this.#buckets[at] = bucket
      this.#most[at] = need
      this.#second[at] = Number.NEGATIVE_INFINITY
      this.#least[at] = need
    } else if (need > this.#most[at]) {
      this.#second[at] = this.#most[at]
      this.#most[at] = need
    } else if (need > this.#second[at]) this.#second[at] = need
    if (need < this.#least[at]) this.#least[at] = need
  }

  #asked(now: number): number {
    const newest = Math.floor(now / BUCKET_MS)
    let long = Number.NEGATIVE_INFINITY
    let longSecond = long
    let most = long
    let second = long
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < LONG; i++) {
      const age = newest - this.#buckets[i]
      if (!(age < LONG)) continue
      const need = this.#most[i]
      if (need > long) {
        longSecond = Math.max(long, this.#second[i])
        long = need
      } else if (need > longSecond) longSecond = need
      if (age >= RECENT) continue
      least = Math.min(least, this.#least[i])
      if (need > most) {
        second = Math.max(most, this.#second[i])
        most = need
      } else if (need > second) second = need
    }
    const recent = withoutAlone(most, second)
    const asked = Math.max(recent, Math.min(withoutAlone(long, longSecond), recent + ALONE_TICKS))
    return asked + Math.max(0, asked - least) * UNEVEN
  }

  #remember(now: number): void {
    const last = (this.#pastCount + PAST - 1) % PAST
    if (now - this.#pastAt[last] < PAST_MS) return
    this.#pastAt[this.#pastCount] = now
    this.#past[this.#pastCount] = this.#lead
    this.#pastCount = (this.#pastCount + 1) % PAST
  }

  /** What the lead was at a time; what it is, where that is not known. */
  #leadAt(time: number): number {
    for (let i = 1; i <= PAST; i++) {
      const at = (this.#pastCount + PAST - i) % PAST
      if (this.#pastAt[at] <= time) return Number.isFinite(this.#pastAt[at]) ? this.#past[at] : this.#lead
    }
    return this.#lead
  }
}

function withoutAlone(most: number, second: number): number {
  return second !== Number.NEGATIVE_INFINITY && most - second > ALONE_TICKS ? second : most
}
