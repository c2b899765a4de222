import { DistrictGrid } from '../../cluster/index.ts'
import { type AnyDefinition, rulesOf } from '../../region/index.ts'

/** The districts of all maps of a server, numbered on from map to map, in the order of the maps. */
export class DistrictPlan {
  /** By the map's name. */
  readonly grids: ReadonlyMap<string, DistrictGrid>
  /** Every district. */
  readonly all: readonly number[]

  /** @param first  the number of the first district of the first map */
  constructor(definition: AnyDefinition, first: number) {
    const { cellSize } = definition.game.map
    const grids = new Map<string, DistrictGrid>()
    let next = first
    for (const [name, { map }] of Object.entries(rulesOf(definition))) {
      const grid = new DistrictGrid({ width: map.width, height: map.height, cellSize }, next)
      grids.set(name, grid)
      next += grid.size
    }
    this.grids = grids
    this.all = Array.from({ length: next - first }, (_, at) => first + at)
  }

  /** Returns the districts that touch one, on the same map. */
  neighboursOf(district: number): number[] {
    for (const grid of this.grids.values())
      if (district >= grid.first && district < grid.first + grid.size) return grid.neighboursOf(district)
    return []
  }
}
