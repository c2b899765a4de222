/**
 * The costs of a step, straight and slanted: 7 / 5 is 1.4, a hundredth less than the root of two. Whole, so exact.
 */
export const STRAIGHT = 5
export const SLANTED = 7
/** Marks a cell that is not reached. */
export const UNREACHED = 0xffff

/** Returns the cost of the shortest way between two cells if nothing were in between. */
export function octile(columns: number, rows: number): number {
  const [less, more] = columns < rows ? [columns, rows] : [rows, columns]
  return more * STRAIGHT + less * (SLANTED - STRAIGHT)
}

/**
 * Computes distances from one cell to all others of a square of cells. Slanted steps need both cells beside them to
 * be free.
 *
 *     load(square) -> from(x, y) -> distances -> trace(x, y)
 *
 * Costs are 5 and 7, so that nine buckets in a ring keep the cells in order (Dial, "Shortest-path forest with
 * topological ordering", 1969).
 */
export class Flood {
  /** How many cells each way. */
  readonly side: number
  /**
   * Distances with a blocked rim, so that nobody has to ask where the square ends: (x + 1) + (y + 1) * (side + 2).
   */
  readonly distances: Uint16Array
  readonly #stride: number
  readonly #free: Uint8Array
  readonly #buckets: Int32Array[]
  readonly #counts = new Int32Array(8)
  /** The eight ways: four straight ones, then four slanted ones. */
  readonly #ways: readonly number[]

  constructor(side: number) {
    this.side = side
    const stride = side + 2
    this.#stride = stride
    this.distances = new Uint16Array(stride * stride)
    this.#free = new Uint8Array(stride * stride)
    // A cell is put into buckets once for each neighbour at most.
    this.#buckets = Array.from({ length: 8 }, () => new Int32Array(8 * side * side))
    this.#ways = [1, stride, -1, -stride, 1 + stride, stride - 1, -1 - stride, 1 - stride]
  }

  /** Copies a square out of a larger grid. Cells beyond the grid are blocked. */
  load(free: Uint8Array, place: { column: number; row: number; columns: number; rows: number }): void {
    const { column, row, columns, rows } = place
    this.#free.fill(0)
    const width = Math.min(this.side, columns - column)
    const height = Math.min(this.side, rows - row)
    for (let y = 0; y < height; y++) {
      const from = column + (row + y) * columns
      const to = 1 + (y + 1) * this.#stride
      for (let x = 0; x < width; x++) this.#free[to + x] = free[from + x]
    }
  }

  /** Fills `distances` with the costs from this cell of the square. */
  from(x: number, y: number): void {
    const { distances } = this
    const [free, buckets, counts, ways] = [this.#free, this.#buckets, this.#counts, this.#ways]
    distances.fill(UNREACHED)
    const start = this.at(x, y)
    if (free[start] === 0) return
    distances[start] = 0
    buckets[0][0] = start
    counts.fill(0)
    counts[0] = 1
    let waiting = 1
    for (let distance = 0; waiting > 0; distance++) {
      const at = distance & 7
      const bucket = buckets[at]
      const count = counts[at]
      counts[at] = 0
      waiting -= count
      for (let i = 0; i < count; i++) {
        const cell = bucket[i]
        if (distances[cell] !== distance) continue
        for (let way = 0; way < 8; way++) {
          const next = cell + ways[way]
          if (free[next] === 0) continue
          let cost = distance + STRAIGHT
          if (way >= 4) {
            if (free[cell + ways[way - 4]] === 0 || free[cell + ways[(way - 3) & 3]] === 0) continue
            cost = distance + SLANTED
          }
          if (cost >= distances[next]) continue
          distances[next] = cost
          buckets[cost & 7][counts[cost & 7]++] = next
          waiting++
        }
      }
    }
  }

  at(x: number, y: number): number {
    return x + 1 + (y + 1) * this.#stride
  }

  /** Returns the corners of a shortest way from where the flood began to (x, y), that included: x, y, x, y. */
  trace(x: number, y: number): number[] {
    const { distances } = this
    const corners: number[] = []
    let cell = this.at(x, y)
    let last = -1
    while (distances[cell] > 0) {
      let taken = 0
      for (let way = 0; way < 8; way++) {
        const cost = way < 4 ? STRAIGHT : SLANTED
        const from = cell - this.#ways[way]
        if (distances[from] === UNREACHED || distances[from] + cost !== distances[cell]) continue
        if (way >= 4) {
          const [free, ways] = [this.#free, this.#ways]
          if (free[from + ways[way - 4]] === 0 || free[from + ways[(way - 3) & 3]] === 0) continue
        }
        taken = way
        if (way === last) break
      }
      if (taken !== last) corners.push(Math.floor(cell / this.#stride) - 1, (cell % this.#stride) - 1)
      last = taken
      cell -= this.#ways[taken]
    }
    return corners.reverse()
  }
}
