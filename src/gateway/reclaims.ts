import { after, FOREVER, type Instant, milliseconds } from '../core/index.ts'
import type { Said } from '../dialect/index.ts'
import type { Connection } from './connection.ts'
import type { Session } from './session.ts'

/** How many bytes of a session's tokens stay the same: by them another gateway finds its player. */
export const CONSTANT_BYTES = 8
/** How often regions are asked again, and for how long: the player may be on the way from one to another, in ms. */
const AGAIN_MS = 250
const PATIENCE_MS = 2500
/** How long an answer is expected for whoever does not wait any more, in ms; and of how many. */
const LATE_MS = 30_000
const LATE_MAX = 1024

/** Somebody with a token of a session that this gateway has not: maybe of one at a gateway that is gone. */
export interface Reclaim {
  readonly connection: Connection<Session>
  readonly said: Said & { readonly is: 'hello' }
  readonly constant: Uint8Array
  readonly key: string
  readonly until: Instant
  againAt: Instant
}

/** Tracks those who come back to another gateway than they were at, until a region says that it has their player. */
export class Reclaims {
  readonly #all = new Map<number, Reclaim>()
  /** Whose connection ended while regions were asked, the earliest first: a region that was held up answers late. */
  readonly #late = new Map<number, { readonly reclaim: Reclaim; readonly until: Instant }>()

  get size(): number {
    return this.#all.size
  }

  begin(
    session: number,
    from: Pick<Reclaim, 'connection' | 'said' | 'constant' | 'key'>,
    now: Instant,
  ): void {
    const until = after(now, milliseconds(PATIENCE_MS))
    this.#all.set(session, { ...from, until, againAt: FOREVER })
  }

  /** Removes one that a region has answered. */
  take(session: number): Reclaim | undefined {
    const reclaim = this.#all.get(session) ?? this.#late.get(session)?.reclaim
    this.#all.delete(session)
    this.#late.delete(session)
    return reclaim
  }

  /** Notes that no region has the player now. @returns one who has waited long enough, and is to come in anew */
  unknown(session: number, now: Instant): Reclaim | undefined {
    const reclaim = this.#all.get(session)
    if (!reclaim) return undefined
    if (now >= reclaim.until) return this.take(session)
    reclaim.againAt = after(now, milliseconds(AGAIN_MS))
    return undefined
  }

  /**
   * Asks no more for those whose connection has ended: they may be asked for elsewhere. `take` still has them, since a
   * region may have been asked that gives them the player yet.
   *
   * @returns their sessions
   */
  withdrawn(isOpen: (connection: Connection<Session>) => boolean, now: Instant): number[] {
    const gone: number[] = []
    for (const [session, reclaim] of this.#all) {
      if (isOpen(reclaim.connection)) continue
      gone.push(session)
      this.#all.delete(session)
      this.#late.set(session, { reclaim, until: after(now, milliseconds(LATE_MS)) })
    }
    for (const [session, { until }] of this.#late) {
      if (now < until && this.#late.size <= LATE_MAX) break
      this.#late.delete(session)
    }
    return gone
  }

  /** Returns those to be asked for again now, with their keys. */
  due(now: Instant): { readonly session: number; readonly key: string }[] {
    const due: { session: number; key: string }[] = []
    for (const [session, reclaim] of this.#all) {
      if (now < reclaim.againAt) continue
      reclaim.againAt = FOREVER
      due.push({ session, key: reclaim.key })
    }
    return due
  }
}
