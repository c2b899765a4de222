import type { AccountAnswer, Accounts, PageAsker, RefusedAnswer, Roster, Steward } from '../account/index.ts'
import { AccountRoutes, banOf, readForm } from '../account/index.ts'
import { OutsideError } from '../core/index.ts'
import type { Account, Displaced, EpochMs, Store } from '../store/index.ts'
import {
  type Admission,
  type AdmittedAccount,
  type Asked,
  type Decision,
  type Denial,
  type PageAsked,
  TAKEN_OVER,
} from './admission.ts'

/** The sessions that admission looks at and ends: a gateway's `sessions`. */
interface Hall {
  readonly characters: readonly {
    readonly accountId: string
    readonly characterId: string
    readonly epoch: number
  }[]
  /** Resolves when a character has surely entered, or is fully saved; undefined when that is already so. */
  whenSettled(characterId: string): Promise<void> | undefined
  accountIs(characterId: string, account: AdmittedAccount): void
  expel(characterId: string, denial: Denial, how: 'left' | 'lost'): void
}

export interface AccountAdmissionOptions {
  readonly accounts: Accounts
  readonly roster: Roster
  readonly steward: Steward
  readonly store: Store
  /** Whether guests may play. */
  readonly hasGuests: boolean
  /** The name under which this server holds leases. */
  readonly server: string
  readonly now: () => EpochMs
  readonly newId: () => string
  /** Called with each internal failure; the client that asked gets a sentence. */
  readonly report: (error: unknown) => void
}

const AWAY: Denial = {
  code: 'busy',
  reason: 'The server cannot look up accounts just now; try again in a moment.',
}
const NO_GUESTS: Denial = {
  code: 'login',
  reason: 'This server lets in who has an account; register or log in first.',
}
const RESERVED: Denial = {
  code: 'name',
  reason: 'That name is kept for those who run the server; choose another.',
}
const LOGGED_OUT: Denial = { code: 'login', reason: 'You are not logged in any more; log in again.' }

/**
 * Admits players with a valid login token, with one of their characters, and keeps those characters.
 *
 *     token -> account -> banned? -> character -> others of the account leave -> in this world? goes on
 *                                                                             '-> lease -> items -> comes in
 *
 * A character that is already here keeps its lease: a new lease would invalidate the saves made meanwhile.
 */
export class AccountAdmission implements Admission {
  readonly #options: AccountAdmissionOptions
  readonly #routes: AccountRoutes
  #hall: Hall | undefined
  readonly #isOpen = Promise.withResolvers<void>()
  /** Entries under one account, in turn: the last one stays. */
  readonly #turns = new Map<string, Promise<unknown>>()
  /** The account's generation at admission, by character: when it is raised, the session is over. */
  readonly #generations = new Map<string, { generation: number; wasGuest: boolean }>()

  constructor(options: AccountAdmissionOptions) {
    this.#options = options
    this.#routes = new AccountRoutes(options)
  }

  /** Sets where admitted players enter. Requests made before wait. */
  begin(hall: Hall): void {
    this.#hall = hall
    this.#isOpen.resolve()
  }

  ask(asked: Asked, decide: (decision: Decision) => void): void {
    this.#admit(asked, decide).catch((error) => {
      this.#tell(error)
      decide({ is: 'refused', ...AWAY })
    })
  }

  page(asked: PageAsked, answer: (body: string) => void): void {
    this.#answer(asked).then(
      (result) => answer(JSON.stringify(result)),
      (error) => {
        this.#tell(error)
        answer(JSON.stringify({ is: 'refused', code: 'busy', reason: AWAY.reason, waitSeconds: 1 }))
      },
    )
  }

  resumed({ accountId, characterId }: { readonly accountId: string; readonly characterId: string }): void {
    this.#options.store.accounts.find(accountId).then(
      (account) => account && this.#remember(characterId, account),
      (error) => this.#tell(error),
    )
  }

  left(id: string): void {
    this.#generations.delete(id)
  }

  withdrawn({ id, epoch }: { readonly id: string; readonly epoch: number }): void {
    this.#generations.delete(id)
    this.#options.store.characters.release({ id, epoch }).catch((error) => this.#tell(error))
  }

  /** Expels characters whose sessions a page of the account room has ended. */
  displaced(characters: readonly Displaced[], why: Denial): void {
    for (const { character, server } of characters)
      if (server === this.#options.server) this.#hall?.expel(character, why, 'left')
  }

  /**
   * Checks the accounts of players in the world against the store: expels those whose session the operator, another
   * server or a new password has ended, and applies new roles. Call it every few seconds.
   */
  async review(): Promise<void> {
    const { store, now } = this.#options
    for (const { accountId, characterId } of this.#characters) {
      const account = await store.accounts.find(accountId)
      const known = this.#generations.get(characterId)
      if (!known) continue
      if (account && known.wasGuest && account.passwordHash !== undefined) {
        // A guest who has registered: the same account, which has a name now.
        this.#generations.set(characterId, { generation: account.generation, wasGuest: false })
      } else if (account?.generation !== known.generation) {
        this.#hall?.expel(characterId, ended(account, now()), 'left')
        continue
      }
      if (account) this.#hall?.accountIs(characterId, admitted(account))
    }
  }

  async #admit(asked: Asked, decide: (decision: Decision) => void): Promise<void> {
    const { accounts, hasGuests, now } = this.#options
    await this.#isOpen.promise
    const stop = await accounts.addressRefusal(asked.address, now())
    if (stop) decide(denied(stop))
    else if (asked.login !== '') {
      const checked = await accounts.check(asked.login, now())
      if (checked.is === 'refused') decide(denied(checked))
      else await this.#inTurn(checked.account, asked, decide)
    } else if (!hasGuests) decide({ is: 'refused', ...NO_GUESTS })
    else if (accounts.names.isReserved(asked.name)) decide({ is: 'refused', ...RESERVED })
    else decide({ is: 'guest', name: asked.name })
  }

  /** Handles entries under one account one after the other. */
  async #inTurn(account: Account, asked: Asked, decide: (decision: Decision) => void): Promise<void> {
    const before = this.#turns.get(account.id) ?? Promise.resolve()
    const turn = before.then(() => this.#enter(account, asked, decide))
    const settled = turn.catch(() => {})
    this.#turns.set(account.id, settled)
    await turn.finally(() => {
      if (this.#turns.get(account.id) === settled) this.#turns.delete(account.id)
    })
  }

  async #enter(account: Account, asked: Asked, decide: (decision: Decision) => void): Promise<void> {
    const { accounts } = this.#options
    // A guest's account plays under whatever name is asked for.
    if (account.passwordHash === undefined && accounts.names.isReserved(asked.name)) {
      decide({ is: 'refused', ...RESERVED })
      return
    }
    const found = await this.#characterOf(account, asked)
    if (typeof found !== 'string') {
      decide(denied(found))
      return
    }
    await this.#clear(account.id, found)
    const whenSettled = (): Promise<void> | undefined => this.#hall?.whenSettled(found)
    for (let settled = whenSettled(); settled; settled = whenSettled()) await settled
    // From here to the decision nothing else can happen to one that is here.
    if (
      this.#characters.some(({ characterId, accountId }) => characterId === found && accountId === account.id)
    ) {
      this.#remember(found, account)
      decide({ is: 'goes-on', character: found, account: admitted(account) })
    } else decide(await this.#bringIn(account, asked, found))
  }

  async #bringIn(account: Account, asked: Asked, id: string): Promise<Decision> {
    const { roster, store, server, now } = this.#options
    const chosen = await roster.choose({ token: asked.login, character: id, server }, now())
    if (chosen.is === 'refused') return denied(chosen)
    const { character } = chosen
    const items = await store.items.list({ character: character.id })
    this.#remember(character.id, account)
    return {
      is: 'admitted',
      name: account.passwordHash === undefined && asked.name !== '' ? asked.name : character.name,
      account: admitted(account),
      character: { ...character, epoch: character.lease?.epoch ?? 0, items },
    }
  }

  #remember(character: string, { generation, passwordHash }: Account): void {
    this.#generations.set(character, { generation, wasGuest: passwordHash === undefined })
  }

  get #characters() {
    return this.#hall?.characters ?? []
  }

  /** Makes the account's other characters leave this world, saved: only one may be in it at a time. */
  async #clear(accountId: string, except: string): Promise<void> {
    const others = this.#characters.filter((one) => one.accountId === accountId && one.characterId !== except)
    for (const { characterId } of others) {
      this.#hall?.expel(characterId, TAKEN_OVER, 'left')
      await this.#hall?.whenSettled(characterId)
    }
  }

  /** Returns the requested character, else the one played last, else a new one. */
  async #characterOf(account: Account, { character, name, login }: Asked): Promise<string | RefusedAnswer> {
    if (character !== '') return character
    const { store, roster, newId, now } = this.#options
    const [last] = [...(await store.characters.list(account.id))].sort((a, b) => b.savedAt - a.savedAt)
    if (last) return last.id
    if (account.passwordHash !== undefined) {
      const created = await roster.create({ token: login, name: name === '' ? account.name : name }, now())
      return created.is === 'done' ? created.character.id : created
    }
    const id = newId()
    const made = await store.characters.create({
      id,
      accountId: account.id,
      name: account.name,
      // No name that is asked for has a colon: guests take nobody's.
      nameKey: `guest:${id}`,
      map: '',
      position: [],
      state: new Uint8Array(0),
      at: now(),
      perAccountMax: 1,
    })
    return made.is === 'created' ? made.character.id : { is: 'refused', code: 'busy', reason: AWAY.reason }
  }

  async #answer({ page, login, body, address }: PageAsked): Promise<AccountAnswer<object>> {
    const asker = { token: login, address, now: this.#options.now() }
    if (!isInBand(page)) return { is: 'refused', code: 'form', reason: `There is no page "${page}" here.` }
    // Without a form: which characters there are. With one: a new one.
    if (page === 'characters' && body === '') return this.#list(asker)
    const read = readForm(page, page === 'guest' || page === 'renew' ? '' : body)
    if (read.is === 'form') return this.#routes.post(page, read.form, asker)
    this.#options.accounts.answered.count('form')
    return { ...read, code: 'form' }
  }

  async #list(asker: PageAsker): Promise<AccountAnswer<object>> {
    return (await this.#routes.get('characters', asker)) as AccountAnswer<object>
  }

  #tell(error: unknown): void {
    // A store that is away says so itself, again and again.
    if (!(error instanceof OutsideError)) this.#options.report(error)
  }
}

/** The account pages a client may request before hello. */
const IN_BAND = ['register', 'login', 'guest', 'renew', 'characters'] as const

function isInBand(page: string): page is (typeof IN_BAND)[number] {
  return (IN_BAND as readonly string[]).includes(page)
}

function admitted({ id, role, passwordHash }: Account): AdmittedAccount {
  return { id, role, isGuest: passwordHash === undefined }
}

/** Returns why the sessions of an account are over. */
function ended(account: Account | undefined, now: EpochMs): Denial {
  const ban = banOf(account?.ban, now)
  return ban ? denied(ban) : LOGGED_OUT
}

/** Turns a refusal of the account room into a denial for the player who wants to enter. */
function denied({ code, reason, until }: RefusedAnswer): Denial & { readonly is: 'refused' } {
  if (code === 'banned') return { is: 'refused', code, reason, until }
  if (code === 'wait' || code === 'busy') return { is: 'refused', code: 'busy', reason }
  if (code === 'name' || code === 'name-taken') return { is: 'refused', code: 'name', reason }
  return { is: 'refused', code: 'login', reason }
}
