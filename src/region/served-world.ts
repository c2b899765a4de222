import type { WorldMap } from '../geometry/index.ts'
import { Author, Desk } from '../replication/index.ts'
import type { Instance, World } from '../world/index.ts'
import type { MapShelf } from './map-shelf.ts'
import type { WorldFacts } from './message/index.ts'

/** A world of the realm as players are served from it: its author, and who is in it. */
export class ServedWorld<Player> {
  readonly instance: Instance
  readonly author: Author
  readonly players = new Set<Player>()
  /** The map that players were told of. */
  mapTold: WorldMap
  readonly #shelf: MapShelf
  #feedDesk: Desk | undefined

  constructor(instance: Instance, shelf: MapShelf) {
    this.instance = instance
    this.author = new Author(instance.world)
    this.mapTold = instance.world.map
    this.#shelf = shelf
  }

  get world(): World {
    return this.instance.world
  }

  /** Where the news for gateways in other processes are written: once, however many there are. */
  get feedDesk(): Desk {
    this.#feedDesk ??= new Desk(this.author)
    return this.#feedDesk
  }

  /** What the tick has changed is told to gateways from here on. */
  beginFeed(): void {
    if (this.feedDesk.changes.tick < this.world.tick) this.feedDesk.begin(this.world.tick)
  }

  /** What has to be known to follow it. */
  get facts(): WorldFacts {
    const { id, map, world } = this.instance
    const { width, height } = world.map
    const { ticksPerSecond } = world.game
    return { map, instance: id, width, height, ticksPerSecond, hash: this.#shelf.hashOf(map, world.map) }
  }
}
