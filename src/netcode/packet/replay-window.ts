/** How far behind the newest packet another may still arrive. */
export const REPLAY_WINDOW = 256
/** How far ahead of the newest packet another may lie: nobody loses 16 million packets and stays connected. */
export const LEAP_MAX = 2 ** 24

export type PacketAge = 'fresh' | 'replayed' | 'too old' | 'too far ahead'

/**
 * Which of the last 256 sequence numbers have been seen, so that no sealed packet counts twice. Sequence numbers are
 * 64 bits wide and come as two unsigned halves; all comparisons are by subtraction, so nothing wraps at 2^64.
 *
 *     judge(high, low)  before the seal is tried
 *     mark(high, low)   only once the seal holds
 */
export class ReplayWindow {
  readonly #seen = new Uint8Array(REPLAY_WINDOW)
  #newestHigh = 0
  #newestLow = 0
  #isEmpty = true

  judge(high: number, low: number): PacketAge {
    if (this.#isEmpty) return 'fresh'
    const ahead = this.#ahead(high, low)
    if (ahead > 0) return ahead <= LEAP_MAX ? 'fresh' : 'too far ahead'
    if (ahead <= -REPLAY_WINDOW) return 'too old'
    return this.#seen[low % REPLAY_WINDOW] ? 'replayed' : 'fresh'
  }

  /** Remembers a number that `judge` called fresh. */
  mark(high: number, low: number): void {
    const ahead = this.#isEmpty ? REPLAY_WINDOW : this.#ahead(high, low)
    if (ahead > 0) {
      const passed = Math.min(ahead, REPLAY_WINDOW)
      for (let i = 0; i < passed; i++) this.#seen[(low - i) & (REPLAY_WINDOW - 1)] = 0
      this.#newestHigh = high
      this.#newestLow = low
      this.#isEmpty = false
    }
    this.#seen[low % REPLAY_WINDOW] = 1
  }

  reset(): void {
    this.#seen.fill(0)
    this.#isEmpty = true
  }

  /**
   * Returns the signed distance from the newest: exact wherever the window looks, and of the right sign everywhere.
   */
  #ahead(high: number, low: number): number {
    return (high - this.#newestHigh) * 4294967296 + (low - this.#newestLow)
  }
}
