/** Waits for Ctrl-C (or a polite kill), from its creation on. A second one ends the process at once. */
export class Stop {
  readonly #asking = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | undefined
  #isAsked = false

  constructor() {
    const ask = (): void => {
      if (this.#isAsked) process.exit(130)
      this.#ask()
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
  }

  /** Resolves when it is time to stop. */
  get asked(): Promise<void> {
    return this.#asking.promise
  }

  /** Stops by itself after so long; 0 never. */
  askIn(seconds: number): void {
    if (seconds === 0 || this.#isAsked) return
    // What fails before the time is up ends at once: the timer alone keeps nothing alive.
    this.#timer = setTimeout(() => this.#ask(), seconds * 1000)
    this.#timer.unref()
  }

  /** Stops now: the operator says so on the console. */
  ask(): void {
    this.#ask()
  }

  #ask(): void {
    this.#isAsked = true
    clearTimeout(this.#timer)
    this.#asking.resolve()
  }
}

/** After so long whoever waits for the end is told why, in ms. */
const SLOW_MS = 1000

/** Says what is waited for, where closing a world takes longer than a moment. */
export function sayIfSlow(): void {
  const say = (): void =>
    console.log('Closing: what has changed is being saved. Another Ctrl-C ends it at once, without.')
  setTimeout(say, SLOW_MS).unref()
}
