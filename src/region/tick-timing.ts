import type { Instant } from '../core/index.ts'

/** Milliseconds that a worst case is remembered, at least. */
const WINDOW_MS = 1000

/** How the ticks go: what they take, and whether they begin in time. */
export class TickTiming {
  /** What a tick takes, in ms, averaged over the last second or so. */
  workMs = 0
  /** Ticks that were left out because the server came to nothing for too long. */
  skipped = 0
  #worst = 0
  #late = 0
  #lastWorst = 0
  #lastLate = 0
  #windowAt = 0

  /** A tick was made: how long it took, and how long after it was due it began. */
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

  /** How late a tick of the last second or two began at most, in ms. */
  get lateMs(): number {
    return Math.max(this.#late, this.#lastLate)
  }
}
