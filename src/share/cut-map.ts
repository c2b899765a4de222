import { DistrictGrid } from '../cluster/index.ts'
import type { AnyEntity, Instance, Realm } from '../world/index.ts'

/** One map of the world: its home, and how it is cut. */
export interface CutMap {
  readonly instance: Instance
  readonly grid: DistrictGrid
  /** By cell: its district. */
  readonly districtOf: Int32Array
}

/** The maps of a realm, cut into districts that are numbered on from one map to the next. */
export class CutMaps {
  readonly first: number
  readonly #byInstance = new Map<number, CutMap>()
  readonly #maps: CutMap[] = []

  /** @param first  the number of the first district */
  constructor(realm: Realm, first: number) {
    this.first = first
    for (const instance of realm.instances) {
      if (!instance.isHome) continue
      const { game, grid: cells } = instance.world
      const grid = new DistrictGrid(game.map, first + this.size)
      const districtOf = Int32Array.from({ length: cells.cells }, (_, cell) => grid.ofCell(cell))
      const map = { instance, grid, districtOf }
      this.#maps.push(map)
      this.#byInstance.set(instance.id, map)
    }
  }

  get all(): readonly CutMap[] {
    return this.#maps
  }

  /** How many districts there are. */
  get size(): number {
    return this.#maps.reduce((sum, { grid }) => sum + grid.size, 0)
  }

  /** Returns the map of a home; undefined for an instance made for a group. */
  of(instance: number): CutMap | undefined {
    return this.#byInstance.get(instance)
  }

  /** Returns the map that a district is of. */
  withDistrict(district: number): CutMap | undefined {
    return this.#maps.find(({ grid }) => district >= grid.first && district < grid.first + grid.size)
  }

  /** Returns the district that an entity stands in; what has no place is in its map's first. */
  districtAt({ grid }: CutMap, { position }: AnyEntity): number {
    return position ? grid.at(position.x, position.y) : grid.first
  }
}
