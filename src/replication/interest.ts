import type { Ledger } from './ledger.ts'
import { type Reaches, SEATS } from './reach.ts'

/**
 * Where one viewer stands and which cells it sees from there: all within its radius, and some more. They change only
 * when it leaves the surroundings of its seat, or when its radius does.
 */
export class Interest {
  /** Cells in view, nearest first; only the first `count` count. */
  cells = new Int32Array(0)
  /** Metres to each of them. */
  distances = new Float32Array(0)
  count = 0
  /** The cell the seat is part of. */
  column = 0
  row = 0
  readonly #ledger: Ledger
  readonly #reaches: Reaches
  readonly #hysteresis: number
  /** By cell in view: its version when it was last looked at. */
  #versions = new Int32Array(0)
  #seatColumn = -1
  #seatRow = -1
  #radius = -1

  constructor(ledger: Ledger, reaches: Reaches, hysteresis: number) {
    this.#ledger = ledger
    this.#reaches = reaches
    this.#hysteresis = hysteresis
  }

  /** The viewer stands at (x, y) and sees `radius` metres. @returns whether the cells in view are others now */
  lookFrom(x: number, y: number, radius: number): boolean {
    const whole = Math.ceil(radius)
    if (whole === this.#radius && this.#isSeated(x, y)) return false
    const { grid } = this.#ledger
    const { seatSize } = this.#reaches
    this.#radius = whole
    this.#seatColumn = seatOf(x, seatSize, grid.columns)
    this.#seatRow = seatOf(y, seatSize, grid.rows)
    this.column = Math.floor(this.#seatColumn / SEATS)
    this.row = Math.floor(this.#seatRow / SEATS)
    this.#collect()
    return true
  }

  /** Whether a cell in view got a topic, lost it, or its topic a chunk, since this was last asked. */
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

  #isSeated(x: number, y: number): boolean {
    const { seatSize } = this.#reaches
    const off = this.#hysteresis
    const west = this.#seatColumn * seatSize
    const south = this.#seatRow * seatSize
    return x >= west - off && x <= west + seatSize + off && y >= south - off && y <= south + seatSize + off
  }

  #collect(): void {
    const { grid, cellVersion } = this.#ledger
    const seat = { column: this.#seatColumn, row: this.#seatRow }
    const { east, north, distance } = this.#reaches.from(seat, this.#radius, this.#hysteresis)
    if (this.cells.length < east.length) {
      this.cells = new Int32Array(east.length)
      this.distances = new Float32Array(east.length)
      this.#versions = new Int32Array(east.length)
    }
    this.count = 0
    for (let i = 0; i < east.length; i++) {
      const column = this.column + east[i]
      const row = this.row + north[i]
      if (column < 0 || column >= grid.columns || row < 0 || row >= grid.rows) continue
      const cell = column + row * grid.columns
      this.cells[this.count] = cell
      this.distances[this.count] = distance[i]
      this.#versions[this.count] = cellVersion[cell]
      this.count++
    }
  }
}

/** The seat of a coordinate; what lies outside the map counts to the nearest. */
function seatOf(metres: number, seatSize: number, cells: number): number {
  return Math.max(0, Math.min(cells * SEATS - 1, Math.floor(metres / seatSize)))
}
