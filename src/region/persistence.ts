import { ShardlessError } from '../core/index.ts'
import type { EpochMs, Holder, ItemChange, OperationResult, Store } from '../store/index.ts'
import type { Player, Possession } from '../world/index.ts'
import type { Resident, Residents } from './residents.ts'

/** What a server keeps things with. */
export interface PersistenceOptions {
  readonly store: Store
  readonly now: () => EpochMs
  /** Makes an id that was never used: 20 characters or so. */
  readonly newId: () => string
}

/** Something a player did with items. */
export interface Trade {
  /**
   * What the player's client calls it, the same each time it is asked for again: 1 to 40 characters of A-Z a-z 0-9 . _ : -. It
   * happens once, however often it is asked for. Left out, each time is a new one.
   */
  readonly id?: string
  /** In order, all of them or none. */
  readonly changes: readonly ItemChange[]
  /** Whose state is saved in the same transaction, so that a price and what it paid for are one. */
  readonly saves?: readonly Player[]
  /** Players whose characters give or take beside the asker. The transaction fails for one who is no longer here. */
  readonly others?: readonly Player[]
}

/**
 * What lasts, for a game's handlers. When a promise of these has resolved, it is on disk: a handler that waits for it before it
 * answers has answered what no crash takes back.
 */
export class Persistence {
  readonly #residents: Residents
  readonly #options: PersistenceOptions | undefined

  constructor(residents: Residents, options: PersistenceOptions | undefined) {
    this.#residents = residents
    this.#options = options
  }

  /** Whether what the player has lasts: guests have nothing that does. */
  lasts(player: Player): boolean {
    return this.#options !== undefined && this.#residents.ofPlayer(player) !== undefined
  }

  /** An id for a new item. */
  newId(): string {
    return this.#kept.newId()
  }

  /** The player's character, as who holds an item. @throws `server/not-kept` for a guest */
  holder(player: Player): Holder {
    return { character: this.#resident(player).characterId }
  }

  /** What lies in a place that the game names: the ground of a map, a chest. */
  async at(place: string): Promise<readonly Possession[]> {
    return this.#kept.store.items.list({ place })
  }

  /**
   * Moves, makes and ends items, on disk, once. Afterwards `player.items` is what each of those who took part has.
   *
   * @returns what became of it; `refused` and `mismatch` have changed nothing
   * @throws  `server/not-kept` for a guest, `store/bad-value` for what no store takes, OutsideError when the store is away:
   *          then whether it happened is not known, and asking again under the same id is safe
   */
  async trade(player: Player, { id, changes, saves = [], others = [] }: Trade): Promise<OperationResult> {
    const { store, now, newId } = this.#kept
    const own = this.#resident(player)
    const parties = [own, ...others.map((other) => this.#resident(other))]
    const saved = saves.map((one) => this.#resident(one))
    const result = await store.items.apply({
      id: id === undefined ? newId() : `${own.characterId}:${readId(id)}`,
      at: now(),
      changes,
      leases: parties.map(({ characterId, epoch }) => ({ id: characterId, epoch })),
      checkpoints: saved.map((resident) => ({
        ...this.#residents.read(resident),
        id: resident.characterId,
        epoch: resident.epoch,
        at: now(),
      })),
    })
    for (const resident of parties) await this.#look(resident)
    return result
  }

  async #look({ characterId, session }: Resident): Promise<void> {
    session.player.items = await this.#kept.store.items.list({ character: characterId })
  }

  get #kept(): PersistenceOptions {
    if (this.#options) return this.#options
    throw new ShardlessError(
      'server/no-store',
      'this server has no store, so nothing can be kept. Give defineServer `accounts`, and serve a store.',
    )
  }

  #resident(player: Player): Resident {
    const resident = this.#residents.ofPlayer(player)
    if (resident) return resident
    throw new ShardlessError(
      'server/not-kept',
      `${player.name} is a guest or has left, and has nothing that is kept. Ask \`persistence.lasts(player)\` first.`,
    )
  }
}

function readId(id: string): string {
  if (/^[A-Za-z0-9._:-]{1,40}$/.test(id)) return id
  throw new ShardlessError(
    'server/bad-operation-id',
    `${JSON.stringify(id.slice(0, 60))} is no id of an operation: 1 to 40 characters of A-Z a-z 0-9 . _ : -. Check what a client sends before it is used.`,
  )
}
