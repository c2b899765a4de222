import type { Instant } from '../core/index.ts'

/** Milliseconds that an average looks back. */
const WINDOW_MS = 2000

/** Counts packets and bytes, and how many a second there were lately. */
export class Meter {
  bytes = 0
  packets = 0
  #windowStart = 0
  #windowBytes = 0
  #windowPackets = 0
  #lastBytes = 0
  #lastPackets = 0

  count(bytes: number, now: Instant): void {
    this.#turn(now)
    this.bytes += bytes
    this.packets++
    this.#windowBytes += bytes
    this.#windowPackets++
  }

  bytesPerSecond(now: Instant): number {
    this.#turn(now)
    return this.#lastBytes
  }

  packetsPerSecond(now: Instant): number {
    this.#turn(now)
    return this.#lastPackets
  }

  #turn(now: Instant): void {
    const elapsed = now - this.#windowStart
    if (elapsed < WINDOW_MS) return
    this.#lastBytes = (this.#windowBytes * 1000) / elapsed
    this.#lastPackets = (this.#windowPackets * 1000) / elapsed
    this.#windowStart = now
    this.#windowBytes = 0
    this.#windowPackets = 0
  }
}
