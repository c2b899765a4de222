import type { ServerInformation } from '../dialect/index.ts'
import type { Limits } from '../gateway/index.ts'

/** What a server offers to be served over HTTP: a `Host` is one. */
export interface Served {
  readonly limits: Limits
  /** The counts at `/stats`. */
  readonly stats: object
  /** What anyone may know without a login. */
  readonly information: ServerInformation
  /** Returns a piece of a map, or its index, by hash. */
  mapPiece(hash: string): Uint8Array | undefined
  /** Says why a link from this address would be refused just now; undefined when it would not. */
  admit(address: string): string | undefined
}

/** Decides who may have a connect token if guests may not play. */
export interface LoginCheck {
  readonly hasGuests: boolean
  /** Returns whether this login token belongs to an account that may come in. */
  isGood(token: string): Promise<boolean>
}
