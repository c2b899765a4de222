/** How many drained rounds are remembered. */
const MEMORY = 8

/**
 * Learns how much a path's round trip varies by itself. It learns right after draining, when what is left above the
 * empty path's round trip is not our queue: the mean of it above the least, and four times its deviation. A queue
 * that is always there, somebody else's, is no noise.
 */
export class PathNoise {
  readonly #residues = new Float64Array(MEMORY)
  #count = 0
  #mean = 0
  #deviation = 0

  /** Learns that a drained round was at least so much slower than the empty path, in ms. */
  learn(residueMs: number): void {
    this.#residues[this.#count++ % MEMORY] = residueMs
    this.#deviation += (Math.abs(residueMs - this.#mean) - this.#deviation) / 4
    this.#mean += (residueMs - this.#mean) / 8
  }

  get ms(): number {
    let least = this.#residues[0]
    for (let i = 1; i < MEMORY; i++) least = Math.min(least, this.#residues[i])
    return this.#mean - least + 4 * this.#deviation
  }
}
