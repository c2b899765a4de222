import { type Milliseconds, milliseconds, type Random, twoTo } from '../../core/index.ts'

const LEAST_MS = 250
const MOST_MS = 8000

/**
 * Decides how long to wait before reconnecting: twice as long each time, up to 8 s, with a random share of that for
 * each client, so that not everyone reconnects to a restarted server at once.
 */
export class Backoff {
  readonly #random: Random
  #waits = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** Returns the next wait: half to all of 250, 500, 1000, 2000, 4000, 8000, 8000 ... ms */
  next(): Milliseconds {
    const longest = Math.min(MOST_MS, LEAST_MS * twoTo(Math.min(this.#waits++, 40)))
    return milliseconds(longest * (0.5 + this.#random.fraction() / 2))
  }

  /** Starts again with a short wait, after a success. */
  reset(): void {
    this.#waits = 0
  }
}
