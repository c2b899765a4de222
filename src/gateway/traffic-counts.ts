import { Counters } from '../core/index.ts'

/** What came and went, and why: counted for all connections together. */
export class TrafficCounts {
  readonly dropped = new Counters(
    'too-many-bytes',
    'too-many-packets',
    'too-large',
    'nonsense',
    'too-many-requests',
    'too-many-content-asks',
  )
  bytesIn = 0
  packetsIn = 0
  bytesOut = 0
  packetsOut = 0
  readonly #closed = new Map<string, number>()

  countIn(bytes: number): void {
    this.bytesIn += bytes
    this.packetsIn++
  }

  countOut(bytes: number): void {
    this.bytesOut += bytes
    this.packetsOut++
  }

  /** A connection ended; `why` is a refusal's code, "bye" or "lost". */
  countClosed(why: string): void {
    this.#closed.set(why, (this.#closed.get(why) ?? 0) + 1)
  }

  /** How many ended, by why. */
  get closed(): Record<string, number> {
    return Object.fromEntries(this.#closed)
  }
}
