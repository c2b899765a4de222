import type { Vector2 } from '../core/index.ts'
import type { Resident, World } from '../world/index.ts'

/**
 * Indexes a world's restricted entities by cell, so that a player's cost depends on those nearby and not on all of
 * them.
 */
export class Hidden {
  #tick = 0
  readonly #byCell = new Map<number, Resident[]>()
  readonly #placeless: Resident[] = []

  /** Calls for each restricted entity in the cells within `radius` metres of a place, and for each without a place. */
  forEachNear(
    world: World,
    place: Vector2 | undefined,
    radius: number,
    found: (resident: Resident) => void,
  ): void {
    if (!world.hasRestricted) return
    if (this.#tick !== world.tick) this.#sort(world)
    this.#placeless.forEach(found)
    if (!place) return
    const { grid } = world
    const north = grid.row(place.y + radius)
    const east = grid.column(place.x + radius)
    for (let row = grid.row(place.y - radius); row <= north; row++)
      for (let column = grid.column(place.x - radius); column <= east; column++) {
        const cell = column + row * grid.columns
        if (grid.distanceTo(cell, place.x, place.y) <= radius) this.#byCell.get(cell)?.forEach(found)
      }
  }

  #sort(world: World): void {
    this.#tick = world.tick
    this.#placeless.length = 0
    for (const list of this.#byCell.values()) list.length = 0
    for (const resident of world.restricted) this.#add(resident)
    for (const ghost of world.ghosts) if (ghost.isRestricted) this.#add(ghost)
  }

  #add(resident: Resident): void {
    if (resident.cell < 0) this.#placeless.push(resident)
    else {
      const list = this.#byCell.get(resident.cell)
      if (list) list.push(resident)
      else this.#byCell.set(resident.cell, [resident])
    }
  }
}
