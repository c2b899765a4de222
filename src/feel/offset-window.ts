/** Milliseconds whose packets count as one moment, and those of all moments remembered. */
const MOMENT_MS = 50
const WINDOW_MS = 4000
const MOMENTS = WINDOW_MS / MOMENT_MS
/** Moments from which on the latest one in fifty is left out, and from which on a stall is. */
const MANY = 50
const SOME = 20
const FEW = 6
/** Milliseconds by which a moment or two, later than all others, are a stall: waiting for those would help nobody. */
const STALL_MS = 200

/**
 * How late news of the last four seconds was: for each moment the worst, so that what a stall held back and let go
 * at once counts once. It knows of time, not of packets: a quiet place forgets as fast as a busy one.
 */
export class OffsetWindow {
  readonly #moments = new Float64Array(MOMENTS).fill(Number.NEGATIVE_INFINITY)
  readonly #worst = new Float64Array(MOMENTS)
  #newest = 0
  #value = Number.NaN
  #isStale = true

  /** News came at `now`, so many ms after its tick. */
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

  /** From now on ticks come so many ms later. */
  shift(ms: number): void {
    for (let i = 0; i < MOMENTS; i++) this.#worst[i] += ms
    this.#isStale = true
  }

  clear(): void {
    this.#moments.fill(Number.NEGATIVE_INFINITY)
    this.#isStale = true
  }

  /**
   * By how many ms after its tick news has come: all but one in fifty, and but for a stall. NaN where there was none.
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
