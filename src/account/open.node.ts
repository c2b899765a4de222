import type { CharacterState, Store } from '../store/index.ts'
import { Accounts } from './accounts.ts'
import { createPasswords, type PasswordOptions } from './password/password.node.ts'
import { Roster } from './roster.ts'
import { Steward } from './steward.ts'
import { openKeyFile } from './token/key-file.node.ts'
import { hashToken, hmacSha256, randomSecret } from './token/secret.node.ts'

export interface OpenAccountsOptions {
  readonly store: Store
  /** The world these tokens are for; the game's name will do. */
  readonly audience: string
  /** A file for the keys that sign tokens. When left out, they are in the store, for all its servers. */
  readonly keyFile?: string
  /** How long a login's token lives, in ms; 12 hours when left out. */
  readonly tokenMs?: number
  readonly hasGuests?: boolean
  readonly hasRegistration?: boolean
  readonly reservedNames?: readonly string[]
  readonly charactersMax?: number
  /** Makes the state of a new character before it first enters the world. */
  readonly begin?: (name: string) => CharacterState
  readonly passwords?: PasswordOptions
}

/** Everything about accounts that a server needs. */
export interface AccountDesk {
  readonly accounts: Accounts
  readonly roster: Roster
  readonly steward: Steward
}

/**
 * Joins accounts, characters and their keepers over a store, with this platform's hashing, dice and files.
 *
 * @throws OutsideError for a key file that others can read, or that cannot be read
 */
export function openAccounts(options: OpenAccountsOptions): AccountDesk {
  const { store, keyFile, charactersMax, begin } = options
  const keys = keyFile === undefined ? store.keys : openKeyFile(keyFile)
  const passwords = createPasswords(options.passwords)
  const accounts = new Accounts({ ...options, keys, passwords, hmac: hmacSha256, randomSecret, hashToken })
  const roster = new Roster({ accounts, store, randomSecret, charactersMax, begin })
  return { accounts, roster, steward: new Steward({ store, passwords, randomSecret }) }
}
