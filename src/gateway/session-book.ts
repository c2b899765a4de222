import { hex } from '../core/index.ts'
import type { Session } from './session.ts'

/** The most tokens with an unconfirmed welcome that open one session at a time. */
const UNPROVEN_MAX = 3

/** Finds sessions by their tokens. */
export class SessionBook {
  readonly #byToken = new Map<string, Session>()

  add(session: Session): void {
    this.#byToken.set(hex(session.token), session)
  }

  /** Returns the session that this token opens. The token stays valid until `settle`. */
  take(token: Uint8Array): Session | undefined {
    const session = this.#byToken.get(hex(token))
    if (session === undefined) return undefined
    const [proven, ...rest] = [...session.spareTokens, session.token]
    const kept = [proven, ...rest.slice(-UNPROVEN_MAX)]
    for (const one of rest.slice(0, -UNPROVEN_MAX)) this.#byToken.delete(hex(one))
    session.spareTokens = kept
    return session
  }

  /** Invalidates a session's older tokens: the player is known to have the newest. */
  settle(session: Session): void {
    if (session.spareTokens.length === 0) return
    for (const token of session.spareTokens) this.#byToken.delete(hex(token))
    session.spareTokens = []
  }

  forget(session: Session): void {
    this.settle(session)
    this.#byToken.delete(hex(session.token))
  }
}
