/** The bounds of a map and the size of its cells, all in metres. */
export interface MapBounds {
  readonly width: number
  readonly height: number
  /** The side of a cell, the unit of interest. */
  readonly cellSize: number
}

/**
 * A map cut into square cells, numbered row by row from the south-west.
 *
 *     cell = column + row * columns        column to the east, row to the north
 */
export class Grid {
  readonly cellSize: number
  readonly columns: number
  readonly rows: number
  readonly cells: number

  constructor(bounds: MapBounds) {
    this.cellSize = bounds.cellSize
    this.columns = bounds.width / bounds.cellSize
    this.rows = bounds.height / bounds.cellSize
    this.cells = this.columns * this.rows
  }

  /** Returns the column of an eastward coordinate in metres; outside the map, the nearest one. */
  column(x: number): number {
    const column = Math.floor(x / this.cellSize)
    return column < 0 ? 0 : column >= this.columns ? this.columns - 1 : column
  }

  /** Returns the row of a northward coordinate in metres; outside the map, the nearest one. */
  row(y: number): number {
    const row = Math.floor(y / this.cellSize)
    return row < 0 ? 0 : row >= this.rows ? this.rows - 1 : row
  }

  /** Returns the cell in which a point lies. */
  cellAt(x: number, y: number): number {
    return this.column(x) + this.row(y) * this.columns
  }

  /** Returns the middle of a cell, metres. */
  middleOf(cell: number): { readonly x: number; readonly y: number } {
    const half = this.cellSize / 2
    const row = Math.floor(cell / this.columns)
    return { x: (cell % this.columns) * this.cellSize + half, y: row * this.cellSize + half }
  }

  /** Returns the distance in metres from a point to the nearest point of a cell; 0 inside. */
  distanceTo(cell: number, x: number, y: number): number {
    const west = (cell % this.columns) * this.cellSize
    const south = Math.floor(cell / this.columns) * this.cellSize
    const dx = x < west ? west - x : x > west + this.cellSize ? x - west - this.cellSize : 0
    const dy = y < south ? south - y : y > south + this.cellSize ? y - south - this.cellSize : 0
    return Math.sqrt(dx * dx + dy * dy)
  }
}
