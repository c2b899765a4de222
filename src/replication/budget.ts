/** The part of a second's bytes that may go out at once; the others come in evenly. */
const BURST_SHARE = 1 / 5
/** Bytes: what may go out at once however small the budget, so that the largest advance can be saved up for. */
const BURST_LEAST = 1400

/**
 * The bytes a view may send: in no second, wherever it begins, more than so many [T20].
 *
 * A fifth of them may go out at once. The other four fifths come in evenly over the second, which is therefore the most
 * that goes out for long. What a view has saved is the view's own; here are the rules.
 */
export class Budget {
  /** Bytes that can be saved up. */
  readonly burst: number
  readonly #perTick: number

  constructor(bytesPerSecond: number, ticksPerSecond: number) {
    this.burst = Math.ceil(Math.max(bytesPerSecond * BURST_SHARE, BURST_LEAST))
    this.#perTick = Math.floor((bytesPerSecond - this.burst) / ticksPerSecond)
  }

  /** What is saved once so many ticks have passed. */
  after(saved: number, ticks: number): number {
    return Math.min(this.burst, saved + Math.min(this.burst, ticks * this.#perTick))
  }
}
