/** What stands still on a map, in shapes that can be computed with, by the squares of a uniform grid. */

export type SolidKind = 'wall' | 'water' | 'tree'

/** Metres, x east, y north. `variety` is what the drawing may want to know ("oak"); empty when nothing was said. */
export type Solid = { readonly kind: SolidKind; readonly variety: string } & (
  | {
      readonly shape: 'box'
      readonly x0: number
      readonly y0: number
      readonly x1: number
      readonly y1: number
    }
  | { readonly shape: 'circle'; readonly x: number; readonly y: number; readonly radius: number }
  /** A line is a wall without thickness, from its first point to its last. */
  | { readonly shape: 'polygon' | 'line'; readonly points: readonly Point[] }
)
export interface Point {
  readonly x: number
  readonly y: number
}

/** The most squares: bounds the grid's memory on very large maps, by larger squares. */
const SQUARES_MAX = 1 << 20
/** The most work: likewise bounds the time it takes to fill the grid. The town of the demo needs a 300th of it. */
const WORK_MAX = 1 << 25

const NONE: readonly number[] = []

/**
 * The kinds of items in the grid. A polygon is one AREA, for those who begin inside it, and one EDGE per side; a
 * line is EDGEs alone.
 */
export const BOX = 0
export const CIRCLE = 1
export const EDGE = 2
export const AREA = 3

/**
 *     solids --once--> items --by the squares they touch--> starts, items
 *
 * The arrays are open because they are read thousands of times a tick: square i holds items[starts[i]] up to
 * items[starts[i + 1]]. Nobody writes to them.
 */
export class SolidGrid {
  /** The side of a square, in metres. */
  readonly squareSize: number
  readonly columns: number
  readonly rows: number
  readonly starts: Uint32Array
  readonly items: Uint32Array
  readonly types: Uint8Array
  /** 1 if the item hides what is behind it; water hides nothing. */
  readonly hides: Uint8Array
  /** Four numbers an item: box x0 y0 x1 y1; circle x y radius; edge from x y to x y; area first corner, count. */
  readonly shapes: Float64Array
  /** The corners of all polygons: x, y, x, y. */
  readonly corners: Float64Array

  /** @param solids may stick out of the map; polygons may turn either way round, and must not cross themselves */
  constructor(width: number, height: number, solids: readonly Solid[]) {
    let squareSize = 4
    while (
      Math.ceil(width / squareSize) * Math.ceil(height / squareSize) > SQUARES_MAX ||
      work(solids, squareSize, width, height) > WORK_MAX
    )
      squareSize *= 2
    this.squareSize = squareSize
    this.columns = Math.max(1, Math.ceil(width / squareSize))
    this.rows = Math.max(1, Math.ceil(height / squareSize))

    const types: number[] = []
    const hides: number[] = []
    const shapes: number[] = []
    const corners: number[] = []
    for (const solid of solids) {
      const add = (type: number, a: number, b: number, c: number, d: number): void => {
        types.push(type)
        hides.push(solid.kind === 'water' ? 0 : 1)
        shapes.push(a, b, c, d)
      }
      if (solid.shape === 'box') add(BOX, solid.x0, solid.y0, solid.x1, solid.y1)
      else if (solid.shape === 'circle') add(CIRCLE, solid.x, solid.y, solid.radius, 0)
      else if (solid.shape === 'line') {
        for (let i = 1; i < solid.points.length; i++) {
          const [from, to] = [solid.points[i - 1], solid.points[i]]
          add(EDGE, from.x, from.y, to.x, to.y)
        }
      } else {
        add(AREA, corners.length / 2, solid.points.length, 0, 0)
        let from = solid.points[solid.points.length - 1]
        for (const to of solid.points) {
          corners.push(to.x, to.y)
          add(EDGE, from.x, from.y, to.x, to.y)
          from = to
        }
      }
    }
    this.types = Uint8Array.from(types)
    this.hides = Uint8Array.from(hides)
    this.shapes = Float64Array.from(shapes)
    this.corners = Float64Array.from(corners)

    // Twice over the same squares: first to count, then to fill.
    const counts = new Uint32Array(this.columns * this.rows + 1)
    this.#eachSquareOfEachItem((square) => counts[square + 1]++)
    for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1]
    this.starts = counts
    this.items = new Uint32Array(counts[counts.length - 1])
    const next = counts.slice()
    this.#eachSquareOfEachItem((square, item) => {
      this.items[next[square]++] = item
    })
  }

  /** Returns the column of squares nearest to x. */
  column(x: number): number {
    return Math.min(Math.max(Math.floor(x / this.squareSize), 0), this.columns - 1)
  }

  row(y: number): number {
    return Math.min(Math.max(Math.floor(y / this.squareSize), 0), this.rows - 1)
  }

  #eachSquareOfEachItem(visit: (square: number, item: number) => void): void {
    for (let item = 0; item < this.types.length; item++) {
      const [x0, y0, x1, y1] = this.#bounds(item)
      const left = this.column(x0)
      const right = this.column(x1)
      const top = this.row(y1)
      for (let row = this.row(y0); row <= top; row++) {
        const crossings = this.types[item] === AREA ? this.#crossings(item, row) : NONE
        for (let column = left; column <= right; column++)
          if (this.#touches(item, column, row, crossings)) visit(row * this.columns + column, item)
      }
    }
  }

  /**
   * Returns whether an item lies in a square, or may: long slanting edges would otherwise fill their whole bounding
   * box, and a winding river the whole map. Squares at the border hold whatever may lie beyond it.
   */
  #touches(item: number, column: number, row: number, crossings: readonly number[]): boolean {
    const type = this.types[item]
    if (type === BOX || type === CIRCLE) return true
    if (column === 0 || row === 0 || column === this.columns - 1 || row === this.rows - 1) return true
    const x = (column + 0.5) * this.squareSize
    const y = (row + 0.5) * this.squareSize
    if (type === EDGE) return this.#isNear(x, y, this.shapes, item * 4, item * 4 + 2)
    // A square that no side comes near lies in the polygon wholly or not at all: its middle tells.
    let isInside = false
    for (const crossing of crossings) if (x < crossing) isInside = !isInside
    if (isInside) return true
    const first = this.shapes[item * 4] * 2
    const end = first + this.shapes[item * 4 + 1] * 2
    for (let to = first, from = end - 2; to < end; from = to, to += 2)
      if (this.#isNear(x, y, this.corners, from, to)) return true
    return false
  }

  /**
   * Returns whether the line between two points of an array comes as near to a square's middle as its corners lie.
   */
  #isNear(x: number, y: number, points: Float64Array, from: number, to: number): boolean {
    const [x0, y0, x1, y1] = [points[from], points[from + 1], points[to], points[to + 1]]
    const share = nearestShare(x, y, x0, y0, x1, y1)
    const toX = x - (x0 + (x1 - x0) * share)
    const toY = y - (y0 + (y1 - y0) * share)
    return toX * toX + toY * toY <= this.squareSize * this.squareSize * 0.51
  }

  /** Returns where the middle line of a row of squares crosses the sides of a polygon, as x. */
  #crossings(item: number, row: number): number[] {
    const y = (row + 0.5) * this.squareSize
    const found: number[] = []
    const first = this.shapes[item * 4] * 2
    const end = first + this.shapes[item * 4 + 1] * 2
    for (let to = first, from = end - 2; to < end; from = to, to += 2) {
      const [x0, y0] = [this.corners[from], this.corners[from + 1]]
      const [x1, y1] = [this.corners[to], this.corners[to + 1]]
      if (y0 > y !== y1 > y) found.push(x0 + ((x1 - x0) * (y - y0)) / (y1 - y0))
    }
    return found
  }

  #bounds(item: number): [number, number, number, number] {
    const [a, b, c, d] = this.shapes.subarray(item * 4, item * 4 + 4)
    const type = this.types[item]
    if (type === CIRCLE) return [a - c, b - c, a + c, b + c]
    if (type !== AREA) return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
    const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = a * 2; i < (a + b) * 2; i += 2) {
      bounds[0] = Math.min(bounds[0], this.corners[i])
      bounds[1] = Math.min(bounds[1], this.corners[i + 1])
      bounds[2] = Math.max(bounds[2], this.corners[i])
      bounds[3] = Math.max(bounds[3], this.corners[i + 1])
    }
    return bounds
  }
}

/** Counts how many sides of solids filling a grid of such squares looks at. */
function work(solids: readonly Solid[], squareSize: number, width: number, height: number): number {
  const across = (span: number, side: number) => Math.floor(Math.min(span, side) / squareSize) + 2
  let sum = 0
  for (const solid of solids) {
    if (solid.shape === 'box') sum += across(solid.x1 - solid.x0, width) * across(solid.y1 - solid.y0, height)
    else if (solid.shape === 'circle')
      sum += across(2 * solid.radius, width) * across(2 * solid.radius, height)
    else {
      let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
      for (const { x, y } of solid.points) {
        x0 = Math.min(x0, x)
        y0 = Math.min(y0, y)
        x1 = Math.max(x1, x)
        y1 = Math.max(y1, y)
      }
      sum += solid.points.length * across(x1 - x0, width) * across(y1 - y0, height)
    }
    if (sum > WORK_MAX) return sum
  }
  return sum
}

/** Returns how far along the line from (x0, y0) to (x1, y1) its point nearest to (x, y) lies, 0..1. */
export function nearestShare(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const alongX = x1 - x0
  const alongY = y1 - y0
  const squared = alongX * alongX + alongY * alongY
  if (squared === 0) return 0
  return Math.min(Math.max(((x - x0) * alongX + (y - y0) * alongY) / squared, 0), 1)
}
