import type { TestContext } from 'node:test'

/** How often the process looks at the clock, in ms. */
const LOOK_MS = 5
/** The pause from which on what is told late may be this process's own doing, in ms. */
const PAUSE_MS = 100

/**
 * Measures time as this process lives it. On a machine whose cores others want a process stands still now and then;
 * such a pause counts as one look, so that a limit in ms is no looser on a quiet machine and holds on a busy one.
 */
export class OwnTime {
  /** The number of times that the process stood still for 100 ms or longer. */
  pauses = 0
  #ms = 0
  #last = performance.now()

  constructor(t: TestContext) {
    const timer = setInterval(() => this.#look(), LOOK_MS)
    t.after(() => clearInterval(timer))
  }

  /** The time lived so far, in ms. */
  get ms(): number {
    this.#look()
    return this.#ms
  }

  #look(): void {
    const now = performance.now()
    const passed = now - this.#last
    if (passed >= PAUSE_MS) this.pauses++
    this.#ms += Math.min(passed, 2 * LOOK_MS)
    this.#last = now
  }
}
