/** Accounts over a store in memory, with passwords that cost little, in virtual time. For tests. */
import { createMemoryStore } from '../store/index.ts'
import { Accounts, type AccountsOptions } from './accounts.ts'
import { createPasswords } from './password.node.ts'
import { Roster } from './roster.ts'
import { hashToken, hmacSha256, randomSecret } from './secret.node.ts'

export const CHEAP = { memory: 8, passes: 1, lanes: 1 }

export function desk(options: Partial<AccountsOptions> = {}) {
  const store = options.store ?? createMemoryStore()
  const accounts = new Accounts({
    store,
    keys: store.keys,
    passwords: createPasswords({ cost: CHEAP, waitingMax: 1000 }),
    hmac: hmacSha256,
    randomSecret,
    hashToken,
    audience: 'town',
    ...options,
  })
  return { store, accounts, roster: new Roster({ accounts, store, randomSecret, charactersMax: 3 }) }
}
