import { twoTo } from '../../core/index.ts'
import type { EpochMs } from '../../store/index.ts'

export interface ThrottleOptions {
  /** How many attempts cost no wait. */
  readonly free: number
  /** The first wait, in ms; each further one is twice as long. */
  readonly waitMs: number
  /** The longest wait, in ms. */
  readonly waitMaxMs: number
  /** How many ms without an attempt until everything is forgotten. */
  readonly forgetMs: number
  /** The most keys remembered; beyond that the one that was quiet longest is forgotten. 100,000 when left out. */
  readonly keysMax?: number
}

interface Trouble {
  attempts: number
  at: EpochMs
  /** When the next may be made; -Infinity where there is nothing to wait for, whatever time it is. */
  freeAt: EpochMs
}

/**
 * Counts attempts by key: some are free, then each has to wait longer than the one before. A machine that is told
 * the time.
 */
export class Throttle {
  readonly #options: Required<ThrottleOptions>
  readonly #troubles = new Map<string, Trouble>()

  constructor(options: ThrottleOptions) {
    this.#options = { keysMax: 100_000, ...options }
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#troubles.size
  }

  /** Returns how many ms until this key may try (again); 0 for now. Asking costs nothing. */
  waitOf(key: string, now: EpochMs): number {
    const trouble = this.#troubles.get(key)
    const { forgetMs, waitMaxMs } = this.#options
    if (!trouble || now - trouble.at >= forgetMs) return 0
    // Should the clock go back, nobody waits longer for it.
    return Math.min(waitMaxMs, Math.max(0, trouble.freeAt - now))
  }

  /**
   * Counts an attempt. It counts at once, before its outcome is known, so that many at the same time gain nothing.
   */
  take(key: string, now: EpochMs): void {
    const { free, waitMs, waitMaxMs, forgetMs, keysMax } = this.#options
    const known = this.#troubles.get(key)
    const isFresh = known !== undefined && now - known.at < forgetMs
    const attempts = (isFresh ? known.attempts : 0) + 1
    const beyond = attempts - free
    // Those who ask at the same time are told different times, in any order: a free attempt bars no earlier time.
    const freeAt = beyond < 0 ? -Infinity : now + Math.min(waitMaxMs, waitMs * twoTo(Math.min(beyond, 40)))
    // Again at the end: the map keeps the order in which keys were last tried.
    this.#troubles.delete(key)
    this.#troubles.set(key, { attempts, at: now, freeAt })
    // Two at a time, those that are long over; and whoever was quiet longest where there are too many.
    let looked = 0
    for (const [quietest, { at }] of this.#troubles) {
      if (now - at < forgetMs && this.#troubles.size <= keysMax) break
      this.#troubles.delete(quietest)
      if (++looked === 2) break
    }
  }

  /** Takes the last attempt back: it was good. */
  giveBack(key: string): void {
    const trouble = this.#troubles.get(key)
    if (!trouble) return
    trouble.attempts--
    trouble.freeAt = -Infinity
    if (trouble.attempts <= 0) this.#troubles.delete(key)
  }

  /** Forgives a key everything. */
  forget(key: string): void {
    this.#troubles.delete(key)
  }
}
