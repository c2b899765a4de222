import type { Instant } from '../core/index.ts'

/** The least time a worst case is remembered, in ms. */
const WINDOW_MS = 1000

/** Measures the ticks: how long they take, and whether they begin in time. */
export class TickTiming {
  /** The duration of a tick, in ms, averaged over the last second or so. */
  workMs = 0
  /** The number of ticks skipped because the server stalled for too long. */
  skipped = 0
  #worst = 0
  #late = 0
  #lastWorst = 0
  #lastLate = 0
  #windowAt = 0

  /** Records a tick: how long it took, and how long after its due time it began. */
  made({ tookMs, lateMs, now }: { tookMs: number; lateMs: number; now: Instant }): void {
    this.workMs += (tookMs - this.workMs) / 16
    if (now - this.#windowAt >= WINDOW_MS) {
      this.#windowAt = now
      this.#lastWorst = this.#worst
      this.#lastLate = this.#late
      this.#worst = 0
      this.#late = 0
    }
    this.#worst = Math.max(this.#worst, tookMs)
    this.#late = Math.max(this.#late, lateMs)
  }

  /** The longest tick of the last second or two, in ms. */
  get worstMs(): number {
    return Math.max(this.#worst, this.#lastWorst)
  }

  /** The latest start of a tick in the last second or two, in ms after its due time. */
  get lateMs(): number {
    return Math.max(this.#late, this.#lastLate)
  }
}
