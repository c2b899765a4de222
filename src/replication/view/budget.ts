/** The part of a second's bytes that may go out at once; the rest comes in evenly. */
const BURST_SHARE = 1 / 5
/**
 * The least bytes that may go out at once, however small the budget, so that the largest advance can be saved up
 * for.
 */
const BURST_LEAST = 1400
/** The part of a second's bytes that comes in evenly where the burst would leave less of it. */
const EVEN_SHARE_LEAST = 0.3

/**
 * Limits the bytes a view may send: in no second, wherever it begins, more than so many [T20].
 *
 * A fifth of them may go out at once. The other four fifths come in evenly over the second, which is therefore the most
 * that goes out for long. What a view has saved is the view's own; here are the rules.
 *
 * Where the link bears less for a while, that is the budget meanwhile. It may be less than one large advance a second:
 * then one advance is saved up for, over as many seconds as that takes.
 */
export class Budget {
  /** How many bytes can be saved up. */
  readonly burst: number
  readonly #bytesPerSecond: number
  readonly #ticksPerSecond: number
  readonly #perTick: number

  constructor(bytesPerSecond: number, ticksPerSecond: number) {
    this.burst = burstOf(bytesPerSecond)
    this.#bytesPerSecond = bytesPerSecond
    this.#ticksPerSecond = ticksPerSecond
    this.#perTick = perTickOf(bytesPerSecond, ticksPerSecond)
  }

  /** Returns what is saved after so many ticks, on a link that bears so many bytes per second. */
  after(saved: number, ticks: number, borne: number): number {
    if (borne >= this.#bytesPerSecond) return grow(saved, ticks * this.#perTick, this.burst)
    return grow(saved, ticks * perTickOf(borne, this.#ticksPerSecond), burstOf(borne))
  }
}

function burstOf(bytesPerSecond: number): number {
  return Math.ceil(Math.max(bytesPerSecond * BURST_SHARE, BURST_LEAST))
}

/** Returns how many bytes come in each tick. */
function perTickOf(bytesPerSecond: number, ticksPerSecond: number): number {
  const even = Math.max(bytesPerSecond - burstOf(bytesPerSecond), bytesPerSecond * EVEN_SHARE_LEAST)
  return Math.floor(even / ticksPerSecond)
}

function grow(saved: number, by: number, burst: number): number {
  return Math.min(burst, saved + Math.min(burst, by))
}
