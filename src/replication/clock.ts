import type { Instant } from '../core/index.ts'

/** Ticks of delay beside what jitter asks for: one, because news of a tick says how the one before it ended. */
const DELAY_LEAST = 1.5
const DELAY_MOST = 20
/** Ticks shown beyond the last one heard of: straight walkers go on walking, for a quarter of a second. */
const BEYOND_TICKS = 5

/**
 * What tick it is on the server, judged by when its packets arrive, and which tick to show.
 *
 * The earliest packets tell most: whatever comes later was delayed. So the estimate follows early packets fast and late
 * ones slowly, and how late packets are on average is the jitter.
 */
export class TickClock {
  readonly #tickMs: number
  #offset = Number.NaN
  #jitter = 0
  #heard = 0
  #shown = 0
  #shownAt = 0

  constructor(ticksPerSecond: number) {
    this.#tickMs = 1000 / ticksPerSecond
  }

  /** Mean lateness of packets, in ms. */
  get jitterMs(): number {
    return this.#jitter
  }

  /** Ticks between the server's present and what is shown. */
  get delayTicks(): number {
    return Math.min(DELAY_MOST, DELAY_LEAST + (3 * this.#jitter) / this.#tickMs)
  }

  /** The newest tick heard of. */
  get heard(): number {
    return this.#heard
  }

  /** A packet of `tick` arrived. */
  hear(tick: number, now: Instant): void {
    if (tick > this.#heard) this.#heard = tick
    const offset = now - tick * this.#tickMs
    if (Number.isNaN(this.#offset) || Math.abs(offset - this.#offset) > 2000) {
      this.#offset = offset
      this.#shown = Math.max(0, tick - this.delayTicks)
      this.#shownAt = now
      return
    }
    const late = offset - this.#offset
    this.#jitter += (Math.abs(late) - this.#jitter) / 16
    this.#offset += late < 0 ? late / 4 : late / 64
  }

  /** The server's tick at `now`, with a fraction; 0 before anything was heard. */
  tickAt(now: Instant): number {
    return Number.isNaN(this.#offset) ? 0 : (now - this.#offset) / this.#tickMs
  }

  /** The tick to show at `now`, with a fraction. It never runs back, and runs at most a fifth too fast or too slow. */
  shownAt(now: Instant): number {
    if (Number.isNaN(this.#offset)) return 0
    const elapsed = (now - this.#shownAt) / this.#tickMs
    if (elapsed <= 0) return this.#shown
    this.#shownAt = now
    const wanted = Math.min(this.tickAt(now) - this.delayTicks, this.#heard + BEYOND_TICKS)
    const off = wanted - (this.#shown + elapsed)
    const slew = Math.abs(off) > 10 ? off : Math.max(-0.2 * elapsed, Math.min(0.2 * elapsed, off))
    this.#shown = Math.max(this.#shown, Math.min(this.#shown + elapsed + slew, this.#heard + BEYOND_TICKS))
    return this.#shown
  }

  /** Forgets everything, as after a lost connection. */
  reset(): void {
    this.#offset = Number.NaN
    this.#jitter = 0
    this.#heard = 0
  }
}
