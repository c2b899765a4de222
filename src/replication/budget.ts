/** The largest part of a second's bytes that may go out at once. */
const BURST_SHARE = 1 / 4
/** Bytes: what may go out at once however small the budget, so that the largest advance can be saved up for. */
const BURST_LEAST = 1400

/**
 * The bytes a view may send. Two rules, and the stricter holds: on average no more than so many a second, with a burst
 * of a quarter of that; and in no second, wherever it begins, more than that [T20].
 */
export class Budget {
  readonly #perSecond: number
  readonly #perTick: number
  readonly #burst: number
  /** By tick modulo the ticks of a second: what was spent then. */
  readonly #spent: Float64Array
  #spentSum = 0
  #saved: number
  #tick = 0

  constructor(bytesPerSecond: number, ticksPerSecond: number) {
    this.#perSecond = bytesPerSecond
    this.#perTick = bytesPerSecond / ticksPerSecond
    this.#burst = Math.min(bytesPerSecond, Math.max(bytesPerSecond * BURST_SHARE, BURST_LEAST))
    this.#saved = this.#burst
    this.#spent = new Float64Array(ticksPerSecond)
  }

  /** Bytes that may still go out in this tick. */
  get left(): number {
    return Math.min(this.#saved, this.#perSecond - this.#spentSum)
  }

  /** Time has gone on to `tick`. */
  begin(tick: number): void {
    const ticks = tick - this.#tick
    if (ticks <= 0) return
    this.#saved = Math.min(this.#burst, this.#saved + ticks * this.#perTick)
    const window = this.#spent.length
    for (let i = Math.max(this.#tick + 1, tick - window + 1); i <= tick; i++) {
      this.#spentSum -= this.#spent[i % window]
      this.#spent[i % window] = 0
    }
    this.#tick = tick
  }

  spend(bytes: number): void {
    this.#saved -= bytes
    this.#spent[this.#tick % this.#spent.length] += bytes
    this.#spentSum += bytes
  }
}
