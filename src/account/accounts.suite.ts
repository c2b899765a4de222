/** Accounts over a store in memory, with passwords that cost little, in virtual time. For tests. */
import { createMemoryStore } from '../store/index.ts'
import { Accounts, type AccountsOptions } from './accounts.ts'
import { createPasswords } from './password/password.node.ts'
import { Roster } from './roster.ts'
import { Steward } from './steward.ts'
import { hashToken, hmacSha256, randomSecret } from './token/secret.node.ts'

export const CHEAP = { memory: 8, passes: 1, lanes: 1 }

export function desk(options: Partial<AccountsOptions> = {}) {
  const store = options.store ?? createMemoryStore()
  const passwords = options.passwords ?? createPasswords({ cost: CHEAP, waitingMax: 1000 })
  const accounts = new Accounts({
    store,
    keys: store.keys,
    passwords,
    hmac: hmacSha256,
    randomSecret,
    hashToken,
    audience: 'town',
    ...options,
  })
  const roster = new Roster({ accounts, store, randomSecret, charactersMax: 3 })
  return { store, accounts, roster, steward: new Steward({ store, passwords, randomSecret }) }
}
