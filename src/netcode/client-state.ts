import type { Address } from './address.ts'
import type { KeyedToken } from './token/connect-token.ts'

/** The ten states of a client and the numbers the standard gives them: below zero an error, 3 the goal. */
export const clientStates = {
  'connect token expired': -6,
  'invalid connect token': -5,
  'connection timed out': -4,
  'connection response timed out': -3,
  'connection request timed out': -2,
  'connection denied': -1,
  disconnected: 0,
  'sending connection request': 1,
  'sending connection response': 2,
  connected: 3,
} as const

export type ClientStateName = keyof typeof clientStates

/** The states in which the client does nothing. */
export type RestingState = Exclude<ClientStateName, ActiveState>
type ActiveState = 'sending connection request' | 'sending connection response' | 'connected'

/** What each state knows. */
export type ClientState =
  | { readonly at: RestingState }
  | ({ readonly at: 'sending connection request' } & ConnectAttempt)
  | ({ readonly at: 'sending connection response'; readonly challenge: Uint8Array } & ConnectAttempt)
  | ({ readonly at: 'connected'; readonly slot: number; readonly maxClients: number } & ConnectAttempt)

/** One try at one server of the token's list. */
export interface ConnectAttempt {
  readonly token: KeyedToken
  /** The request packet, the same bytes each time. */
  readonly request: Uint8Array
  /** Which of the token's servers. */
  readonly index: number
  readonly server: Address
}
