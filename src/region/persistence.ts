import { ShardlessError } from '../core/index.ts'
import type {
  EntityFence,
  EpochMs,
  Holder,
  ItemChange,
  Operation,
  OperationResult,
  Store,
} from '../store/index.ts'
import type { Player, Possession } from '../world/index.ts'
import type { KeptCharacter, KeptCharacters } from './kept-characters.ts'
import type { Possessions } from './possessions.ts'
import { Sorry } from './sorry.ts'

/** The means by which a server persists things. */
export interface PersistenceOptions {
  readonly store: Store
  readonly now: () => EpochMs
  /** Makes an unused id, about 20 characters long. */
  readonly newId: () => string
}

/** A player's operation on items. */
export interface Trade {
  /**
   * What the player's client calls it, the same each time it is asked for again: 1 to 40 characters of A-Z a-z 0-9
   * . _ : -. It happens once, however often it is asked for. Left out, each time is a new one.
   */
  readonly id?: string
  /** The changes, applied in order: all of them or none. */
  readonly changes: readonly ItemChange[]
  /** Players whose state is saved in the same transaction, so that a price and its goods stay together. */
  readonly saves?: readonly Player[]
  /** Players whose characters give or take beside the asker. The transaction fails for one who is no longer here. */
  readonly others?: readonly Player[]
}

const MISMATCH = 'That was asked for before, and was something else then.'
const CHANGED = 'That could not be done: what it was about is not as it was any more.'
const ELSEWHERE = 'That could not be done: somebody was on the way elsewhere. Ask again.'

/** What `Persistence` knows the players by. */
export interface PersistenceParts {
  readonly characters: KeptCharacters
  readonly possessions: Possessions
  /**
   * Returns in whose hands a player's entity is, of one that another region may get; 'elsewhere' for one that is on the
   * way or gone, undefined where there is no such region.
   */
  readonly handOf?: (player: Player) => EntityFence | 'elsewhere' | undefined
}

/**
 * Thrown when a trade is refused: nothing has changed. A handler that does not catch it refuses with its sentence.
 */
export class TradeRefused extends Sorry {
  readonly result: Exclude<OperationResult, { is: 'done' }>

  constructor(result: Exclude<OperationResult, { is: 'done' }>) {
    super(result.is === 'mismatch' ? MISMATCH : result.why === 'stale' ? ELSEWHERE : CHANGED)
    this.name = 'TradeRefused'
    this.result = result
  }
}

/**
 * Persists items for a game's handlers. When one of its promises has resolved, the change is on disk: a handler
 * that waits for it before it answers has answered what no crash takes back.
 */
export class Persistence {
  readonly #characters: KeptCharacters
  readonly #parts: PersistenceParts
  readonly #options: PersistenceOptions | undefined

  constructor(parts: PersistenceParts, options: PersistenceOptions | undefined) {
    this.#characters = parts.characters
    this.#parts = parts
    this.#options = options
  }

  /** Returns whether the player's things are persistent: those of guests are not. */
  lasts(player: Player): boolean {
    return this.#options !== undefined && this.#characters.ofPlayer(player) !== undefined
  }

  /** Returns an id for a new item. */
  newId(): string {
    return this.#kept.newId()
  }

  /** Returns the player's character as the holder of an item. @throws `server/not-kept` for a guest */
  holder(player: Player): Holder {
    return { character: this.#keptOf(player).characterId }
  }

  /** Reads the items in a place that the game names: the ground of a map, a chest. */
  async at(place: string): Promise<readonly Possession[]> {
    return this.#kept.store.items.list({ place })
  }

  /**
   * Moves, makes and ends items, on disk, once. Afterwards `player.items` is what each of those who took part has.
   *
   * It has happened when the promise resolves. Rejects with `TradeRefused` when it was refused, or was another
   * operation under the same id: then nothing has changed. In a world of several regions it is refused as `stale`
   * where somebody is on the way to another one, which may do it under the same id. `server/not-kept` for a guest,
   * `store/bad-value` for what no store takes. OutsideError when the store is away: then whether it happened is not
   * known, and asking again under the same id is safe.
   */
  async trade(player: Player, { id, changes, saves = [], others = [] }: Trade): Promise<void> {
    const { now, newId } = this.#kept
    const players = [player, ...others]
    const fences = this.#fencesOf([...new Set([...players, ...saves])])
    const own = this.#keptOf(player)
    const parties = [own, ...others.map((other) => this.#keptOf(other))]
    const saved = saves.map((one) => this.#keptOf(one))
    const result = await this.#apply(players, {
      fences,
      id: id === undefined ? newId() : `${own.characterId}:${readId(id)}`,
      at: now(),
      changes,
      leases: parties.map(({ characterId, epoch }) => ({ id: characterId, epoch })),
      checkpoints: saved.map((kept) => ({
        ...this.#characters.read(kept),
        id: kept.characterId,
        epoch: kept.epoch,
        at: now(),
      })),
    })
    if (result.is !== 'done') throw new TradeRefused(result)
  }

  /** Does an operation, and reads what all have who take part. */
  async #apply(players: readonly Player[], operation: Operation): Promise<OperationResult> {
    const { possessions } = this.#parts
    const { items } = this.#kept.store
    for (const one of players) possessions.begin(one)
    let isKnown = false
    try {
      const result = await items.apply(operation)
      for (const one of players) await possessions.read(one)
      isKnown = true
      return result
    } finally {
      for (const one of players) {
        possessions.end(one)
        if (!isKnown) possessions.doubt(one)
      }
    }
  }

  /** @throws TradeRefused where one of them is not here, or not for long */
  #fencesOf(players: readonly Player[]): readonly EntityFence[] {
    const fences: EntityFence[] = []
    for (const player of players) {
      const hand = this.#parts.handOf?.(player)
      if (hand === 'elsewhere') throw new TradeRefused({ is: 'refused', why: 'stale', change: -1 })
      if (hand) fences.push(hand)
    }
    return fences
  }

  get #kept(): PersistenceOptions {
    if (this.#options) return this.#options
    throw new ShardlessError(
      'server/no-store',
      'this server has no store, so nothing can be kept. Give defineServer `accounts`, and serve a store.',
    )
  }

  #keptOf(player: Player): KeptCharacter {
    const kept = this.#characters.ofPlayer(player)
    if (kept) return kept
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
