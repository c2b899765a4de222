/** The length of one moment, whose packets count as one, and of all moments remembered, in milliseconds. */
const MOMENT_MS = 50
const WINDOW_MS = 4000
const MOMENTS = WINDOW_MS / MOMENT_MS
/** How many moments it takes to leave out the latest one in fifty, and to leave out a stall. */
const MANY = 50
const SOME = 20
const FEW = 6
/**
 * How much later than all others a moment or two must be to count as a stall, in milliseconds: waiting for those
 * would not help.
 */
const STALL_MS = 200

/**
 * Measures how late the news of the last four seconds was. It keeps the worst of each moment, so that a burst after
 * a stall counts once. It counts time and not packets, so a quiet place forgets as fast as a busy one.
 */
export class OffsetWindow {
  readonly #moments = new Float64Array(MOMENTS).fill(Number.NEGATIVE_INFINITY)
  readonly #worst = new Float64Array(MOMENTS)
  #newest = 0
  #value = Number.NaN
  #isStale = true

  /** Adds news that came at `now`, `offset` ms after its tick. */
  add(offset: number, now: number): void {
    const moment = Math.floor(now / MOMENT_MS)
    const at = ((moment % MOMENTS) + MOMENTS) % MOMENTS
    if (this.#moments[at] !== moment) {
      this.#moments[at] = moment
      this.#worst[at] = offset
    } else if (offset > this.#worst[at]) this.#worst[at] = offset
    this.#newest = moment
    this.#isStale = true
  }

  /** Moves all offsets by `ms`, because ticks come that much later from now on. */
  shift(ms: number): void {
    for (let i = 0; i < MOMENTS; i++) this.#worst[i] += ms
    this.#isStale = true
  }

  clear(): void {
    this.#moments.fill(Number.NEGATIVE_INFINITY)
    this.#isStale = true
  }

  /**
   * The ms after its tick within which news came, leaving out one in fifty and a stall. NaN where there was none.
   */
  get value(): number {
    if (this.#isStale) this.#value = this.#look()
    this.#isStale = false
    return this.#value
  }

  #look(): number {
    let count = 0
    let first = Number.NEGATIVE_INFINITY
    let second = first
    let third = first
    for (let i = 0; i < MOMENTS; i++) {
      if (this.#moments[i] <= this.#newest - MOMENTS) continue
      count++
      const worst = this.#worst[i]
      if (worst > first) {
        third = second
        second = first
        first = worst
      } else if (worst > second) {
        third = second
        second = worst
      } else if (worst > third) third = worst
    }
    if (count === 0) return Number.NaN
    const latest = count >= MANY ? second : first
    if (count >= SOME && latest - third > STALL_MS) return third
    return count >= FEW && latest - second > STALL_MS ? second : latest
  }
}
