import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { type AccountDesk, openAccounts } from '../account/index.node.ts'
import { type Measured, type Readings, ShardlessError } from '../core/index.ts'
import { AccountAdmission, type Denial, type Gateway, TAKEN_OVER } from '../gateway/index.ts'
import type { AnyDefinition, Region } from '../region/index.ts'
import { Checkpointing, openStore } from '../store/index.node.ts'
import { type Health, type Store, storeMetrics } from '../store/index.ts'
import { accountPages, type LoginCheck } from '../web/index.node.ts'
import type { HostOptions } from './host.ts'

/** The delay before changes are saved, in ms; with the second it takes to notice them, five seconds. */
const SAVE_MS = 4000
/** The interval between reviews of the players' accounts, in ms. */
const REVIEW_MS = 3000
/** The most time for saving everything when the server closes, in ms. */
const CLOSE_MS = 8000

const WHY: Readonly<Record<'banned' | 'deleted' | 'logged out', Denial>> = {
  banned: { code: 'banned', reason: 'You are banned.' },
  deleted: { code: 'login', reason: 'The account is deleted.' },
  'logged out': { code: 'login', reason: 'You are not logged in any more; log in again.' },
}

export interface KeepingOptions {
  /** An open store, which stays open afterwards, or the text that names one. */
  readonly store: Store | string
  /** Called with failures, and with troubles of the store. */
  readonly report: (error: unknown) => void
  /** The server's unique name among those that share the store: the same after a restart. */
  readonly server: string
}

/** What a process has of a server: both halves, or one. */
export interface KeptHalves {
  readonly region?: Region
  readonly gateway?: Gateway
}

/** Runs what a server with accounts has beside its world: the store, admission, and the saving of characters. */
export class Keeping implements LoginCheck, Measured {
  readonly store: Store
  readonly desk: AccountDesk
  readonly admission: AccountAdmission
  readonly #definition: AnyDefinition
  readonly #options: KeepingOptions
  readonly #saver: Checkpointing
  #halves: KeptHalves = {}
  #timer: NodeJS.Timeout | undefined
  #isReviewing = false
  /** The store's health when last checked. */
  #health: Health | undefined
  #closing: Promise<number> | undefined

  /** @throws OutsideError where the store cannot be opened */
  static async open(definition: AnyDefinition, options: KeepingOptions): Promise<Keeping> {
    const { accounts } = definition.options
    if (accounts === undefined)
      throw new ShardlessError(
        'server/no-accounts',
        'a server without `accounts` keeps nothing; give defineServer some.',
      )
    const store = typeof options.store === 'string' ? await openStore(options.store) : options.store
    return new Keeping(definition, store, options)
  }

  constructor(definition: AnyDefinition, store: Store, options: KeepingOptions) {
    const { accounts = {} } = definition.options
    const { report, server } = options
    this.store = store
    this.#definition = definition
    this.#options = options
    this.desk = openAccounts({
      store,
      audience: definition.game.name,
      tokenMs: accounts.tokenMs,
      hasGuests: accounts.guests ?? true,
      hasRegistration: accounts.registration,
      charactersMax: accounts.charactersMax,
      reservedNames: accounts.reservedNames,
    })
    this.#saver = new Checkpointing({
      store,
      everyMs: SAVE_MS,
      read: (id) => this.#halves.region?.players.stateOf(id) ?? NOTHING,
      onLost: (id) => this.#halves.region?.lose(id, TAKEN_OVER),
      onTrouble: report,
    })
    this.admission = new AccountAdmission({
      ...this.desk,
      store,
      hasGuests: this.hasGuests,
      server,
      now: Date.now,
      newId,
      report,
    })
  }

  get hasGuests(): boolean {
    return this.#definition.options.accounts?.guests ?? true
  }

  measure(readings: Readings): void {
    this.#saver.measure(readings)
    this.desk.accounts.measure(readings)
    if (this.#health === undefined) return
    readings.add(storeMetrics.well, this.#health.isWell ? 1 : 0)
    readings.add(storeMetrics.waiting, this.#health.waiting)
  }

  async isGood(token: string): Promise<boolean> {
    return (await this.desk.accounts.check(token, Date.now())).is === 'done'
  }

  /** The options that a region without a gateway is made with. */
  get regionOptions(): Pick<HostOptions, 'saver' | 'persistence'> {
    const { saver, persistence } = this.hostOptions
    return { saver, persistence }
  }

  /** The options that a host is made with. */
  get hostOptions(): Pick<HostOptions, 'admission' | 'saver' | 'persistence'> {
    const persistence = { store: this.store, now: Date.now, newId }
    return { admission: this.admission, saver: this.#saver, persistence }
  }

  /**
   * Begins to keep what is in a host's world, or what is on this side of it. Leases that a server of this name held
   * when it died are ended.
   *
   * @returns the code that makes an owner, on the first start of a world that has none
   */
  async begin(halves: KeptHalves): Promise<string | undefined> {
    this.#halves = halves
    if (!halves.gateway) return undefined
    await this.store.characters.releaseServer(this.#options.server)
    this.#health = await this.store.health()
    this.admission.begin(halves.gateway.sessions)
    this.#timer = setInterval(() => this.#review(), REVIEW_MS)
    this.#timer.unref()
    return this.desk.accounts.ownerCode.begin(Date.now())
  }

  /** Returns the handler of pages below /account/. */
  pages(options: {
    readonly addressOf: (request: IncomingMessage) => string
    readonly origins: readonly string[] | undefined
  }): (request: IncomingMessage, response: ServerResponse) => void {
    return accountPages({
      ...this.desk,
      ...options,
      report: this.#options.report,
      displaced: (characters, why) => {
        // What a ban says stands in the store; whose session it is hears all of it.
        if (why === 'banned') void this.#review()
        else this.admission.displaced(characters, WHY[why])
      },
    })
  }

  /**
   * Saves everything and gives the characters back. The world is still there meanwhile, and stands still.
   *
   * @returns how many characters could not be saved
   */
  close(): Promise<number> {
    this.#closing ??= this.#saveAll()
    return this.#closing
  }

  async #saveAll(): Promise<number> {
    clearInterval(this.#timer)
    for (const { characterId } of this.#halves.region?.players.kept.all() ?? [])
      this.#saver.change(characterId)
    const unsaved = await this.#saver.close(CLOSE_MS)
    if (this.#halves.gateway)
      await this.store.characters.releaseServer(this.#options.server).catch(this.#options.report)
    return unsaved
  }

  /** Ends it for good, as the last step of all. */
  async end(): Promise<void> {
    if (typeof this.#options.store === 'string') await this.store.close()
  }

  async #review(): Promise<void> {
    if (this.#isReviewing) return
    this.#isReviewing = true
    try {
      this.#health = await this.store.health()
      await this.admission.review()
    } catch (error) {
      this.#options.report(error)
    } finally {
      this.#isReviewing = false
    }
  }
}

const NOTHING = { map: '', position: [], state: new Uint8Array(0) }

/**
 * Returns a server's name among those that share a store, made of the machine and the address where it listens.
 * Where the system chooses the port, no other start has it.
 */
export function serverName({ host, port }: { readonly host: string; readonly port: number }): string {
  const name = port === 0 ? newId() : `${host}:${port}`
  return `${hostname().slice(0, 24)}:${name}`.replaceAll(/[^A-Za-z0-9._:-]/g, '_').slice(0, 64)
}

function newId(): string {
  return randomBytes(15).toString('base64url')
}
