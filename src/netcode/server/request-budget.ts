import type { Instant } from '../../core/index.ts'

const SLICE = 100

/**
 * How many connection requests may still be opened in this tenth of a second. Opening one costs a few microseconds
 * whoever sent it; with a bound, a flood cannot take the time of those who are connected.
 */
export class RequestBudget {
  readonly #perSlice: number
  #sliceEndsAt = Number.NEGATIVE_INFINITY
  #left = 0

  /** @param perSecond at least one a slice is granted; may be Infinity */
  constructor(perSecond: number) {
    this.#perSlice = Math.max(1, perSecond / 10)
  }

  /** @returns whether there was any left */
  take(now: Instant): boolean {
    if (now >= this.#sliceEndsAt) {
      this.#sliceEndsAt = now + SLICE
      this.#left = this.#perSlice
    }
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
