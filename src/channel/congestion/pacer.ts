import { type Instant, instant } from '../../core/index.ts'

/** How much may go at once after a pause, in ms of the rate. */
const BURST_MS = 10
/** How much may go at once at any rate, in bytes: a tick's packets. */
const BURST_BYTES_MIN = 4 * 1228

/** Debts this small, in bytes, are none: sums of fractions are not exact. */
const ROUNDING = 0.001

/**
 * Spreads packets evenly: a bucket that fills at a rate and lends. A packet goes when the bucket is not in debt, and
 * takes what it costs, however much that is.
 */
export class Pacer {
  #tokens = BURST_BYTES_MIN
  #at = 0

  /** Lets time pass at `bytesPerSecond`. */
  refill(bytesPerSecond: number, now: Instant): void {
    const burst = Math.max(BURST_BYTES_MIN, (bytesPerSecond * BURST_MS) / 1000)
    const elapsed = Math.max(0, now - this.#at)
    this.#tokens = Math.min(burst, this.#tokens + (elapsed * bytesPerSecond) / 1000)
    this.#at = now
  }

  take(bytes: number): void {
    this.#tokens -= bytes
  }

  get isReady(): boolean {
    return this.#tokens > -ROUNDING
  }

  /** Returns when the debt will be paid. */
  readyAt(bytesPerSecond: number): Instant {
    return instant(this.isReady ? this.#at : this.#at - (this.#tokens / bytesPerSecond) * 1000)
  }
}
