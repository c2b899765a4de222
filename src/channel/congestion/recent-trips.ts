/** How many round trips are looked at. */
const LENGTH = 8
/** The least time they must span to tell a rate, in ms. */
const SPAN_MS_MIN = 50

/** Keeps the latest round trips: the least of them, and how fast the path delivered meanwhile. */
export class RecentTrips {
  readonly #rtt = new Float64Array(LENGTH)
  readonly #at = new Float64Array(LENGTH)
  readonly #delivered = new Float64Array(LENGTH)
  #count = 0

  /** Notes a round trip measured `now`, when so many bytes had been delivered. */
  note(rttMs: number, delivered: number, now: number): void {
    const slot = this.#count++ % LENGTH
    this.#rtt[slot] = rttMs
    this.#at[slot] = now
    this.#delivered[slot] = delivered
  }

  forget(): void {
    this.#count = 0
  }

  /** The least of these round trips in ms; 0 before there are enough. */
  get leastMs(): number {
    if (this.#count < LENGTH) return 0
    let least = this.#rtt[0]
    for (let i = 1; i < LENGTH; i++) least = Math.min(least, this.#rtt[i])
    return least
  }

  /** Bytes per second delivered from the first round trip to the last; undefined when they span too little time. */
  get bytesPerSecond(): number | undefined {
    if (this.#count < LENGTH) return undefined
    const newest = (this.#count - 1) % LENGTH
    const oldest = this.#count % LENGTH
    const span = this.#at[newest] - this.#at[oldest]
    if (span < SPAN_MS_MIN) return undefined
    return ((this.#delivered[newest] - this.#delivered[oldest]) / span) * 1000
  }
}
