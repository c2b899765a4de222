import { ShardlessError } from '../../core/index.ts'
import type { AnyGame } from '../game.ts'
import type { World } from '../world.ts'

/** The parts of one instance: see `InstanceOptions`. */
export interface InstanceParts {
  readonly map: string
  readonly isHome: boolean
  readonly ticksOfRealm: number
  readonly name?: string
  readonly group?: number
  readonly graceSeconds?: number
  /** Its rules, called in each of its ticks after commands and tasks. */
  readonly systems?: () => void
}

/** One world of a realm: the home of a map, or one made for a group. */
export class Instance<G extends AnyGame = AnyGame> {
  readonly id: number
  /** The map's name. */
  readonly map: string
  readonly name: string
  readonly group: number
  readonly isHome: boolean
  readonly world: World<G>
  /** Whether it is paused: then nothing happens in this world, and its tick count stands still. */
  isPaused = false
  /** Whether its world makes a tick in the realm's current tick. */
  isDue = false
  readonly #systems: InstanceParts['systems']
  readonly #everyTicks: number
  readonly #graceTicks: number
  /** The realm's tick at which the last player left; -1 while there is one. */
  #emptySince = -1

  /** @throws `world/bad-instance` */
  constructor(id: number, world: World<G>, options: InstanceParts) {
    const { map, name = map, group = 0, isHome, ticksOfRealm, graceSeconds = 30 } = options
    this.#everyTicks = ticksOfRealm / world.game.ticksPerSecond
    if (!Number.isInteger(this.#everyTicks))
      throw new ShardlessError(
        'world/bad-instance',
        `an instance has ${world.game.ticksPerSecond} ticks per second; it must be a divisor of the realm's ${ticksOfRealm}.`,
      )
    if (!(graceSeconds >= 0))
      throw new ShardlessError('world/bad-instance', `graceSeconds is ${graceSeconds}; it must be 0 or more.`)
    this.id = id
    this.world = world
    this.map = map
    this.name = name
    this.group = group
    this.isHome = isHome
    this.#systems = options.systems
    this.#graceTicks = graceSeconds * ticksOfRealm
  }

  /** For the realm: makes one of the realm's ticks. */
  advance(tick: number): void {
    this.isDue = !this.isPaused && tick % this.#everyTicks === 0
    if (this.isDue) this.world.advance(this.#systems)
  }

  /**
   * Returns in how many ticks of the realm, after `tick`, its world makes the next one; undefined while it is
   * paused.
   */
  ticksToNext(tick: number): number | undefined {
    return this.isPaused ? undefined : this.#everyTicks - (tick % this.#everyTicks)
  }

  /** For the realm: returns whether it has been empty for its grace period. */
  isOver(tick: number): boolean {
    if (this.world.players.size > 0) this.#emptySince = -1
    else if (this.#emptySince < 0) this.#emptySince = tick
    return !this.isHome && this.#emptySince >= 0 && tick - this.#emptySince >= this.#graceTicks
  }
}
