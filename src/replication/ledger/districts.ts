import type { Grid } from '../../geometry/index.ts'

/** The side of a district, in cells. */
const SIDE = 8

/** Districts from west to east and from south to north, both ends included. */
export interface DistrictRange {
  west: number
  east: number
  south: number
  north: number
}

/**
 * Notes where on the map topics were last opened, closed or made longer, and when anybody last changed, in squares of
 * 8 x 8 cells, so that a view sees at a glance when nothing near it did.
 */
export class Districts {
  readonly #gridColumns: number
  readonly #columns: number
  /** By district: the ledger's version at its last change. */
  readonly #versions: Int32Array
  /** By district: the last tick at which something in it changed. */
  readonly #ticks: Int32Array

  constructor(grid: Grid) {
    this.#gridColumns = grid.columns
    this.#columns = Math.ceil(grid.columns / SIDE)
    this.#versions = new Int32Array(this.#columns * Math.ceil(grid.rows / SIDE))
    this.#ticks = new Int32Array(this.#versions.length)
  }

  /** Returns the district of a cell. */
  at(cell: number): number {
    const column = Math.floor((cell % this.#gridColumns) / SIDE)
    const row = Math.floor(cell / this.#gridColumns / SIDE)
    return column + row * this.#columns
  }

  /** Notes a change of topics at a cell. */
  note(cell: number, version: number): void {
    this.#versions[this.at(cell)] = version
  }

  /** Notes that somebody in a district changed, came or went. */
  touch(district: number, tick: number): void {
    this.#ticks[district] = tick
  }

  /** Returns whether somebody in these districts changed, came or went at that tick or later. */
  wasTouchedSince({ west, east, south, north }: DistrictRange, tick: number): boolean {
    for (let row = south; row <= north; row++)
      for (let column = west; column <= east; column++)
        if (this.#ticks[column + row * this.#columns] >= tick) return true
    return false
  }

  /** Returns whether topics of these districts changed after that version. */
  hasChangedSince({ west, east, south, north }: DistrictRange, version: number): boolean {
    for (let row = south; row <= north; row++)
      for (let column = west; column <= east; column++)
        if (this.#versions[column + row * this.#columns] > version) return true
    return false
  }

  /** Returns a range of no district. */
  static none(): DistrictRange {
    return { west: 0, east: -1, south: 0, north: -1 }
  }

  /** Returns the districts that cells from west to east and from south to north lie in. */
  static around(cells: DistrictRange): DistrictRange {
    if (cells.east < cells.west) return Districts.none()
    return {
      west: Math.floor(cells.west / SIDE),
      east: Math.floor(cells.east / SIDE),
      south: Math.floor(cells.south / SIDE),
      north: Math.floor(cells.north / SIDE),
    }
  }
}
