import type { Grid } from '../../geometry/index.ts'

/** How many seats a cell has along a side; whoever stands on one seat sees the same cells. */
export const SEATS = 4
/** The most radii remembered. */
const RADII_MAX = 64

/** The cells seen from one seat, nearest first, as steps from the seat's own cell. */
export interface Reach {
  readonly east: Int16Array
  readonly north: Int16Array
  /** By cell: metres from the middle of the seat to its nearest point; 0 within. */
  readonly distance: Float32Array
}

/**
 * Tells which cells are seen from where. A cell is cut into 4 x 4 seats; from each, every cell is seen that comes
 * within the radius of any point of the seat or of its surroundings, `hysteresis` metres around it. So a viewer may
 * leave its seat by that much before it takes another, and misses nothing meanwhile [T15].
 *
 * The lists are made once for each radius, in whole metres, and shared by all views.
 */
export class Reaches {
  readonly seatSize: number
  readonly #cellSize: number
  /** By radius and hysteresis: the reach of each of the 16 seats. */
  readonly #lists = new Map<string, readonly Reach[]>()
  /** What was asked for last: almost all views see equally far. */
  #last: { radius: number; hysteresis: number; list: readonly Reach[] } = {
    radius: -1,
    hysteresis: 0,
    list: [],
  }

  constructor(grid: Grid) {
    this.#cellSize = grid.cellSize
    this.seatSize = grid.cellSize / SEATS
  }

  /** @param column, row  of the seat, over the whole map */
  from(seat: { readonly column: number; readonly row: number }, radius: number, hysteresis: number): Reach {
    const last = this.#last
    if (last.radius !== radius || last.hysteresis !== hysteresis)
      this.#last = { radius, hysteresis, list: this.#listOf(radius, hysteresis) }
    return this.#last.list[(seat.column % SEATS) * SEATS + (seat.row % SEATS)]
  }

  #listOf(radius: number, hysteresis: number): readonly Reach[] {
    const key = `${radius} ${hysteresis}`
    let list = this.#lists.get(key)
    if (list === undefined) {
      if (this.#lists.size >= RADII_MAX) this.#lists.clear()
      list = this.#make(radius, hysteresis)
      this.#lists.set(key, list)
    }
    return list
  }

  #make(radius: number, hysteresis: number): Reach[] {
    const list: Reach[] = []
    for (let column = 0; column < SEATS; column++)
      for (let row = 0; row < SEATS; row++) list.push(this.#reachFrom({ column, row }, radius, hysteresis))
    return list
  }

  #reachFrom(seat: { column: number; row: number }, radius: number, hysteresis: number): Reach {
    const { seatSize } = this
    const cellSize = this.#cellSize
    const west = seat.column * seatSize
    const south = seat.row * seatSize
    const side = seatSize + 2 * hysteresis
    const steps = Math.ceil((radius + hysteresis) / cellSize) + 1
    const cells: { east: number; north: number; distance: number }[] = []
    for (let east = -steps; east <= steps; east++)
      for (let north = -steps; north <= steps; north++) {
        const dx = gap(west - hysteresis, side, east * cellSize, cellSize)
        const dy = gap(south - hysteresis, side, north * cellSize, cellSize)
        if (dx * dx + dy * dy > radius * radius) continue
        const mx = gap(west + seatSize / 2, 0, east * cellSize, cellSize)
        const my = gap(south + seatSize / 2, 0, north * cellSize, cellSize)
        cells.push({ east, north, distance: Math.sqrt(mx * mx + my * my) })
      }
    cells.sort((a, b) => a.distance - b.distance)
    return {
      east: Int16Array.from(cells, (cell) => cell.east),
      north: Int16Array.from(cells, (cell) => cell.north),
      distance: Float32Array.from(cells, (cell) => cell.distance),
    }
  }
}

/** Returns how far apart two stretches of a line are, each given by its start and length; 0 when they meet. */
function gap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.max(0, b - (a + aLength), a - (b + bLength))
}
