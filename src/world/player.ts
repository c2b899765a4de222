import { Counters } from '../core/index.ts'
import type { EntityId } from './entity.ts'
import type { AnyGame, CommandOf, PlayerOf } from './game.ts'
import type { Vector2 } from './position.ts'

/** Commands that wait for their tick. More than this are a client ahead of time: the oldest give way. */
const WAITING_MAX = 4

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
  /** The number of the last command that was applied. */
  appliedCommand = 0
  readonly dropped = new Counters('command-late', 'command-crowded')
  readonly #waiting: { number: number; command: CommandOf<G> }[] = []
  #current: CommandOf<G> | undefined
  #newest = 0

  constructor(id: number, name: string) {
    this.id = id
    this.name = name
  }

  /**
   * Takes a command that arrived. `number` counts the client's ticks: one that is not above every earlier one is late
   * or repeated and is dropped.
   */
  receive(number: number, command: CommandOf<G>): void {
    if (number <= this.#newest) {
      this.dropped.count('command-late')
      return
    }
    this.#newest = number
    if (this.#waiting.length === WAITING_MAX) {
      this.#waiting.shift()
      this.dropped.count('command-crowded')
    }
    this.#waiting.push({ number, command })
  }

  /** The command of this tick: the next that waits, else the last one again; undefined before the first. */
  next(): CommandOf<G> | undefined {
    const waiting = this.#waiting.shift()
    if (waiting) {
      this.#current = waiting.command
      this.appliedCommand = waiting.number
    }
    return this.#current
  }
}
