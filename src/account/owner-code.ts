import type { EpochMs, Keys, AccountShelf as StoredAccounts } from '../store/index.ts'
import type { RandomSecret } from './token/key-ring.ts'
import { equalInConstantTime } from './token/token.ts'

export interface OwnerCodeOptions {
  readonly accounts: StoredAccounts
  readonly keys: Keys
  readonly randomSecret: RandomSecret
  readonly hashToken: (token: string) => string
}

const ID = 'owner-code'
/** Letters and digits that are not mistaken for each other. */
const DIGITS = 'abcdefghjkmnpqrstuvwxyz23456789'
const LENGTH = 20

/**
 * Gives a server its first owner [A31]: a code is printed once, on the first start, and kept as a hash; whoever
 * says it first becomes owner.
 */
export class OwnerCode {
  readonly #options: OwnerCodeOptions

  constructor(options: OwnerCodeOptions) {
    this.#options = options
  }

  /** @returns the code to print, on the first start of a world that has no owner; undefined ever after */
  async begin(now: EpochMs): Promise<string | undefined> {
    const { accounts, keys, randomSecret, hashToken } = this.#options
    if ((await accounts.list({ limit: 1, role: 'owner' })).accounts.length > 0) return undefined
    if ((await keys.list(ID)).length > 0) return undefined
    let code = ''
    while (code.length < LENGTH)
      // Bytes beyond a whole number of alphabets would make some digits likelier than others.
      for (const byte of randomSecret(LENGTH))
        if (byte < 256 - (256 % DIGITS.length) && code.length < LENGTH) code += DIGITS[byte % DIGITS.length]
    const secret = new TextEncoder().encode(hashToken(code))
    const isFirst = await keys.add({
      id: ID,
      purpose: ID,
      secret,
      createdAt: now,
      expiresAt: Number.MAX_SAFE_INTEGER,
    })
    return isFirst ? code.replace(/.{5}(?=.)/g, '$&-') : undefined
  }

  /** @returns whether this was the code, and it had not been used: the account is an owner's now */
  async claim(accountId: string, said: string): Promise<boolean> {
    const { accounts, keys, hashToken } = this.#options
    const [key] = await keys.list(ID)
    if (key === undefined || said.length > 100) return false
    const hash = hashToken(said.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    if (!equalInConstantTime(new TextDecoder().decode(key.secret), hash)) return false
    // Whoever takes the code away has used it, however many say it at once.
    if (!(await keys.remove(key.id))) return false
    return (await accounts.setRole({ id: accountId, role: 'owner' })) !== undefined
  }
}
