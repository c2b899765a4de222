import { Counters, type Measured, type Readings, ShardlessError } from '../core/index.ts'
import type { Account, EpochMs, Keys, Role, Store } from '../store/index.ts'
import {
  type AccountAnswer,
  BUSY,
  NAME_RESERVED,
  NAME_TAKEN,
  NO_ACCOUNT,
  NO_TOKEN,
  type RefusedAnswer,
  refusedAnswer,
  WRONG,
  waitFor,
} from './answer.ts'
import { banOf } from './ban.ts'
import { accountMetrics } from './metrics.ts'
import { keyOf, readName } from './name/name.ts'
import { NameBook } from './name/name-book.ts'
import { OwnerCode } from './owner-code.ts'
import { type Passwords, passwordProblem } from './password/password.ts'
import type { RoleBearer } from './role.ts'
import { LoginThrottle, networkOf } from './throttle/login-throttle.ts'
import { Throttle } from './throttle/throttle.ts'
import { KeyRing, type RandomSecret } from './token/key-ring.ts'
import type { Hmac } from './token/signing-key.ts'
import { newId, readToken, writeToken } from './token/token.ts'
import { charactersInWorld, type WorldOutcome } from './world-outcome.ts'

const HOUR = 60 * 60_000

export interface AccountsOptions {
  readonly store: Store
  /** Where the keys that sign tokens are kept: `store.keys`, or a file's. */
  readonly keys: Keys
  readonly passwords: Passwords
  readonly hmac: Hmac
  readonly randomSecret: RandomSecret
  readonly hashToken: (token: string) => string
  /** Which world's tokens these are. */
  readonly audience: string
  /** How long a login's token lives, in ms; 12 hours when left out. */
  readonly tokenMs?: number
  /** Whether guests may play; false when left out. */
  readonly hasGuests?: boolean
  /** Whether players may register accounts; true when left out. */
  readonly hasRegistration?: boolean
  /**
   * Names that only the operator gives, such as "Admin" and "Server", with all that look like them. None when left
   * out.
   */
  readonly reservedNames?: readonly string[]
}

/** What an account's owner may see of it. */
export interface Profile {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly isGuest: boolean
}

/** The answer to a login: the account, and its token. */
export interface Login {
  readonly account: Profile
  readonly token: string
  readonly expiresAt: EpochMs
}

/** A name and a password, and the address they came from. */
export interface PasswordLogin {
  readonly name: string
  readonly password: string
  readonly address: string
}

/**
 * The accounts of a store: registration, logins, tokens. It owns no clock and no dice. The outside's mistakes are
 * answers, never thrown; a failing store rejects, as the store says.
 *
 *     name, password, address --> throttle --> Argon2id --> ban? --> token --> check --> account
 */
export class Accounts implements Measured {
  readonly ownerCode: OwnerCode
  readonly #store: Store
  readonly #options: AccountsOptions
  /** The names that neither players nor their characters may take. */
  readonly names: NameBook
  readonly #ring: KeyRing
  readonly #tokenMs: number
  readonly #logins = new LoginThrottle()
  /** The answers of the pages of accounts, wherever they were asked. */
  readonly answered = new Counters(...accountMetrics.answers.values)
  readonly #newcomers = new Throttle({ free: 10, waitMs: 60_000, waitMaxMs: HOUR, forgetMs: 2 * HOUR })

  constructor(options: AccountsOptions) {
    const { store, keys, randomSecret, audience, tokenMs = 12 * HOUR } = options
    if (!/^[\x20-\x7e]{1,64}$/.test(audience) || !(tokenMs >= 1000 && tokenMs <= 365 * 24 * HOUR))
      throw new ShardlessError(
        'account/bad-options',
        `Accounts want an audience of 1 to 64 ASCII characters and tokens of a second to a year; these are ${JSON.stringify(audience)} and ${tokenMs} ms.`,
      )
    this.#store = store
    this.#options = options
    this.#tokenMs = tokenMs
    this.#ring = new KeyRing({ keys, purpose: 'login-token', randomSecret, tokenMs })
    this.names = new NameBook(options.reservedNames)
    this.ownerCode = new OwnerCode({ ...options, accounts: store.accounts })
  }

  measure(readings: Readings): void {
    readings.addAll(accountMetrics.answers, this.answered)
  }

  /** Makes an account and logs its owner in. */
  async register({ name, password, address }: PasswordLogin, now: EpochMs): Promise<AccountAnswer<Login>> {
    if (this.#options.hasRegistration === false)
      return refusedAnswer('closed', 'This server takes no new accounts.')
    const read = readName(name)
    if (read.is === 'refused') return refusedAnswer('name', read.reason)
    if (this.names.isReserved(read.name)) return NAME_RESERVED
    const problem = passwordProblem(password, read.name)
    if (problem !== undefined) return refusedAnswer('password', problem)
    const stop = (await this.#addressBan(address, now)) ?? this.#takeNewcomer(address, now)
    if (stop) return stop
    const { accounts } = this.#store
    const created = await this.names.give(read.name, accounts, async () => {
      const hashed = await this.#options.passwords.hash(password)
      if (hashed.is === 'busy') return 'busy'
      return accounts.create({
        id: newId(this.#options.randomSecret),
        name: read.name,
        nameKey: read.key,
        passwordHash: hashed.hash,
        role: 'player',
        at: now,
      })
    })
    if (created === 'busy') return BUSY
    if (created === 'taken' || created.is === 'taken') return NAME_TAKEN
    return this.#login(created.account, now)
  }

  async login({ name, password, address }: PasswordLogin, now: EpochMs): Promise<AccountAnswer<Login>> {
    const banned = await this.#addressBan(address, now)
    if (banned) return banned
    const key = keyOf(name)
    // What is no name is nobody's; it is counted like a name all the same.
    const attempt = { account: key === '' ? `?${name.slice(0, 64)}` : key, address }
    const wait = this.#logins.take(attempt, now)
    if (wait > 0) return waitFor(wait)
    const account = key === '' ? undefined : await this.#store.accounts.findByKey(key)
    const verified = await this.#options.passwords.verify(password, account?.passwordHash)
    if (verified.is === 'busy') {
      this.#logins.takeBack(attempt, now)
      return BUSY
    }
    if (verified.is === 'wrong' || !account) return WRONG
    this.#logins.succeeded(attempt, now)
    const stop = banOf(account.ban, now)
    if (stop) return stop
    return this.#login(verified.isOld ? await this.#rehash(account, password) : account, now)
  }

  /**
   * Makes an account without a password, under a name of its own. A guest who loses the token has lost the account.
   */
  async guest(address: string, now: EpochMs): Promise<AccountAnswer<Login>> {
    if (!this.#options.hasGuests)
      return refusedAnswer('closed', 'This server takes no guests; register or log in.')
    const stop = (await this.#addressBan(address, now)) ?? this.#takeNewcomer(address, now)
    if (stop) return stop
    const id = newId(this.#options.randomSecret)
    const name = `Guest ${id.slice(-6)}`
    // No name that is asked for has a colon: guests take nobody's.
    const guest = {
      id,
      name,
      nameKey: `guest:${id}`,
      passwordHash: undefined,
      role: 'player',
      at: now,
    } as const
    const created = await this.#store.accounts.create(guest)
    return created.is === 'created' ? this.#login(created.account, now) : BUSY
  }

  /** Registers a guest: the account gets a name and a password, and keeps its characters. */
  async registerGuest(
    { token, name, password }: { readonly token: string; readonly name: string; readonly password: string },
    now: EpochMs,
  ): Promise<AccountAnswer<Login>> {
    const checked = await this.check(token, now)
    if (checked.is === 'refused') return checked
    const { id, passwordHash } = checked.account
    if (passwordHash !== undefined) return refusedAnswer('forbidden', 'You are registered already.')
    if (this.#options.hasRegistration === false)
      return refusedAnswer('closed', 'This server takes no new accounts.')
    const read = readName(name)
    if (read.is === 'refused') return refusedAnswer('name', read.reason)
    if (this.names.isReserved(read.name)) return NAME_RESERVED
    const problem = passwordProblem(password, read.name)
    if (problem !== undefined) return refusedAnswer('password', problem)
    const { accounts } = this.#store
    // The name first: what fails after it leaves a guest who may register again.
    const renamed = await this.names.give(read.name, accounts, () =>
      accounts.rename({ id, name: read.name, nameKey: read.key }),
    )
    if (renamed === 'taken') return NAME_TAKEN
    const changed = renamed ? await this.#setPassword(renamed, password) : NO_TOKEN
    return changed.is === 'done' ? this.#token(changed.account, now) : changed
  }

  /** Returns what to tell somebody from a banned address; undefined for others. */
  addressRefusal(address: string, now: EpochMs): Promise<RefusedAnswer | undefined> {
    return this.#addressBan(address, now)
  }

  /** Returns whose token this is, with the account as it is now. */
  async check(token: string, now: EpochMs): Promise<AccountAnswer<{ readonly account: Account }>> {
    const account = await this.#bearer(token, now)
    if (!account) return NO_TOKEN
    return banOf(account.ban, now) ?? { is: 'done', account }
  }

  /** Gives a new token for an old one that is still good, so that players who stay log in once. */
  async renew(token: string, now: EpochMs): Promise<AccountAnswer<Login>> {
    const checked = await this.check(token, now)
    return checked.is === 'done' ? this.#token(checked.account, now) : checked
  }

  /** Changes the password. Every other session of the account ends. */
  async changePassword(
    change: {
      readonly token: string
      readonly old: string
      readonly fresh: string
      readonly address: string
    },
    now: EpochMs,
  ): Promise<AccountAnswer<Login>> {
    const proved = await this.#prove(change.token, change.old, change.address, now)
    if (proved.is === 'refused') return proved
    if (proved.account.passwordHash === undefined)
      return refusedAnswer('forbidden', 'A guest has no password; register instead.')
    const problem = passwordProblem(change.fresh, proved.account.name)
    if (problem !== undefined) return refusedAnswer('password', problem)
    const changed = await this.#setPassword(proved.account, change.fresh)
    return changed.is === 'done' ? this.#token(changed.account, now) : changed
  }

  /** Ends every session of the account, this one too. */
  async endSessions(token: string, now: EpochMs): Promise<AccountAnswer<WorldOutcome>> {
    const checked = await this.check(token, now)
    if (checked.is === 'refused') return checked
    await this.#store.accounts.revoke(checked.account.id)
    return { is: 'done', inWorld: await charactersInWorld(this.#store, checked.account.id) }
  }

  /** Deletes the account with its characters and their items. */
  async delete(
    asked: { readonly token: string; readonly password: string; readonly address: string },
    now: EpochMs,
  ): Promise<AccountAnswer<WorldOutcome>> {
    const proved = await this.#prove(asked.token, asked.password, asked.address, now)
    if (proved.is === 'refused') return proved
    const inWorld = await charactersInWorld(this.#store, proved.account.id)
    await this.#store.accounts.delete(proved.account.id)
    return { is: 'done', inWorld }
  }

  /** Returns who acts by this token, for a `Steward`. */
  async actor(token: string, now: EpochMs): Promise<AccountAnswer<{ readonly actor: RoleBearer }>> {
    const checked = await this.check(token, now)
    if (checked.is === 'refused') return checked
    const { id, role } = checked.account
    return { is: 'done', actor: { is: 'account', id, role } }
  }

  async #login(account: Account, now: EpochMs): Promise<AccountAnswer<Login>> {
    const current = await this.#store.accounts.recordLogin({ id: account.id, at: now })
    return current ? this.#token(current, now) : WRONG
  }

  async #token(account: Account, now: EpochMs): Promise<AccountAnswer<Login>> {
    const { id, role, generation } = account
    const expiresAt = now + this.#tokenMs
    const key = await this.#ring.signing(now)
    const { audience, hmac } = this.#options
    const token = writeToken({ audience, account: id, role, generation, expiresAt }, key, hmac)
    return { is: 'done', account: profileOf(account), token, expiresAt }
  }

  async #bearer(token: string, now: EpochMs): Promise<Account | undefined> {
    const { audience, hmac } = this.#options
    let read = readToken(token, { keys: await this.#ring.keys(now), hmac, audience, now })
    // Another server may have signed it with a key that is a moment old.
    if (read.is === 'refused' && read.fault === 'unknown-key' && this.#mayLookAgain(now))
      read = readToken(token, { keys: await this.#ring.keys(now, true), hmac, audience, now })
    if (read.is === 'refused') return undefined
    const account = await this.#store.accounts.find(read.token.account)
    return account?.generation === read.token.generation ? account : undefined
  }

  #lookedAt = Number.NEGATIVE_INFINITY

  /** Returns whether to look again, at most once a second: made-up key names must not keep the store busy. */
  #mayLookAgain(now: EpochMs): boolean {
    if (Math.abs(now - this.#lookedAt) < 1000) return false
    this.#lookedAt = now
    return true
  }

  /** Checks the bearer of a token who also knows the password. Counts as a login. */
  async #prove(
    token: string,
    password: string,
    address: string,
    now: EpochMs,
  ): Promise<AccountAnswer<{ readonly account: Account }>> {
    const checked = await this.check(token, now)
    if (checked.is === 'refused') return checked
    const { account } = checked
    if (account.passwordHash === undefined) return checked
    const attempt = { account: account.nameKey, address }
    const wait = this.#logins.take(attempt, now)
    if (wait > 0) return waitFor(wait)
    const verified = await this.#options.passwords.verify(password, account.passwordHash)
    if (verified.is === 'busy') {
      this.#logins.takeBack(attempt, now)
      return BUSY
    }
    if (verified.is === 'wrong') return WRONG
    this.#logins.succeeded(attempt, now)
    return checked
  }

  async #setPassword(
    account: Account,
    password: string,
  ): Promise<AccountAnswer<{ readonly account: Account }>> {
    const hashed = await this.#options.passwords.hash(password)
    if (hashed.is === 'busy') return BUSY
    const changed = await this.#store.accounts.setPassword({ id: account.id, passwordHash: hashed.hash })
    return changed ? { is: 'done', account: changed } : NO_ACCOUNT
  }

  /** Hashes the same password at today's cost. This ends other sessions: rarely, and only once. */
  async #rehash(account: Account, password: string): Promise<Account> {
    const changed = await this.#setPassword(account, password)
    return changed.is === 'done' ? changed.account : account
  }

  async #addressBan(address: string, now: EpochMs): Promise<RefusedAnswer | undefined> {
    const { addressBans } = this.#store
    const network = networkOf(address)
    const own = await addressBans.find(address.slice(0, 64))
    const wide = network === address ? undefined : await addressBans.find(network.slice(0, 64))
    return banOf(own, now) ?? banOf(wide, now)
  }

  #takeNewcomer(address: string, now: EpochMs): RefusedAnswer | undefined {
    const network = networkOf(address)
    const wait = this.#newcomers.waitOf(network, now)
    if (wait > 0) return waitFor(wait)
    this.#newcomers.take(network, now)
    return undefined
  }
}

export function profileOf({ id, name, role, passwordHash }: Account): Profile {
  return { id, name, role, isGuest: passwordHash === undefined }
}
