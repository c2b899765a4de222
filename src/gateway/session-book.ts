import { hex } from '../core/index.ts'
import type { Session } from './session.ts'

/** Tokens whose welcome may have come or not that open a session at a time. */
const UNPROVEN_MAX = 3

/** Finds sessions by the token they gave. */
export class SessionBook {
  readonly #byToken = new Map<string, Session>()

  add(session: Session): void {
    this.#byToken.set(hex(session.token), session)
  }

  /** The session that this token opens. It opens it again until `settle`. */
  take(token: Uint8Array): Session | undefined {
    const session = this.#byToken.get(hex(token))
    if (session === undefined) return undefined
    const [proven, ...rest] = [...session.spareTokens, session.token]
    const kept = [proven, ...rest.slice(-UNPROVEN_MAX)]
    for (const one of rest.slice(0, -UNPROVEN_MAX)) this.#byToken.delete(hex(one))
    session.spareTokens = kept
    return session
  }

  /** The player is known to have the session's newest token: those before open nothing any more. */
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
