import type { EpochMs } from './epoch.ts'

/** What an account may do beyond playing. */
export type Role = 'player' | 'staff' | 'owner'

export const ROLES: readonly Role[] = ['player', 'staff', 'owner']

/** Why somebody may not come in, and for how long. */
export interface Ban {
  /** When the ban ends; undefined: never. */
  readonly until: EpochMs | undefined
  /** Told to the one who is banned. At most 500 UTF-16 units. */
  readonly reason: string
  /** When the ban was spoken. */
  readonly at: EpochMs
}

export interface Account {
  /** Made by the caller, never used again; 1 to 64 characters of A-Z a-z 0-9 . _ : - */
  readonly id: string
  /** The name as its owner writes it. */
  readonly name: string
  /** The name in canonical form: no two accounts have the same. What is canonical is the caller's business. */
  readonly nameKey: string
  /** Opaque here; undefined for guests, who cannot log in by password. */
  readonly passwordHash: string | undefined
  readonly role: Role
  /** Kept until it is lifted, also after its time is up: compare `until` with the time. */
  readonly ban: Ban | undefined
  /** Begins at 1; raised by a new password, a ban and `revoke`. A token with an older one is void. */
  readonly generation: number
  readonly createdAt: EpochMs
  /** Undefined before the first login. */
  readonly lastLoginAt: EpochMs | undefined
}

export interface NewAccount {
  readonly id: string
  readonly name: string
  readonly nameKey: string
  readonly passwordHash: string | undefined
  readonly role: Role
  readonly at: EpochMs
}

/** `taken`: another account has this name key or this id. The same request repeated is `created` again. */
export type AccountCreation =
  | { readonly is: 'created'; readonly account: Account }
  | { readonly is: 'taken'; readonly what: 'name' | 'id' }

export interface AccountQuery {
  /** At most this many, 1 to 1,000. */
  readonly limit: number
  /** Only accounts whose name key comes after this one: the `next` of the page before. */
  readonly after?: string
  /** Only accounts whose name key begins so. */
  readonly prefix?: string
  readonly role?: Role
  /** Only accounts with a ban that holds at this moment. */
  readonly bannedAt?: EpochMs
}

/** Accounts by name key, in the order of its UTF-8 bytes. */
export interface AccountPage {
  readonly accounts: readonly Account[]
  /** What to give as `after` for the next page; undefined when this was the last. */
  readonly next: string | undefined
}

/**
 * The accounts. Each change answers with the account as it is now, or undefined if there is none of that id. Each
 * may be repeated when its answer was lost.
 */
export interface AccountShelf {
  create(account: NewAccount): Promise<AccountCreation>
  find(id: string): Promise<Account | undefined>
  findByKey(nameKey: string): Promise<Account | undefined>
  list(query: AccountQuery): Promise<AccountPage>
  count(): Promise<number>

  /** Gives an account a new name, for instance when a guest registers. `taken`: another account has the key. */
  rename(change: {
    readonly id: string
    readonly name: string
    readonly nameKey: string
  }): Promise<Account | 'taken' | undefined>
  /** Sets the password and raises `generation`, so that tokens given out before are void. */
  setPassword(change: {
    readonly id: string
    readonly passwordHash: string | undefined
  }): Promise<Account | undefined>
  setRole(change: { readonly id: string; readonly role: Role }): Promise<Account | undefined>
  /** Bans an account, in place of an earlier ban, and raises `generation`. */
  ban(change: { readonly id: string; readonly ban: Ban }): Promise<Account | undefined>
  unban(id: string): Promise<Account | undefined>
  /** Raises `generation`: every token of the account is void. */
  revoke(id: string): Promise<Account | undefined>
  recordLogin(login: { readonly id: string; readonly at: EpochMs }): Promise<Account | undefined>
  /** Deletes an account with its characters and their items. @returns whether there was one */
  delete(id: string): Promise<boolean>
}
