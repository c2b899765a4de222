/** The length of a slot, whose latest news stands for all of it, in milliseconds. */
const SLOT_MS = 1000
/**
 * Within how many slots two, three, four and five late bursts must lie to count as weather: one in twenty seconds.
 * Fewer are pauses that stand alone.
 */
const WITHIN = [20, 40, 60, 80] as const
const SLOTS = 80
/**
 * The lateness in milliseconds beyond which two bursts within the first of those are pauses that stand alone too, as of
 * a network that failed twice: what is waited for is hardly more.
 */
const PAUSE_MS = 850
/** The share of time in which one who turns once a second may be shown wrong because what is due comes later. */
const WRONG_SHARE = 0.0004

/**
 * Measures how late the bursts of late news are that come again and again, as on a train or where a tenth of all
 * packets is lost. A pause that stands alone counts for nothing: waiting for it would not prevent the next one. The
 * more often bursts come back the longer they are remembered.
 *
 *     lateness by slot  --peaks-->  bursts  --the latest one, two, three, four left out-->  recurring
 *
 * Waiting for all of each burst is not worth it: who is shown by `e` seconds too early is wrong for `e` at most, and
 * only where somebody turned in that time. So `e * e / 2` of each burst is summed up and kept to a small share.
 */
export class RecurringLateness {
  readonly #slots = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY)
  readonly #latest = new Float64Array(SLOTS)
  /** The peaks of the slots looked at, the latest first. */
  readonly #peaks = new Float64Array(SLOTS)
  #newest = Number.NEGATIVE_INFINITY
  #value = Number.NEGATIVE_INFINITY
  #isStale = false

  /** Adds news that came at `now`, `late` ms later than the clock of then made expect. */
  add(late: number, now: number): void {
    const slot = Math.floor(now / SLOT_MS)
    const at = indexOf(slot)
    this.#newest = slot
    if (this.#slots[at] !== slot) {
      this.#slots[at] = slot
      this.#latest[at] = late
    } else if (late > this.#latest[at]) this.#latest[at] = late
    else return
    this.#isStale = true
  }

  /** Forgets the burst that came last, because it was no weather. */
  forgetLast(): void {
    for (const slot of [this.#newest, this.#newest - 1]) this.#slots[indexOf(slot)] = Number.NEGATIVE_INFINITY
    this.#isStale = true
  }

  /** The ms of lateness within which to expect the news of recurring bursts; -Infinity where there are none. */
  get value(): number {
    if (this.#isStale) this.#value = this.#look()
    this.#isStale = false
    return this.#value
  }

  #look(): number {
    const newest = this.#newest
    let value = Number.NEGATIVE_INFINITY
    let count = 0
    let pauses = 0
    let known = 0
    for (let back = 0, alone = 0; back < SLOTS; back++) {
      const late = this.#at(newest - back)
      if (late > Number.NEGATIVE_INFINITY) known = back + 1
      if (late > this.#at(newest - back + 1) && late >= this.#at(newest - back - 1)) {
        this.#keep(late, count++)
        if (late > PAUSE_MS) pauses++
      }
      if (back + 1 < WITHIN[alone]) continue
      alone++
      const left = alone === 1 && pauses === 2 ? pauses : alone
      if (count > left) value = Math.max(value, this.#enough(count, left, known))
    }
    return value
  }

  /** Returns the latest news of a slot; -Infinity where there was none, or that is another turn's. */
  #at(slot: number): number {
    const at = indexOf(slot)
    return this.#slots[at] === slot ? this.#latest[at] : Number.NEGATIVE_INFINITY
  }

  /** Puts a peak among the `count` that are there. */
  #keep(late: number, count: number): void {
    let at = count
    for (; at > 0 && this.#peaks[at - 1] < late; at--) this.#peaks[at] = this.#peaks[at - 1]
    this.#peaks[at] = late
  }

  /**
   * Returns the lateness that is enough for `count` peaks of `seconds`, of which the latest `alone` count like the
   * next: the least one beyond which all of them together are not wrong for longer than they may.
   */
  #enough(count: number, alone: number, seconds: number): number {
    const most = this.#peaks[alone]
    const budget = 2 * WRONG_SHARE * seconds * 1e6
    let sum = 0
    let squares = 0
    for (let n = 1; n <= count; n++) {
      // Below `most`, so that squares of large numbers lose no digits.
      const below = Math.min(0, this.#peaks[n - 1] - most)
      sum += below
      squares += below * below
      const next = n < count ? Math.min(0, this.#peaks[n] - most) : Number.NEGATIVE_INFINITY
      const enough = (sum - Math.sqrt(Math.max(0, sum * sum - n * (squares - budget)))) / n
      if (enough >= next) return most + enough
    }
    return most
  }
}

function indexOf(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS
}
