import type { Displaced, EpochMs } from '../store/index.ts'
import { type Accounts, profileOf } from './accounts.ts'
import { type AccountAnswer, refusedAnswer, waitFor } from './answer.ts'
import type { Form, FormName } from './form.ts'
import type { Roster } from './roster.ts'
import type { Steward } from './steward.ts'
import { networkOf } from './throttle/login-throttle.ts'
import { Throttle } from './throttle/throttle.ts'

export interface AccountRoutesOptions {
  readonly accounts: Accounts
  readonly roster: Roster
  readonly steward: Steward
  /** Characters that were in the world under an account that is banned, deleted or logged out everywhere. */
  readonly displaced?: (characters: readonly Displaced[], why: 'banned' | 'deleted' | 'logged out') => void
}

/** Who asks: the token that was sent along, empty for none, and from where. */
export interface PageAsker {
  readonly token: string
  readonly address: string
  readonly now: EpochMs
}

type Posts = {
  readonly [Name in FormName]: (form: Form<Name>, asker: PageAsker) => Promise<AccountAnswer<object>>
}

/**
 * Leads each page of accounts to what answers it, be it asked over HTTP or in-band: the one list of what there is.
 *
 *     register, login      name, password   ->  account, token, expiresAt
 *                                                (a guest's token along: the account stays)
 *     guest, renew                          ->  account, token, expiresAt
 *     password             old, new         ->  account, token, expiresAt
 *     logout                                    every session of the account ends
 *     delete               password
 *     owner                code                 the first start's one-time code
 *     characters           name             ->  character
 *     ban, unban, role     name ...             for those who may
 */
export class AccountRoutes {
  readonly #options: AccountRoutesOptions
  readonly #codes = new Throttle({ free: 5, waitMs: 1000, waitMaxMs: 60_000, forgetMs: 3_600_000 })
  readonly #posts: Posts

  constructor(options: AccountRoutesOptions) {
    this.#options = options
    this.#posts = this.#routes(options)
  }

  /** Whether there is a page of this name that takes a form. */
  has(page: string): page is FormName {
    return Object.hasOwn(this.#posts, page)
  }

  /** Answers a page that takes a form. */
  post<Name extends FormName>(
    page: Name,
    form: Form<Name>,
    asker: PageAsker,
  ): Promise<AccountAnswer<object>> {
    return this.#counted(this.#posts[page](form, asker))
  }

  /** Answers what is asked without a form; undefined where there is no such page. */
  async get(page: string, { token, now }: PageAsker): Promise<AccountAnswer<object> | undefined> {
    if (page === 'characters') return this.#counted(this.#options.roster.list(token, now))
    return page === 'me' ? this.#counted(this.#me(token, now)) : undefined
  }

  /** Deletes one of the asker's characters. */
  removeCharacter(character: string, { token, now }: PageAsker): Promise<AccountAnswer<object>> {
    return this.#counted(this.#options.roster.delete({ token, character }, now))
  }

  async #me(token: string, now: EpochMs): Promise<AccountAnswer<object>> {
    const checked = await this.#options.accounts.check(token, now)
    if (checked.is === 'refused') return checked
    const me = { is: 'done' as const, account: profileOf(checked.account) }
    return me
  }

  async #counted(answering: Promise<AccountAnswer<object>>): Promise<AccountAnswer<object>> {
    const answer = await answering
    this.#options.accounts.answered.count(answer.is === 'done' ? 'done' : answer.code)
    return answer
  }

  #routes({ accounts, roster, steward }: AccountRoutesOptions): Posts {
    return {
      register: (form, { token, address, now }) =>
        token === ''
          ? accounts.register({ ...form, address }, now)
          : accounts.registerGuest({ ...form, token }, now),
      login: (form, { address, now }) => accounts.login({ ...form, address }, now),
      guest: (_form, { address, now }) => accounts.guest(address, now),
      renew: (_form, { token, now }) => accounts.renew(token, now),
      password: ({ old, new: fresh }, { token, address, now }) =>
        accounts.changePassword({ token, old, fresh, address }, now),
      logout: async (_form, { token, now }) =>
        this.#told(await accounts.endSessions(token, now), 'logged out'),
      delete: async ({ password }, { token, address, now }) =>
        this.#told(await accounts.delete({ token, password, address }, now), 'deleted'),
      owner: ({ code }, asker) => this.#claim(code, asker),
      characters: ({ name }, { token, now }) => roster.create({ token, name }, now),
      ban: async ({ name, reason, seconds }, { token, now }) => {
        const by = await accounts.actor(token, now)
        if (by.is === 'refused') return by
        const until = seconds === undefined ? undefined : now + seconds * 1000
        return this.#told(await steward.ban(by.actor, { name, reason, until }, now), 'banned')
      },
      unban: async ({ name }, { token, now }) => {
        const by = await accounts.actor(token, now)
        return by.is === 'refused' ? by : steward.unban(by.actor, name)
      },
      role: async ({ name, role }, { token, now }) => {
        const by = await accounts.actor(token, now)
        return by.is === 'refused' ? by : steward.setRole(by.actor, { name, role })
      },
    }
  }

  async #claim(code: string, { token, address, now }: PageAsker): Promise<AccountAnswer<object>> {
    const { accounts } = this.#options
    const checked = await accounts.check(token, now)
    if (checked.is === 'refused') return checked
    const wait = this.#codes.waitOf(networkOf(address), now)
    if (wait > 0) return waitFor(wait)
    this.#codes.take(networkOf(address), now)
    const isOwner = await accounts.ownerCode.claim(checked.account.id, code)
    return isOwner ? { is: 'done' } : refusedAnswer('forbidden', 'That is not the code, or it has been used.')
  }

  #told(
    outcome: AccountAnswer<{ readonly inWorld: readonly Displaced[] }>,
    why: 'banned' | 'deleted' | 'logged out',
  ): AccountAnswer<object> {
    if (outcome.is === 'refused') return outcome
    if (outcome.inWorld.length > 0) this.#options.displaced?.(outcome.inWorld, why)
    return { is: 'done' }
  }
}
