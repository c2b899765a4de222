import { type Account, BOUNDS, type EpochMs, type Role, type Store } from '../store/index.ts'
import { type AccountAnswer, BUSY, NAME_TAKEN, NO_ACCOUNT, refusedAnswer } from './answer.ts'
import { keyOf, readName } from './name/name.ts'
import { type Passwords, passwordProblem } from './password/password.ts'
import { type Deed, may, type RoleBearer } from './role.ts'
import type { RandomSecret } from './token/key-ring.ts'
import { newId } from './token/token.ts'
import { charactersInWorld, type WorldOutcome } from './world-outcome.ts'

export interface StewardOptions {
  readonly store: Store
  readonly passwords: Passwords
  readonly randomSecret: RandomSecret
}

/** Acts on other people's accounts: for staff, owners, and the operator at the command line. */
export class Steward {
  readonly #store: Store
  readonly #options: StewardOptions

  constructor(options: StewardOptions) {
    this.#store = options.store
    this.#options = options
  }

  /** @param ban  `until` undefined: for good */
  async ban(
    actor: RoleBearer,
    ban: { readonly name: string; readonly until: EpochMs | undefined; readonly reason: string },
    now: EpochMs,
  ): Promise<AccountAnswer<WorldOutcome>> {
    const target = await this.#target(actor, 'ban', ban.name)
    if (target.is === 'refused') return target
    const { id } = target.account
    const text = ban.reason.replaceAll('\0', '').slice(0, BOUNDS.reasonLength).toWellFormed()
    await this.#store.accounts.ban({ id, ban: { until: ban.until, reason: text, at: now } })
    return { is: 'done', inWorld: await charactersInWorld(this.#store, id) }
  }

  async unban(actor: RoleBearer, name: string): Promise<AccountAnswer<object>> {
    const target = await this.#target(actor, 'unban', name)
    if (target.is === 'refused') return target
    await this.#store.accounts.unban(target.account.id)
    return { is: 'done' }
  }

  /** Gives a role, which holds at once: what an account may do is in the account, not in tokens. */
  async setRole(
    actor: RoleBearer,
    { name, role }: { name: string; role: Role },
  ): Promise<AccountAnswer<object>> {
    const target = await this.#target(actor, 'set role', name)
    if (target.is === 'refused') return target
    await this.#store.accounts.setRole({ id: target.account.id, role })
    return { is: 'done' }
  }

  /** Makes an account that nobody had to register, for the operator. */
  async create(
    asked: { name: string; password: string; role: Role },
    now: EpochMs,
  ): Promise<AccountAnswer<object>> {
    const read = readName(asked.name)
    if (read.is === 'refused') return refusedAnswer('name', read.reason)
    const problem = passwordProblem(asked.password, read.name)
    if (problem !== undefined) return refusedAnswer('password', problem)
    const { passwords, randomSecret } = this.#options
    const hashed = await passwords.hash(asked.password)
    if (hashed.is === 'busy') return BUSY
    const created = await this.#store.accounts.create({
      id: newId(randomSecret),
      name: read.name,
      nameKey: read.key,
      passwordHash: hashed.hash,
      role: asked.role,
      at: now,
    })
    return created.is === 'created' ? { is: 'done' } : NAME_TAKEN
  }

  /** Sets a new password for a player who has lost it, for the operator. Every session of the account ends. */
  async resetPassword(asked: { name: string; password: string }): Promise<AccountAnswer<WorldOutcome>> {
    const account = await this.#find(asked.name)
    if (!account) return NO_ACCOUNT
    const problem = passwordProblem(asked.password, account.name)
    if (problem !== undefined) return refusedAnswer('password', problem)
    const hashed = await this.#options.passwords.hash(asked.password)
    if (hashed.is === 'busy') return BUSY
    const { id } = account
    const changed = await this.#store.accounts.setPassword({ id, passwordHash: hashed.hash })
    if (!changed) return NO_ACCOUNT
    return { is: 'done', inWorld: await charactersInWorld(this.#store, id) }
  }

  async #target(
    actor: RoleBearer,
    deed: Deed,
    name: string,
  ): Promise<AccountAnswer<{ readonly account: Account }>> {
    if (actor.is === 'account' && actor.role === 'player')
      return refusedAnswer('forbidden', 'Only staff and owners may do that.')
    const account = await this.#find(name)
    if (!account) return NO_ACCOUNT
    if (may(actor, deed, account)) return { is: 'done', account }
    return refusedAnswer('forbidden', 'You may do that only to those whom you outrank.')
  }

  /** Finds an account by name, or by id: a guest has no name to ask for. */
  async #find(name: string): Promise<Account | undefined> {
    const { accounts } = this.#store
    const key = keyOf(name)
    const named = key === '' ? undefined : await accounts.findByKey(key)
    return named ?? (/^[\w.:-]{1,64}$/.test(name) ? accounts.find(name) : undefined)
  }
}
