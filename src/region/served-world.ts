import type { WorldMap } from '../geometry/index.ts'
import { Author, Desk } from '../replication/index.ts'
import type { Instance, Resident, World } from '../world/index.ts'
import type { MapShelf } from './map-shelf.ts'
import type { WorldFacts } from './message/index.ts'

/** Serves players from one world of the realm: holds its author and its players. */
export class ServedWorld<Player> {
  readonly instance: Instance
  readonly author: Author
  readonly players = new Set<Player>()
  /** The map last reported to players. */
  mapTold: WorldMap
  readonly #shelf: MapShelf
  #feedDesk: Desk | undefined
  readonly #hidden: Resident[] = []
  #hiddenAt = -1

  constructor(instance: Instance, shelf: MapShelf) {
    this.instance = instance
    this.author = new Author(instance.world)
    this.mapTold = instance.world.map
    this.#shelf = shelf
  }

  get world(): World {
    return this.instance.world
  }

  /** The desk that writes news for gateways in other processes: once, however many there are. */
  get feedDesk(): Desk {
    this.#feedDesk ??= new Desk(this.author)
    return this.#feedDesk
  }

  /** What not everybody may know of, in this tick: looked for once, however many neighbours are shown it. */
  get hidden(): readonly Resident[] {
    if (this.#hiddenAt === this.world.tick) return this.#hidden
    this.#hiddenAt = this.world.tick
    this.#hidden.length = 0
    for (const resident of this.world.residents)
      if (resident && (resident.isRestricted || resident.group > 0)) this.#hidden.push(resident)
    return this.#hidden
  }

  /** Begins the feed of the tick's changes to gateways. */
  beginFeed(): void {
    if (this.feedDesk.changes.tick < this.world.tick) this.feedDesk.begin(this.world.tick)
  }

  /** The facts needed to follow the world. */
  get facts(): WorldFacts {
    const { id, map, world } = this.instance
    const { width, height } = world.map
    const { ticksPerSecond } = world.game
    return { map, instance: id, width, height, ticksPerSecond, hash: this.#shelf.hashOf(world, world.map) }
  }
}
