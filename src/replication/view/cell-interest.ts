import { type DistrictRange, Districts } from '../ledger/districts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Reaches, SEATS } from './reach.ts'

/**
 * Where one viewer stands and which cells it sees from there: all within its radius, and some more. They change
 * only when it leaves the surroundings of its seat, or when its radius changes.
 */
export class CellInterest {
  /** The cells in view, nearest first; only the first `count` are valid. */
  cells = new Int32Array(0)
  /** Metres to each of them. */
  distances = new Float32Array(0)
  count = 0
  /** The seat, counted over the whole map; -1 while there is none. */
  readonly seat = { column: -1, row: -1 }
  /** The districts that those cells lie in. */
  districts: DistrictRange = Districts.none()
  readonly #ledger: Ledger
  readonly #reaches: Reaches
  readonly #hysteresis: number
  /** By cell in view: its version at the last look. */
  #versions = new Int32Array(0)
  #radius = 0

  constructor(ledger: Ledger, reaches: Reaches, hysteresis: number) {
    this.#ledger = ledger
    this.#reaches = reaches
    this.#hysteresis = hysteresis
  }

  /** Puts the viewer at (x, y) with a radius; all in metres. @returns whether other cells are in view now */
  lookFrom(x: number, y: number, radius: number): boolean {
    const { grid } = this.#ledger
    const { seatSize } = this.#reaches
    const column = seatOf(x, seatSize, grid.columns)
    const row = seatOf(y, seatSize, grid.rows)
    if (column === this.seat.column && row === this.seat.row && radius === this.#radius) return false
    this.seat.column = column
    this.seat.row = row
    this.#radius = radius
    this.#collect()
    return true
  }

  /** Changes the viewer's radius, in metres. @returns whether other cells are in view now */
  lookAsFarAs(radius: number): boolean {
    if (radius === this.#radius || this.seat.column < 0) return false
    this.#radius = radius
    this.#collect()
    return true
  }

  /** Returns whether a cell in view gained a topic or lost it, or its topic gained a chunk, since the last call. */
  hasNewTopics(): boolean {
    const { cellVersion } = this.#ledger
    let isOther = false
    for (let i = 0; i < this.count; i++) {
      const version = cellVersion[this.cells[i]]
      if (version === this.#versions[i]) continue
      this.#versions[i] = version
      isOther = true
    }
    return isOther
  }

  #collect(): void {
    const { grid, cellVersion } = this.#ledger
    const { east, north, distance } = this.#reaches.from(this.seat, this.#radius, this.#hysteresis)
    if (this.cells.length < east.length) {
      this.cells = new Int32Array(east.length)
      this.distances = new Float32Array(east.length)
      this.#versions = new Int32Array(east.length)
    }
    const { columns, rows } = grid
    const { cells, distances } = this
    const versions = this.#versions
    const ownColumn = Math.floor(this.seat.column / SEATS)
    const ownRow = Math.floor(this.seat.row / SEATS)
    let count = 0
    let west = columns
    let eastmost = -1
    let south = rows
    let northmost = -1
    for (let i = 0; i < east.length; i++) {
      const column = ownColumn + east[i]
      const row = ownRow + north[i]
      if (column < 0 || column >= columns || row < 0 || row >= rows) continue
      const cell = column + row * columns
      west = Math.min(west, column)
      eastmost = Math.max(eastmost, column)
      south = Math.min(south, row)
      northmost = Math.max(northmost, row)
      cells[count] = cell
      distances[count] = distance[i]
      versions[count++] = cellVersion[cell]
    }
    this.count = count
    this.districts = Districts.around({ west, east: eastmost, south, north: northmost })
  }
}

/** Returns the seat of a coordinate; outside the map, the nearest one. */
function seatOf(metres: number, seatSize: number, cells: number): number {
  return Math.max(0, Math.min(cells * SEATS - 1, Math.floor(metres / seatSize)))
}
