import { Counters, ShardlessError, type Tick, type Vector2, type Vector3 } from '../core/index.ts'
import { CommandInbox } from './command-inbox.ts'
import type { EntityId } from './entity.ts'
import type { EntityState } from './entity-state.ts'
import type { AnyGame, CommandOf, PlayerOf } from './game.ts'
import { worldMetrics } from './metrics.ts'

/** The most entities spawned by a player's steps that the player has not been told of yet. */
const SPAWNED_MAX = 32

/** The largest view radius of a player, in metres. */
const VIEW_RADIUS_MAX = 4096

/** An entity spawned by a player's step: the player's client may have shown it already. */
export interface Spawned {
  readonly tick: Tick
  /** Its number among the spawns of that tick, from 0. */
  readonly ordinal: number
  readonly id: EntityId
}

/** A player's account, on a server with accounts. */
export interface PlayerAccount {
  readonly id: string
  readonly role: 'player' | 'staff' | 'owner'
  /** Whether the account has no password: when the browser forgets it, it is lost. */
  readonly isGuest: boolean
}

/** A stored character as it was when the player came in: `join` makes an entity of it. */
export interface PlayerCharacter {
  readonly id: string
  readonly name: string
  /**
   * The stored position, in metres: a free place of the current map; undefined for a character that comes in for
   * the first time.
   */
  readonly position: Vector2 | Vector3 | undefined
  /**
   * The result of the game's `save`, read back from plain JSON; undefined for a character that comes in for the
   * first time.
   */
  readonly state: unknown
  /** The stored attributes: the record for `AttributeBook.add`. */
  readonly attributes: unknown
}

/** An item that a character holds, as the store knows it. */
export interface Possession {
  readonly id: string
  readonly kind: string
  readonly quantity: number
  readonly data: Uint8Array
}

/** Represents one player in a world: a name, a character, and the player's commands. */
export class Player<G extends AnyGame = AnyGame> {
  readonly id: number
  /** The name: 1 to 24 visible characters, in at most 64 bytes of UTF-8: `text({ bytesMax: 64 })` holds it. */
  readonly name: string
  /** The character, once `join` has made it; a spectator has none. */
  entity: PlayerOf<G> | undefined
  /**
   * The viewpoint that replaces the player's character: a place, or an entity to follow. The player sees what
   * someone there would see.
   */
  watching: Vector2 | EntityId | undefined
  /** The player's account; undefined without one. */
  account: PlayerAccount | undefined
  /** The stored character that the player plays; undefined for a guest, of whom nothing is stored. */
  character: PlayerCharacter | undefined
  /** The character's items, as stored on disk. */
  items: readonly Possession[] = []
  commands: CommandInbox<CommandOf<G>>
  /** For the engine: counts the player's dropped commands, in all worlds. */
  readonly commandsDropped = new Counters(...worldMetrics.commandsDropped.values)
  #viewRadius: number | undefined
  /**
   * The view delay that the player's client reports: how many ticks, with a fraction, the display of others lagged
   * behind a command's tick when the player gave it. `World.seenBy` uses it, within limits.
   */
  viewDelay = 0
  /** For the engine: the state that the last step left, to find whether anything else has changed it since. */
  left: EntityState | undefined
  /** For the engine: whether the character differs from what its player's client computes. */
  isSurprised = true
  /** For the engine: the entities that the player's steps spawned, not yet known to have been sent. */
  readonly spawned: Spawned[] = []

  constructor(id: number, name: string, game: G) {
    this.id = id
    this.name = name
    this.commands = this.#newInbox(game)
  }

  #newInbox(game: G): CommandInbox<CommandOf<G>> {
    const rest = game.command.initial as CommandOf<G>
    return new CommandInbox(game.ticksPerSecond, rest, this.commandsDropped)
  }

  /** The account's role: the player's rights besides playing. */
  get role(): PlayerAccount['role'] {
    return this.account?.role ?? 'player'
  }

  /**
   * The least distance that the player sees, in metres: less in the dark, more with a spyglass. Undefined means the
   * default for everyone.
   */
  get viewRadius(): number | undefined {
    return this.#viewRadius
  }

  /** @throws `world/bad-view-radius` unless it is 0 to 4096 */
  set viewRadius(metres: number | undefined) {
    if (metres !== undefined && !(metres >= 0 && metres <= VIEW_RADIUS_MAX))
      throw new ShardlessError(
        'world/bad-view-radius',
        `a player cannot see ${metres} m far; give 0 to ${VIEW_RADIUS_MAX}, or undefined for as far as everybody.`,
      )
    this.#viewRadius = metres
  }

  /**
   * For the engine: moves the player into a world of this game, which counts its own ticks. Earlier commands no
   * longer hold.
   */
  arrive(game: G): void {
    this.commands = this.#newInbox(game)
    this.viewDelay = 0
    this.left = undefined
    this.isSurprised = true
    this.spawned.length = 0
  }

  /** For the engine: notes that the player's step spawned an entity. */
  hasSpawned(spawned: Spawned): void {
    if (this.spawned.length === SPAWNED_MAX) this.spawned.shift()
    this.spawned.push(spawned)
    this.isSurprised = true
  }
}
