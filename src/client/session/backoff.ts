import { type Milliseconds, milliseconds, type Random, twoTo } from '../../core/index.ts'

const LEAST_MS = 250
const MOST_MS = 8000

/**
 * How long to wait before a lost connection is tried again: twice as long each time, up to 8 s, and within that each
 * with dice of its own, so that a restarted server is not met by everyone at once.
 */
export class Backoff {
  readonly #random: Random
  #waits = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** @returns half to all of 250, 500, 1000, 2000, 4000, 8000, 8000 ... ms */
  next(): Milliseconds {
    const longest = Math.min(MOST_MS, LEAST_MS * twoTo(Math.min(this.#waits++, 40)))
    return milliseconds(longest * (0.5 + this.#random.fraction() / 2))
  }

  /** It worked: the next wait is a short one again. */
  reset(): void {
    this.#waits = 0
  }
}
