import type { AnyEntity } from '../../world/index.ts'
import { wayTowards } from './compass.ts'

/** Where somebody is, in tiles of the world, and which way they look: found once a tick for all who see them. */
export interface TileSpot {
  tick: number
  /** Tiles east and north of the world's corner. */
  east: number
  north: number
  /** The number of the way; -1 where a game tells none. */
  way: number
}

/** The spots of everybody in a dialect's worlds. Players share entities, and so their spots. */
export class TileSpots {
  readonly #tileMetres: number
  readonly #facing: (entity: AnyEntity) => number | undefined
  readonly #spots = new WeakMap<AnyEntity, TileSpot>()

  constructor(tileMetres: number, facing: (entity: AnyEntity) => number | undefined) {
    this.#tileMetres = tileMetres
    this.#facing = facing
  }

  of(entity: AnyEntity): TileSpot {
    let spot = this.#spots.get(entity)
    if (spot === undefined) {
      spot = { tick: -1, east: 0, north: 0, way: -1 }
      this.#spots.set(entity, spot)
    }
    return spot
  }

  /** Brings a spot to a tick. */
  find(spot: TileSpot, entity: AnyEntity, tick: number): void {
    const { position } = entity
    if (spot.tick === tick || position === undefined) return
    spot.tick = tick
    spot.east = Math.floor(position.x / this.#tileMetres)
    spot.north = Math.floor(position.y / this.#tileMetres)
    const facing = this.#facing(entity)
    spot.way = facing === undefined ? -1 : wayTowards(facing)
  }
}
