import type { ServerInformation } from '../dialect/index.ts'
import type { Limits } from '../gateway/index.ts'

/** What is served over HTTP of a server: a `Host` is one. */
export interface Served {
  readonly limits: Limits
  /** Counts, as `/stats` tells them. */
  readonly stats: object
  /** What anyone may know without a login. */
  readonly information: ServerInformation
  /** A piece of a map, or its index, by hash. */
  mapPiece(hash: string): Uint8Array | undefined
  /** Says why a link from this address would be refused just now; undefined when it would not. */
  admit(address: string): string | undefined
}

/** Who may have a connect token where guests may not play. */
export interface LoginCheck {
  readonly hasGuests: boolean
  /** Whether this login token is that of an account that may come in. */
  isGood(token: string): Promise<boolean>
}
