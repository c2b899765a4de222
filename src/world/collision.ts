/**
 * A round body against what stands in its way: boxes, circles and polygons, with a uniform grid in front.
 *
 * Server and browser must agree to the last bit, so the sums use + - * / and Math.sqrt, abs, min, max, floor, ceil
 * only: IEEE 754 fixes their results on every platform, which it does not for sin, cos or hypot.
 */

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
  | { readonly shape: 'polygon'; readonly points: readonly Point[] }
)
export interface Point {
  readonly x: number
  readonly y: number
}

/** A body pushed out of a solid ends this far from it, so that rounding never leaves it inside. */
const SKIN = 1 / 1024
/** How often one step may be pushed before it counts as going nowhere. */
const PUSHES_MAX = 8
/** A move is made in steps of half a radius; what lies beyond this many is cut off. */
const STEPS_MAX = 64
/** Smaller bodies, and radii that are no numbers, count as this. */
const RADIUS_MIN = 1 / 64
/** Bounds the grid's memory on very large maps, by larger squares. */
const SQUARES_MAX = 1 << 20

// What an item of the grid is. A polygon is one AREA, for those who begin inside it, and one EDGE per side.
const BOX = 0
const CIRCLE = 1
const EDGE = 2
const AREA = 3

/**
 *     solids --once--> grid of squares, each with the items that touch it
 *     slide: start --free?--> steps of radius / 2 --deepest item pushes out, again--> end
 *
 * Why nothing is ever walked through, whatever its shape: a step starts at least a radius away from every solid and
 * is only taken when it ends so and is shorter than a radius, so the way between stays outside all of them.
 */
export class Collision {
  readonly width: number
  readonly height: number
  readonly #squareSize: number
  readonly #columns: number
  readonly #rows: number
  /** Where the items of square i begin in #items; one more at the end. */
  readonly #starts: Uint32Array
  readonly #items: Uint32Array
  readonly #types: Uint8Array
  /** 1 where the item hides what is behind it; nobody hides behind water. */
  readonly #hides: Uint8Array
  /** Four numbers an item: box x0 y0 x1 y1; circle x y radius; edge from x y to x y; area first vertex, count. */
  readonly #shapes: Float64Array
  /** The corners of all polygons: x, y, x, y. */
  readonly #corners: Float64Array

  // What `#deepest` found last: the way out of it. Fields, because an answer of three numbers would be garbage each call.
  #outX = 0
  #outY = 0
  // Where the body stands while a move is being worked out.
  #x = 0
  #y = 0

  /** @param solids may stick out of the map; polygons may turn either way round, and must not cross themselves */
  constructor(width: number, height: number, solids: readonly Solid[]) {
    this.width = width
    this.height = height
    let squareSize = 4
    while (Math.ceil(width / squareSize) * Math.ceil(height / squareSize) > SQUARES_MAX) squareSize *= 2
    this.#squareSize = squareSize
    this.#columns = Math.max(1, Math.ceil(width / squareSize))
    this.#rows = Math.max(1, Math.ceil(height / squareSize))

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
      else {
        add(AREA, corners.length / 2, solid.points.length, 0, 0)
        let from = solid.points[solid.points.length - 1]
        for (const to of solid.points) {
          corners.push(to.x, to.y)
          add(EDGE, from.x, from.y, to.x, to.y)
          from = to
        }
      }
    }
    this.#types = Uint8Array.from(types)
    this.#hides = Uint8Array.from(hides)
    this.#shapes = Float64Array.from(shapes)
    this.#corners = Float64Array.from(corners)

    // Twice over the same squares: first to count, then to fill.
    const counts = new Uint32Array(this.#columns * this.#rows + 1)
    this.#eachSquareOfEachItem((square) => counts[square + 1]++)
    for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1]
    this.#starts = counts
    this.#items = new Uint32Array(counts[counts.length - 1])
    const next = counts.slice()
    this.#eachSquareOfEachItem((square, item) => {
      this.#items[next[square]++] = item
    })
  }

  /**
   * Moves a body, in place: as far as it can go, sliding along what it meets.
   *
   * It never ends inside a solid, never passes through one, and never throws. A body that begins inside a solid is
   * first put beside it (and left where it is only if no free place is found within about 80 radii). A move longer than
   * 32 radii is cut to that; one that is not a number counts as none.
   *
   * @param position  metres; written to
   * @param dx, dy    metres east and north
   * @param radius    of the body, metres
   */
  slide(position: { x: number; y: number }, dx: number, dy: number, radius: number): void {
    const size = radius >= RADIUS_MIN && radius < Infinity ? radius : RADIUS_MIN
    this.#x = this.#insideX(Math.abs(position.x) < Infinity ? position.x : this.width / 2, size)
    this.#y = this.#insideY(Math.abs(position.y) < Infinity ? position.y : this.height / 2, size)
    if (this.#deepest(this.#x, this.#y, size, true) > 0) this.#free(size)
    const distance = Math.sqrt(dx * dx + dy * dy)
    if (distance > 0 && distance < Infinity) {
      const steps = Math.ceil((2 * distance) / size)
      const taken = Math.min(steps, STEPS_MAX)
      for (let i = 0; i < taken; i++) if (!this.#step(dx / steps, dy / steps, size)) break
    }
    position.x = this.#x
    position.y = this.#y
  }

  /** Whether a body of this radius can stand here: inside the map, touching nothing. */
  isFree(x: number, y: number, radius: number): boolean {
    const isInside = x >= radius && x <= this.width - radius && y >= radius && y <= this.height - radius
    return isInside && this.#deepest(x, y, radius, true) <= 0
  }

  /** Whether one can see from one point to the other: no wall and no tree between. Water hides nothing. */
  lineIsClear(x0: number, y0: number, x1: number, y1: number): boolean {
    const size = this.#squareSize
    const dx = x1 - x0
    const dy = y1 - y0
    if (!(Math.abs(dx) < Infinity && Math.abs(dy) < Infinity)) return false
    // Row by row through the squares that the line crosses.
    const bottom = this.#row(Math.min(y0, y1))
    const top = this.#row(Math.max(y0, y1))
    for (let row = bottom; row <= top; row++) {
      let from = 0
      let to = 1
      if (dy !== 0 && bottom !== top) {
        const a = (row * size - y0) / dy
        const b = ((row + 1) * size - y0) / dy
        from = Math.max(0, Math.min(a, b))
        to = Math.min(1, Math.max(a, b))
        // The line may start or end outside the map: its border rows hold what lies beyond.
        if (row === (dy > 0 ? bottom : top)) from = 0
        if (row === (dy > 0 ? top : bottom)) to = 1
      }
      const left = this.#column(Math.min(x0 + dx * from, x0 + dx * to) - SKIN)
      const right = this.#column(Math.max(x0 + dx * from, x0 + dx * to) + SKIN)
      for (let column = left; column <= right; column++) {
        const square = row * this.#columns + column
        for (let i = this.#starts[square]; i < this.#starts[square + 1]; i++) {
          const item = this.#items[i]
          if (this.#hides[item] === 1 && this.#crosses(item, x0, y0, dx, dy)) return false
        }
      }
    }
    return true
  }

  /** One step of at most half a radius from a free place to a free place. @returns whether it moved */
  #step(dx: number, dy: number, radius: number): boolean {
    let x = this.#insideX(this.#x + dx, radius)
    let y = this.#insideY(this.#y + dy, radius)
    for (let i = 0; i < PUSHES_MAX; i++) {
      const depth = this.#deepest(x, y, radius, false)
      if (depth <= 0) {
        const movedX = x - this.#x
        const movedY = y - this.#y
        if (movedX * movedX + movedY * movedY >= radius * radius * 0.81) return false
        this.#x = x
        this.#y = y
        return true
      }
      x = this.#insideX(x + this.#outX * (depth + SKIN), radius)
      y = this.#insideY(y + this.#outY * (depth + SKIN), radius)
    }
    return false
  }

  /** For a body inside a solid: out by the nearest side, again and again; failing that, the first free place around. */
  #free(radius: number): void {
    let x = this.#x
    let y = this.#y
    for (let i = 0; i < 4 * PUSHES_MAX; i++) {
      const depth = this.#deepest(x, y, radius, true)
      if (depth <= 0) {
        this.#x = x
        this.#y = y
        return
      }
      x = this.#insideX(x + this.#outX * (depth + SKIN), radius)
      y = this.#insideY(y + this.#outY * (depth + SKIN), radius)
    }
    for (let ring = 1; ring <= 24; ring++) {
      const reach = (radius * ring * (ring + 8)) / 9
      for (let i = 0; i < AROUND.length; i += 2) {
        x = this.#insideX(this.#x + AROUND[i] * reach, radius)
        y = this.#insideY(this.#y + AROUND[i + 1] * reach, radius)
        if (this.#deepest(x, y, radius, true) <= 0) {
          this.#x = x
          this.#y = y
          return
        }
      }
    }
  }

  /**
   * How deep a body stands in the item it stands deepest in, in metres; 0 or less when it touches none. The way out is
   * left in #outX, #outY, of length 1.
   *
   * @param withAreas whether it may stand in the middle of a polygon; a body that came by steps cannot
   */
  #deepest(x: number, y: number, radius: number, withAreas: boolean): number {
    const left = this.#column(x - radius)
    const right = this.#column(x + radius)
    const bottom = this.#row(y - radius)
    const top = this.#row(y + radius)
    const shapes = this.#shapes
    let deepest = 0
    for (let row = bottom; row <= top; row++) {
      for (let column = left; column <= right; column++) {
        const square = row * this.#columns + column
        const end = this.#starts[square + 1]
        for (let i = this.#starts[square]; i < end; i++) {
          const item = this.#items[i]
          const type = this.#types[item]
          const at = item * 4
          let toX: number // From the item's nearest point to the body.
          let toY: number
          let reach = radius // Bodies nearer than this touch.
          if (type === BOX) {
            const x0 = shapes[at]
            const y0 = shapes[at + 1]
            const x1 = shapes[at + 2]
            const y1 = shapes[at + 3]
            toX = x - Math.min(Math.max(x, x0), x1)
            toY = y - Math.min(Math.max(y, y0), y1)
            if (toX === 0 && toY === 0) {
              const nearX = Math.min(x - x0, x1 - x)
              const nearY = Math.min(y - y0, y1 - y)
              const depth = Math.min(nearX, nearY) + radius
              if (depth > deepest) {
                deepest = depth
                this.#outX = nearX <= nearY ? (x - x0 < x1 - x ? -1 : 1) : 0
                this.#outY = nearX <= nearY ? 0 : y - y0 < y1 - y ? -1 : 1
              }
              continue
            }
          } else if (type === CIRCLE) {
            toX = x - shapes[at]
            toY = y - shapes[at + 1]
            reach += shapes[at + 2]
          } else if (type === EDGE) {
            const share = nearestShare(x, y, shapes[at], shapes[at + 1], shapes[at + 2], shapes[at + 3])
            toX = x - (shapes[at] + (shapes[at + 2] - shapes[at]) * share)
            toY = y - (shapes[at + 1] + (shapes[at + 3] - shapes[at + 1]) * share)
          } else {
            if (withAreas) deepest = this.#deepestInArea(x, y, radius, at, deepest)
            continue
          }
          const squared = toX * toX + toY * toY
          if (squared >= reach * reach) continue
          const distance = Math.sqrt(squared)
          const depth = reach - distance
          if (depth <= deepest) continue
          deepest = depth
          this.#outX = distance > 0 ? toX / distance : 1
          this.#outY = distance > 0 ? toY / distance : 0
        }
      }
    }
    return deepest
  }

  /** The same for the middle of a polygon: the way out is over its nearest side. */
  #deepestInArea(x: number, y: number, radius: number, at: number, deepest: number): number {
    const first = this.#shapes[at] * 2
    const end = first + this.#shapes[at + 1] * 2
    const corners = this.#corners
    let isInside = false
    let nearest = Infinity
    let outX = 1
    let outY = 0
    for (let to = first, from = end - 2; to < end; from = to, to += 2) {
      const x0 = corners[from]
      const y0 = corners[from + 1]
      const x1 = corners[to]
      const y1 = corners[to + 1]
      if (y0 > y !== y1 > y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) isInside = !isInside
      const share = nearestShare(x, y, x0, y0, x1, y1)
      const toX = x0 + (x1 - x0) * share - x
      const toY = y0 + (y1 - y0) * share - y
      const squared = toX * toX + toY * toY
      if (squared >= nearest) continue
      nearest = squared
      outX = toX
      outY = toY
    }
    const distance = Math.sqrt(nearest)
    if (!isInside || distance + radius <= deepest) return deepest
    this.#outX = distance > 0 ? outX / distance : 1
    this.#outY = distance > 0 ? outY / distance : 0
    return distance + radius
  }

  /** Whether the line from (x, y) over (dx, dy) meets the item. */
  #crosses(item: number, x: number, y: number, dx: number, dy: number): boolean {
    const shapes = this.#shapes
    const at = item * 4
    const type = this.#types[item]
    if (type === BOX) {
      let from = 0
      let to = 1
      for (let axis = 0; axis < 2; axis++) {
        const start = axis === 0 ? x : y
        const way = axis === 0 ? dx : dy
        const least = shapes[at + axis]
        const most = shapes[at + 2 + axis]
        if (way === 0) {
          if (start < least || start > most) return false
          continue
        }
        const a = (least - start) / way
        const b = (most - start) / way
        from = Math.max(from, Math.min(a, b))
        to = Math.min(to, Math.max(a, b))
      }
      return from <= to
    }
    if (type === CIRCLE) {
      const share = nearestShare(shapes[at], shapes[at + 1], x, y, x + dx, y + dy)
      const toX = x + dx * share - shapes[at]
      const toY = y + dy * share - shapes[at + 1]
      return toX * toX + toY * toY <= shapes[at + 2] * shapes[at + 2]
    }
    if (type === EDGE) {
      const alongX = shapes[at + 2] - shapes[at]
      const alongY = shapes[at + 3] - shapes[at + 1]
      const turn = dx * alongY - dy * alongX
      if (turn === 0) return false // Along the edge: its neighbours are met instead.
      const toX = shapes[at] - x
      const toY = shapes[at + 1] - y
      const share = (toX * alongY - toY * alongX) / turn
      const shareOfEdge = (toX * dy - toY * dx) / turn
      return share >= 0 && share <= 1 && shareOfEdge >= 0 && shareOfEdge <= 1
    }
    return this.#deepestInArea(x, y, 0, at, 0) > 0
  }

  #eachSquareOfEachItem(visit: (square: number, item: number) => void): void {
    for (let item = 0; item < this.#types.length; item++) {
      const [x0, y0, x1, y1] = this.#bounds(item)
      const right = this.#column(x1)
      const top = this.#row(y1)
      for (let row = this.#row(y0); row <= top; row++) {
        for (let column = this.#column(x0); column <= right; column++) {
          if (this.#touches(item, column, row)) visit(row * this.#columns + column, item)
        }
      }
    }
  }

  /** Long slanting edges would fill their whole bounding box otherwise. */
  #touches(item: number, column: number, row: number): boolean {
    if (this.#types[item] !== EDGE) return true
    const at = item * 4
    const x = (column + 0.5) * this.#squareSize
    const y = (row + 0.5) * this.#squareSize
    const [x0, y0, x1, y1] = this.#shapes.subarray(at, at + 4)
    const share = nearestShare(x, y, x0, y0, x1, y1)
    const toX = x - (x0 + (x1 - x0) * share)
    const toY = y - (y0 + (y1 - y0) * share)
    const isBorder = column === 0 || row === 0 || column === this.#columns - 1 || row === this.#rows - 1
    return isBorder || toX * toX + toY * toY <= this.#squareSize * this.#squareSize * 0.51
  }

  #bounds(item: number): [number, number, number, number] {
    const [a, b, c, d] = this.#shapes.subarray(item * 4, item * 4 + 4)
    const type = this.#types[item]
    if (type === CIRCLE) return [a - c, b - c, a + c, b + c]
    if (type !== AREA) return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
    const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = a * 2; i < (a + b) * 2; i += 2) {
      bounds[0] = Math.min(bounds[0], this.#corners[i])
      bounds[1] = Math.min(bounds[1], this.#corners[i + 1])
      bounds[2] = Math.max(bounds[2], this.#corners[i])
      bounds[3] = Math.max(bounds[3], this.#corners[i + 1])
    }
    return bounds
  }

  #column(x: number): number {
    return Math.min(Math.max(Math.floor(x / this.#squareSize), 0), this.#columns - 1)
  }

  #row(y: number): number {
    return Math.min(Math.max(Math.floor(y / this.#squareSize), 0), this.#rows - 1)
  }

  #insideX(x: number, radius: number): number {
    return this.width < 2 * radius ? this.width / 2 : Math.min(Math.max(x, radius), this.width - radius)
  }

  #insideY(y: number, radius: number): number {
    return this.height < 2 * radius ? this.height / 2 : Math.min(Math.max(y, radius), this.height - radius)
  }
}

/** How far along the line from (x0, y0) to (x1, y1) its point nearest to (x, y) lies, 0..1. */
function nearestShare(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const alongX = x1 - x0
  const alongY = y1 - y0
  const squared = alongX * alongX + alongY * alongY
  if (squared === 0) return 0
  return Math.min(Math.max(((x - x0) * alongX + (y - y0) * alongY) / squared, 0), 1)
}

/** Sixteen places on a square around, the nearest first: x, y, x, y. */
const AROUND: readonly number[] = [
  ...[1, 0, 0, 1, -1, 0, 0, -1],
  ...[1, 0.5, 0.5, 1, -0.5, 1, -1, 0.5, -1, -0.5, -0.5, -1, 0.5, -1, 1, -0.5],
  ...[1, 1, -1, 1, -1, -1, 1, -1],
]
