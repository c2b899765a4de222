import { Counters, ShardlessError, type Tick, type Vector2, type Vector3 } from '../core/index.ts'
import { CommandInbox } from './command-inbox.ts'
import type { EntityId } from './entity.ts'
import type { EntityState } from './entity-state.ts'
import type { AnyGame, CommandOf, PlayerOf } from './game.ts'
import { worldMetrics } from './metrics.ts'

/** How many things a step may have put into the world that its player has not heard of. */
const SPAWNED_MAX = 32

/** The largest view radius of a player, in metres. */
const VIEW_RADIUS_MAX = 4096

/** Something that a player's step put into the world: the player's client may have shown it already. */
export interface Spawned {
  readonly tick: Tick
  /** Its number among those of that tick, from 0. */
  readonly ordinal: number
  readonly id: EntityId
}

/** A player's account, on a server with accounts. */
export interface PlayerAccount {
  readonly id: string
  readonly role: 'player' | 'staff' | 'owner'
  /** Whether it has no password: losing the browser's memory of it is losing it. */
  readonly isGuest: boolean
}

/** A kept character as it was when it came in: `join` makes an entity of it. */
export interface PlayerCharacter {
  readonly id: string
  readonly name: string
  /**
   * Where it stood, in metres: a free place of the map as it is now; undefined for one that comes in for the first
   * time.
   */
  readonly position: Vector2 | Vector3 | undefined
  /** What the game's `save` gave, as plain JSON gives it back; undefined for one that comes in for the first time. */
  readonly state: unknown
  /** Its attributes as kept: the record for `AttributeBook.add`. */
  readonly attributes: unknown
}

/** An item that a character holds, as the store knows it. */
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
   * Where the player looks instead of from their character: a place, or an entity that is followed wherever it
   * goes. They see what someone there would see.
   */
  watching: Vector2 | EntityId | undefined
  /** The player's account; undefined without one. */
  account: PlayerAccount | undefined
  /** The kept character that the player plays; undefined for a guest, of whom nothing is kept. */
  character: PlayerCharacter | undefined
  /** The character's items, as they are on disk. */
  items: readonly Possession[] = []
  commands: CommandInbox<CommandOf<G>>
  /** For the engine: what was dropped of the player's commands, in all worlds. */
  readonly commandsDropped = new Counters(...worldMetrics.commandsDropped.values)
  #viewRadius: number | undefined
  /**
   * How many ticks, with a fraction, lie between a command's tick and what its player was shown of others when
   * giving it, as the player's client says. `World.seenBy` uses it, within limits.
   */
  viewDelay = 0
  /** For the engine: what the last step left, and whether anything else touched it since. */
  left: EntityState | undefined
  /** For the engine: whether the character is not as its player's client computes it. */
  isSurprised = true
  /** For the engine: what the player's steps put into the world, not yet known to have been told. */
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

  /** The account's role: what the player may do besides playing. */
  get role(): PlayerAccount['role'] {
    return this.account?.role ?? 'player'
  }

  /** How many metres the player sees at least: less in the dark, more with a spyglass. Undefined: as everybody. */
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
   * For the engine: puts the player into a world of this game, which counts its own ticks. Nothing asked before
   * holds.
   */
  arrive(game: G): void {
    this.commands = this.#newInbox(game)
    this.viewDelay = 0
    this.left = undefined
    this.isSurprised = true
    this.spawned.length = 0
  }

  /** For the engine: notes that the player's step put something into the world. */
  hasSpawned(spawned: Spawned): void {
    if (this.spawned.length === SPAWNED_MAX) this.spawned.shift()
    this.spawned.push(spawned)
    this.isSurprised = true
  }
}
