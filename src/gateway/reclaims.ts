import { after, FOREVER, type Instant, milliseconds } from '../core/index.ts'
import type { Said } from '../dialect/index.ts'
import type { Connection } from './connection.ts'
import type { Session } from './session.ts'

/** How many bytes of a session's tokens stay the same: by them another gateway finds its player. */
export const CONSTANT_BYTES = 8
/** How often regions are asked again, and for how long: the player may be on the way from one to another, in ms. */
const AGAIN_MS = 250
const PATIENCE_MS = 2500

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
    const reclaim = this.#all.get(session)
    this.#all.delete(session)
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

  /** Removes those whose connection has ended: they may be asked for elsewhere. @returns their sessions */
  withdrawn(isOpen: (connection: Connection<Session>) => boolean): number[] {
    const gone: number[] = []
    for (const [session, { connection }] of this.#all) if (!isOpen(connection)) gone.push(session)
    for (const session of gone) this.#all.delete(session)
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
