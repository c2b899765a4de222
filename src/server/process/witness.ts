import type { Instant } from '../../core/index.ts'

/** How long a broken way may take to be there again before the process counts as lost, in ms. */
const GRACE_MS = 200

/**
 * Notes which processes are lost: the way to them broke and did not come back. It says so to whoever leads, at each
 * renewal and so long as it is so, as one witness of several; nobody acts on one alone.
 */
export class Witness {
  readonly #downSince = new Map<string, Instant>()
  readonly #told = new Set<string>()

  /** Notes that the way to a process broke; or is there. */
  is(process: string, state: 'up' | 'down', now: Instant): void {
    if (state === 'up') this.forget(process)
    else if (!this.#downSince.has(process)) this.#downSince.set(process, now)
  }

  /** Forgets a process that nobody lists any more. */
  forget(process: string): void {
    this.#downSince.delete(process)
    this.#told.delete(process)
  }

  /** The processes that are lost since this was asked last. */
  newlyLost(now: Instant): string[] {
    const lost = this.lost(now).filter((process) => !this.#told.has(process))
    for (const process of lost) this.#told.add(process)
    return lost
  }

  /** The processes that are lost by now. */
  lost(now: Instant): string[] {
    const lost: string[] = []
    for (const [process, since] of this.#downSince) if (now - since >= GRACE_MS) lost.push(process)
    return lost
  }
}
