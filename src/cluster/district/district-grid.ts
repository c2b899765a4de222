import { Grid, type MapBounds } from '../../geometry/index.ts'

/** The side of a district, in cells. */
const SIDE = 8

/**
 * A map cut into districts of 8 x 8 cells, the unit of ownership. The districts of several maps are numbered on from
 * one map to the next: `first` is the number of this map's south-western one.
 */
export class DistrictGrid {
  readonly first: number
  readonly columns: number
  readonly rows: number
  readonly #grid: Grid

  constructor(map: MapBounds, first = 0) {
    this.#grid = new Grid(map)
    this.first = first
    this.columns = Math.ceil(this.#grid.columns / SIDE)
    this.rows = Math.ceil(this.#grid.rows / SIDE)
  }

  /** The number of districts. */
  get size(): number {
    return this.columns * this.rows
  }

  /** Returns the district of a place, in metres; outside the map, the nearest one. */
  at(x: number, y: number): number {
    return this.ofCell(this.#grid.cellAt(x, y))
  }

  ofCell(cell: number): number {
    const column = Math.floor((cell % this.#grid.columns) / SIDE)
    const row = Math.floor(cell / this.#grid.columns / SIDE)
    return this.first + column + row * this.columns
  }

  /** Returns the cells of a district, row by row from the south-west. */
  cellsOf(district: number): number[] {
    const { columns, rows } = this.#grid
    const { column, row } = this.#place(district)
    const cells: number[] = []
    for (let y = row * SIDE; y < Math.min(rows, (row + 1) * SIDE); y++)
      for (let x = column * SIDE; x < Math.min(columns, (column + 1) * SIDE); x++) cells.push(x + y * columns)
    return cells
  }

  /** Returns all districts, those of each square block together, and of each block of blocks (the Z order). */
  inBlocks(): number[] {
    const places = Array.from({ length: this.size }, (_, at) => {
      const { column, row } = this.#place(this.first + at)
      return { district: this.first + at, rank: woven(column, row) }
    })
    return places.sort((a, b) => a.rank - b.rank).map(({ district }) => district)
  }

  /** Returns the districts that touch one, also at a corner. */
  neighboursOf(district: number): number[] {
    const { column, row } = this.#place(district)
    const found: number[] = []
    for (let y = Math.max(0, row - 1); y <= Math.min(this.rows - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(this.columns - 1, column + 1); x++)
        if (x !== column || y !== row) found.push(this.first + x + y * this.columns)
    return found
  }

  /** Returns the distance in metres from a place to the nearest point of a district; 0 inside. */
  distanceTo(district: number, x: number, y: number): number {
    const { column, row } = this.#place(district)
    const side = SIDE * this.#grid.cellSize
    const dx = Math.max(column * side - x, x - (column + 1) * side, 0)
    const dy = Math.max(row * side - y, y - (row + 1) * side, 0)
    return Math.sqrt(dx * dx + dy * dy)
  }

  #place(district: number): { readonly column: number; readonly row: number } {
    const number = district - this.first
    return { column: number % this.columns, row: Math.floor(number / this.columns) }
  }
}

/** Weaves the bits of two numbers below 2^15 into one: neighbours in both come to be near each other. */
function woven(column: number, row: number): number {
  let rank = 0
  for (let bit = 0; bit < 15; bit++)
    rank += ((column >> bit) & 1) * (1 << (2 * bit)) + ((row >> bit) & 1) * (2 << (2 * bit))
  return rank
}
