import type { Instant } from '../../core/index.ts'

/** The window of an average, in milliseconds. */
const WINDOW_MS = 2000
/** The shortest window of the first average, in milliseconds: one packet is no stream. */
const FIRST_MS = 500

/**
 * Counts packets and bytes, and their recent rates per second: over the last whole window; in the first window,
 * since the first packet.
 */
export class TrafficMeter {
  bytes = 0
  packets = 0
  #windowStart: Instant | undefined
  #windowBytes = 0
  #windowPackets = 0
  /** The rates of the last whole window; undefined in the first. */
  #last: { readonly bytesPerSecond: number; readonly packetsPerSecond: number } | undefined

  count(bytes: number, now: Instant): void {
    this.#windowStart ??= now
    this.#turn(now)
    this.bytes += bytes
    this.packets++
    this.#windowBytes += bytes
    this.#windowPackets++
  }

  bytesPerSecond(now: Instant): number {
    this.#turn(now)
    return this.#last?.bytesPerSecond ?? this.#perSecond(this.#windowBytes, now)
  }

  packetsPerSecond(now: Instant): number {
    this.#turn(now)
    return this.#last?.packetsPerSecond ?? this.#perSecond(this.#windowPackets, now)
  }

  #turn(now: Instant): void {
    if (this.#windowStart === undefined || now - this.#windowStart < WINDOW_MS) return
    this.#last = {
      bytesPerSecond: this.#perSecond(this.#windowBytes, now),
      packetsPerSecond: this.#perSecond(this.#windowPackets, now),
    }
    this.#windowStart = now
    this.#windowBytes = 0
    this.#windowPackets = 0
  }

  #perSecond(count: number, now: Instant): number {
    if (this.#windowStart === undefined) return 0
    return (count * 1000) / Math.max(FIRST_MS, now - this.#windowStart)
  }
}
