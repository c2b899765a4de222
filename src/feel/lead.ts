import type { Instant } from '../core/index.ts'
import type { TickClock } from './clock.ts'

/** How long before their tick commands should arrive, in milliseconds. */
const MARGIN_MS = 8
/** The largest margin that the server can report, in milliseconds; the real one may be larger. */
const TOLD_MS_MOST = 560
/**
 * The length of a bucket of reports in milliseconds, and for how many buckets a report counts: in full, and within
 * a few ticks.
 */
const BUCKET_MS = 500
const RECENT = 8
const LONG = 120
/**
 * How many ticks beyond all others make a report an outlier, as after a stall; and how far beyond the recent ones
 * an older report counts, in ticks.
 */
const ALONE_TICKS = 2
/** The share of the spread between the largest and the smallest report that is added as a reserve. */
const UNEVEN = 0.25
/** The largest speed change of the player's clock, faster and slower, as a share of real time. */
const FASTER = 0.1
const SLOWER = 0.025
/**
 * How many ticks count as far ahead, as after a stall of the server, or as far behind, as when the way takes much
 * longer than it did; and how much slower or faster the clock then runs for each tick, and at most.
 */
const FAR_TICKS = 1
const FAR_SLOWER = 0.3
const FAR_SLOWER_MOST = 0.85
const FAR_FASTER = 0.1
const FAR_FASTER_MOST = 0.5
/** The largest first round trip that is believed, in milliseconds: the greeting may have been lost and sent again. */
const RTT_MS_MOST = 400
/** The error beyond which the clock is stepped, in ticks; and the furthest it runs ahead of the server's news. */
const STEP_TICKS = 20
const LEAD_SECONDS_MOST = 1.5
/** How many past leads are remembered, and the least time between two of them, in ms. */
const PAST = 64
const PAST_MS = 25

/**
 * Decides how far a player's clock runs ahead of the server's news, so that commands arrive just before their tick.
 * The server reports the margin by which they did; that margin and the lead when they were sent give the lead that
 * would have sufficed.
 *
 *     wanted = the largest lead that reports of the last four seconds asked for, except an outlier;
 *              those of the last minute count too, up to two ticks beyond that; plus a quarter of their spread
 *
 * The clock is slewed towards it: faster forwards than back, except where it is far ahead; where it is far from it on
 * either side, faster the further.
 */
export class Lead {
  readonly #clock: TickClock
  readonly #tickMs: number
  #wanted = 0
  #lead = 0
  #at = 0
  /** By bucket of time: its number, the largest lead a report in it asked for, the second largest, and the smallest. */
  readonly #buckets = new Float64Array(LONG).fill(Number.NEGATIVE_INFINITY)
  readonly #most = new Float64Array(LONG)
  readonly #second = new Float64Array(LONG)
  readonly #least = new Float64Array(LONG)
  /** The recent leads: times, and leads. */
  readonly #pastAt = new Float64Array(PAST).fill(Number.NEGATIVE_INFINITY)
  readonly #past = new Float64Array(PAST)
  #pastCount = 0
  #hitchAt = Number.NEGATIVE_INFINITY
  /** The last margin that the server reported, in ms. */
  marginMs = 0

  constructor(clock: TickClock, ticksPerSecond: number) {
    this.#clock = clock
    this.#tickMs = 1000 / ticksPerSecond
  }

  /** Begins a session with a round trip of `rttMs`; the network is taken to be as uneven as that, by a tick at most. */
  begin(rttMs: number, now: Instant): void {
    const believed = Math.min(rttMs, RTT_MS_MOST)
    this.#wanted = (believed + Math.min(believed, this.#tickMs) + MARGIN_MS) / this.#tickMs
    this.#lead = this.#wanted
    this.#at = now
    this.#buckets.fill(Number.NEGATIVE_INFINITY)
    this.#pastAt.fill(Number.NEGATIVE_INFINITY)
  }

  /**
   * Takes the server's report of how many ms commands came before their tick, negative for late ones; `rttMs` is
   * the round trip.
   */
  heard(marginMs: number, rttMs: number, now: Instant): void {
    this.marginMs = marginMs
    // One in the future was before this computer's clock was set back.
    if (this.#hitchAt <= now && now - rttMs - 2 * this.#tickMs < this.#hitchAt) return
    const need = this.#leadAt(now - rttMs) + (MARGIN_MS - marginMs) / this.#tickMs
    if (marginMs >= TOLD_MS_MOST) {
      this.#wanted = Math.max(0, Math.min(this.#wanted, need))
      return
    }
    this.#note(need, now)
    this.#wanted = Math.max(0, Math.min(this.#asked(now), (LEAD_SECONDS_MOST * 1000) / this.#tickMs))
  }

  /** Records that ticks began late here, so that the margins of commands sent now say nothing about the network. */
  hitch(now: Instant): void {
    this.#hitchAt = now
  }

  /**
   * Follows a server clock that moved back by `ticks`, or forward for a negative number.
   *
   * @param least  the player's tick now, with a fraction, behind which its clock does not go: it returns to the
   *   server's little by little
   */
  clockMoved(ticks: number, least: number, now: Instant): void {
    this.#lead = Math.max(Math.min(this.#lead, this.#wanted), least - this.#clock.tickAt(now))
    for (let i = 0; i < PAST; i++) this.#past[i] += ticks
  }

  /** The lead over the server's news, in ticks. */
  get ticks(): number {
    return this.#lead
  }

  /** Returns the player's tick at `now`, with a fraction. */
  tickAt(now: Instant): number {
    const elapsed = Math.max(0, now - this.#at) / this.#tickMs
    this.#at = now
    const off = this.#wanted - this.#lead
    if (off > STEP_TICKS) this.#lead = this.#wanted
    else {
      const slower = off < -FAR_TICKS ? Math.min(FAR_SLOWER_MOST, -off * FAR_SLOWER) : SLOWER
      const faster = off > FAR_TICKS ? Math.max(FASTER, Math.min(FAR_FASTER_MOST, off * FAR_FASTER)) : FASTER
      this.#lead += Math.max(-slower * elapsed, Math.min(faster * elapsed, off))
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

  /** Returns the lead at a past time, or the current one where that is not known. */
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
