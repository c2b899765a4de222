import { exp } from '../../core/index.ts'

/** How long the rate remembers, in ms. */
const MEMORY_MS = 1000

/** Counts bytes per second, exponentially forgetting over a second. */
export class ByteRate {
  #bytes = 0
  #at = 0

  add(bytes: number, now: number): void {
    this.#bytes = this.#decayed(now) + bytes
    this.#at = now
  }

  bytesPerSecond(now: number): number {
    return (this.#decayed(now) * 1000) / MEMORY_MS
  }

  #decayed(now: number): number {
    return this.#bytes * exp(-Math.max(0, now - this.#at) / MEMORY_MS)
  }
}
