import { hides, type Segment, UNITS_PER_METRE, unitsOf } from './lattice.ts'

/**
 * The side of a square of the grid, in units: 4 m, unless the walls spread so wide that there would be too many.
 */
const SQUARE = 4 * UNITS_PER_METRE
const SQUARES_MAX = 1 << 20
/** By how many units lines count as thicker when their squares are looked up, against rounding. */
const SKIN = 1

/**
 * Walls as sight knows them: segments in whole units, found by the squares of a uniform grid that they pass
 * through. A wall may be opened and closed (a door); more can be added.
 *
 *     segments --once--> coordinates --by the squares they touch--> starts, items --row by row--> is the line clear?
 *
 * Segments may cross, overlap and repeat each other. One without a length hides nothing.
 */
export class Walls {
  /** Four numbers a wall, in units: from x y to x y. */
  ends = new Float64Array(0)
  /** 1 for a wall that hides what is behind it, 0 for an open one. */
  closed = new Uint8Array(0)
  /** Grows with each change: results of an older version may be wrong. */
  version = 0
  #starts = new Uint32Array(2)
  #items = new Uint32Array(0)
  #west = 0
  #south = 0
  #columns = 1
  #rows = 1
  #square = SQUARE
  #isSorted = true
  /** By wall: the last search that met it. */
  #metBy = new Uint32Array(0)
  #searches = 0

  constructor(segments: Iterable<Segment> = []) {
    this.add(segments)
  }

  get count(): number {
    return this.closed.length
  }

  /** Adds walls. @returns the numbers of those that have a length */
  add(segments: Iterable<Segment>): number[] {
    const ends: number[] = []
    for (const { x0, y0, x1, y1 } of segments) {
      const wall = [unitsOf(x0), unitsOf(y0), unitsOf(x1), unitsOf(y1)]
      if (!wall.some(Number.isNaN) && (wall[0] !== wall[2] || wall[1] !== wall[3])) ends.push(...wall)
    }
    const before = this.count
    const count = ends.length / 4
    this.ends = Float64Array.from([...this.ends, ...ends])
    this.closed = Uint8Array.from([...this.closed, ...new Uint8Array(count).fill(1)])
    this.#metBy = new Uint32Array(before + count)
    this.#searches = 0
    this.#isSorted = before + count === 0
    this.version++
    return Array.from({ length: count }, (_, i) => before + i)
  }

  /** Opens or closes a wall. */
  close(wall: number, isClosed: boolean): void {
    this.closed[wall] = isClosed ? 1 : 0
    this.version++
  }

  /** Returns whether no wall is between two places, in units. */
  isClear(x0: number, y0: number, x1: number, y1: number): boolean {
    if (!this.#isSorted) this.#sort()
    const { ends, closed } = this
    const square = this.#square
    const starts = this.#starts
    const items = this.#items
    const dx = x1 - x0
    const dy = y1 - y0
    if (Number.isNaN(dx) || Number.isNaN(dy)) return false
    const bottom = this.#row(y0 < y1 ? y0 : y1)
    const top = this.#row(y0 < y1 ? y1 : y0)
    for (let row = bottom; row <= top; row++) {
      // The part of the line that lies in this row; the outermost rows have all that lies beyond.
      let from = x0
      let to = x1
      if (bottom !== top) {
        const south = this.#south + row * square
        const low = x0 + (dx * (south - y0)) / dy
        const high = x0 + (dx * (south + square - y0)) / dy
        if (row === bottom) from = dy > 0 ? x0 : x1
        else from = low
        if (row === top) to = dy > 0 ? x1 : x0
        else to = high
      }
      const left = this.#column((from < to ? from : to) - SKIN)
      const right = this.#column((from < to ? to : from) + SKIN)
      for (let at = left + row * this.#columns, last = right + row * this.#columns; at <= last; at++) {
        for (let i = starts[at]; i < starts[at + 1]; i++) {
          const wall = items[i]
          const end = wall * 4
          if (
            closed[wall] === 1 &&
            hides(x0, y0, x1, y1, ends[end], ends[end + 1], ends[end + 2], ends[end + 3])
          )
            return false
        }
      }
    }
    return true
  }

  /** Returns whether no wall is between two places, in metres. A place that is NaN is in nobody's sight. */
  lineIsClear(
    from: { readonly x: number; readonly y: number },
    to: { readonly x: number; readonly y: number },
  ): boolean {
    return this.isClear(unitsOf(from.x), unitsOf(from.y), unitsOf(to.x), unitsOf(to.y))
  }

  /**
   * Returns how far a ray gets before the first wall, as a share of the way, 0..1; 1 when nothing is in between. It
   * begins and ends as seeing does: a wall that it begins on does not stop it.
   */
  shareAlong(
    from: { readonly x: number; readonly y: number },
    to: { readonly x: number; readonly y: number },
  ): number {
    const [x0, y0, x1, y1] = [unitsOf(from.x), unitsOf(from.y), unitsOf(to.x), unitsOf(to.y)]
    let share = 1
    this.eachIn(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1), (wall) => {
      const [sx, sy, tx, ty] = this.ends.subarray(wall * 4, wall * 4 + 4)
      if (!hides(x0, y0, x1, y1, sx, sy, tx, ty)) return
      const turn = (x1 - x0) * (ty - sy) - (y1 - y0) * (tx - sx)
      const [dx, dy] = [x1 - x0, y1 - y0]
      const shareTo = (x: number, y: number): number => ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
      const met =
        turn === 0
          ? Math.max(0, Math.min(shareTo(sx, sy), shareTo(tx, ty)))
          : ((sx - x0) * (ty - sy) - (sy - y0) * (tx - sx)) / turn
      share = Math.min(share, met)
    })
    return share
  }

  /** Calls `visit` with each closed wall whose bounding box touches this box (units), each once. */
  eachIn(x0: number, y0: number, x1: number, y1: number, visit: (wall: number) => void): void {
    if (!this.#isSorted) this.#sort()
    const [left, right, bottom, top] = [this.#column(x0), this.#column(x1), this.#row(y0), this.#row(y1)]
    const { ends, closed } = this
    const metBy = this.#metBy
    const search = ++this.#searches
    for (let row = bottom; row <= top; row++)
      for (let column = left; column <= right; column++) {
        const at = column + row * this.#columns
        for (let i = this.#starts[at]; i < this.#starts[at + 1]; i++) {
          const wall = this.#items[i]
          if (metBy[wall] === search) continue
          metBy[wall] = search
          const end = wall * 4
          if (closed[wall] === 0) continue
          if (Math.max(ends[end], ends[end + 2]) < x0 || Math.min(ends[end], ends[end + 2]) > x1) continue
          if (Math.max(ends[end + 1], ends[end + 3]) < y0 || Math.min(ends[end + 1], ends[end + 3]) > y1)
            continue
          visit(wall)
        }
      }
  }

  #column(x: number): number {
    return Math.min(Math.max(Math.floor((x - this.#west) / this.#square), 0), this.#columns - 1)
  }

  #row(y: number): number {
    return Math.min(Math.max(Math.floor((y - this.#south) / this.#square), 0), this.#rows - 1)
  }

  /** Sorts the walls by square: goes over the same squares twice, first to count, then to fill. */
  #sort(): void {
    this.#isSorted = true
    const { ends } = this
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = 0; i < ends.length; i += 2) {
      west = Math.min(west, ends[i])
      east = Math.max(east, ends[i])
      south = Math.min(south, ends[i + 1])
      north = Math.max(north, ends[i + 1])
    }
    let square = SQUARE
    const across = (): number => Math.floor((east - west) / square) + 1
    const up = (): number => Math.floor((north - south) / square) + 1
    while (across() * up() > SQUARES_MAX) square *= 2
    this.#west = west
    this.#south = south
    this.#square = square
    this.#columns = across()
    this.#rows = up()
    const starts = new Uint32Array(this.#columns * this.#rows + 1)
    this.#eachSquareOfEachWall((at) => starts[at + 1]++)
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1]
    const items = new Uint32Array(starts[starts.length - 1])
    const next = starts.slice()
    this.#eachSquareOfEachWall((at, wall) => {
      items[next[at]++] = wall
    })
    this.#starts = starts
    this.#items = items
  }

  #eachSquareOfEachWall(visit: (square: number, wall: number) => void): void {
    for (let wall = 0; wall < this.count; wall++) {
      // From the lower end to the upper one.
      const [ax, ay, bx, by] = this.ends.subarray(wall * 4, wall * 4 + 4)
      const [x0, y0, x1, y1] = ay <= by ? [ax, ay, bx, by] : [bx, by, ax, ay]
      const bottom = this.#row(y0)
      const top = this.#row(y1)
      for (let row = bottom; row <= top; row++) {
        const at = (y: number): number => x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)
        const south = this.#south + row * this.#square
        const from = row === bottom ? x0 : at(south)
        const to = row === top ? x1 : at(south + this.#square)
        const right = this.#column(Math.max(from, to) + SKIN)
        for (let column = this.#column(Math.min(from, to) - SKIN); column <= right; column++)
          visit(column + row * this.#columns, wall)
      }
    }
  }
}
