import type { Vector2, Vector3 } from '../core/index.ts'
import { ShardlessError, type Tick } from '../core/index.ts'
import { CommandInbox } from './command-inbox.ts'
import type { EntityId } from './entity.ts'
import type { EntityState } from './entity-state.ts'
import type { AnyGame, CommandOf, PlayerOf } from './game.ts'

/** Things that a step put into the world and its player has not heard of yet, at most. */
const SPAWNED_MAX = 32

/** Metres a player may be made to see, at most. */
const VIEW_RADIUS_MAX = 4096

/** What a player's step put into the world: the player's client may have shown it already. */
export interface Spawned {
  readonly tick: Tick
  /** Which one of that tick, from 0. */
  readonly ordinal: number
  readonly id: EntityId
}

/** Whose a player is, on a server with accounts. */
export interface PlayerAccount {
  readonly id: string
  readonly role: 'player' | 'staff' | 'owner'
  /** Whether it has no password: who loses the browser's memory of it has lost it. */
  readonly isGuest: boolean
}

/** A character that is kept, as it was when it came in: what `join` makes an entity of. */
export interface PlayerCharacter {
  readonly id: string
  readonly name: string
  /** Metres: where it stood, a free place of the map as it is now; undefined for one that comes in for the first time. */
  readonly position: Vector2 | Vector3 | undefined
  /** What the game's `save` gave, as plain JSON gives it back; undefined for one that comes in for the first time. */
  readonly state: unknown
  /** What was kept of its attributes: the record for `AttributeBook.add`. */
  readonly attributes: unknown
}

/** An item that a character holds: what the store knows of it. */
export interface Possession {
  readonly id: string
  readonly kind: string
  readonly quantity: number
  readonly data: Uint8Array
}

/** One player's presence in a world: a name, a character, and what the player asks of it. */
export class Player<G extends AnyGame = AnyGame> {
  readonly id: number
  /** 1 to 24 visible characters, in at most 64 bytes of UTF-8: `text({ bytesMax: 64 })` holds it. */
  readonly name: string
  /** The character, once `join` has made it; a spectator has none. */
  entity: PlayerOf<G> | undefined
  /**
   * Where the player looks instead of from their character: a place, or an entity that is followed wherever it goes. They
   * see what whoever stands there would see.
   */
  watching: Vector2 | EntityId | undefined
  /** Whose the player is; undefined for one without an account. */
  account: PlayerAccount | undefined
  /** The kept character that the player plays; undefined for a guest, of whom nothing is kept. */
  character: PlayerCharacter | undefined
  /** What the character holds, as it is on disk. */
  items: readonly Possession[] = []
  commands: CommandInbox<CommandOf<G>>
  #viewRadius: number | undefined
  /**
   * Ticks between a command's tick and what its player was shown of others when giving it, with a fraction: as the
   * player's client says. `World.seenBy` uses it, within limits.
   */
  viewDelay = 0
  /** For the engine: what the last step left, and whether anything else touched it since. */
  left: EntityState | undefined
  /** For the engine: the character is not as its player's client computes it. */
  isSurprised = true
  /** For the engine: what the player's steps put into the world, not yet known to have been told. */
  readonly spawned: Spawned[] = []

  constructor(id: number, name: string, game: G) {
    this.id = id
    this.name = name
    this.commands = new CommandInbox(game.ticksPerSecond, game.command.initial as CommandOf<G>)
  }

  /** What the player may do beside playing. */
  get role(): PlayerAccount['role'] {
    return this.account?.role ?? 'player'
  }

  /** Metres the player sees: less in the dark, more with a spyglass. As far as everybody, when undefined. */
  get viewRadius(): number | undefined {
    return this.#viewRadius
  }

  /** @throws `world/bad-view-radius` for what is not 0 to 4096 */
  set viewRadius(metres: number | undefined) {
    if (metres !== undefined && !(metres >= 0 && metres <= VIEW_RADIUS_MAX))
      throw new ShardlessError(
        'world/bad-view-radius',
        `a player cannot see ${metres} m far; give 0 to ${VIEW_RADIUS_MAX}, or undefined for as far as everybody.`,
      )
    this.#viewRadius = metres
  }

  /** For the engine: the player is in a world of this game now, which counts its own ticks. Nothing asked before holds. */
  arrive(game: G): void {
    this.commands = new CommandInbox(game.ticksPerSecond, game.command.initial as CommandOf<G>)
    this.viewDelay = 0
    this.left = undefined
    this.isSurprised = true
    this.spawned.length = 0
  }

  /** For the engine: the player's step put something into the world. */
  hasSpawned(spawned: Spawned): void {
    if (this.spawned.length === SPAWNED_MAX) this.spawned.shift()
    this.spawned.push(spawned)
    this.isSurprised = true
  }
}
