/** The part of a second's bytes that may go out at once; the others come in evenly. */
const BURST_SHARE = 1 / 5
/** Bytes: what may go out at once however small the budget, so that the largest advance can be saved up for. */
const BURST_LEAST = 1400
/** The part of a second's bytes that comes in evenly where the burst would leave less of it. */
const EVEN_SHARE_LEAST = 0.3

/**
 * The bytes a view may send: in no second, wherever it begins, more than so many [T20].
 *
 * A fifth of them may go out at once. The other four fifths come in evenly over the second, which is therefore the most
 * that goes out for long. What a view has saved is the view's own; here are the rules.
 *
 * Where the link bears less for a while, that is the budget meanwhile. It may be less than one large advance a second:
 * then one advance is saved up for, over as many seconds as that takes.
 */
export class Budget {
  readonly #bytesPerSecond: number
  readonly #ticksPerSecond: number

  constructor(bytesPerSecond: number, ticksPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
    this.#ticksPerSecond = ticksPerSecond
  }

  /** Bytes that can be saved up. */
  get burst(): number {
    return burstOf(this.#bytesPerSecond)
  }

  /** What is saved once so many ticks have passed, on a link that bears so much. */
  after(saved: number, ticks: number, borne = Number.POSITIVE_INFINITY): number {
    const rate = Math.min(this.#bytesPerSecond, borne)
    const burst = burstOf(rate)
    const perTick = Math.floor(Math.max(rate - burst, rate * EVEN_SHARE_LEAST) / this.#ticksPerSecond)
    return Math.min(burst, saved + Math.min(burst, ticks * perTick))
  }
}

function burstOf(bytesPerSecond: number): number {
  return Math.ceil(Math.max(bytesPerSecond * BURST_SHARE, BURST_LEAST))
}
