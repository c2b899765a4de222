/**
 * A round body against what stands in its way: boxes, circles and polygons, with a uniform grid in front.
 *
 * Server and browser must agree to the last bit, so the sums use + - * / and Math.sqrt, abs, min, max, floor, ceil
 * only: IEEE 754 fixes their results on every platform, which it does not for sin, cos or hypot.
 */
import { lineIsClear } from '../sight.ts'
import { BOX, CIRCLE, EDGE, nearestShare, type Solid, SolidGrid } from './solid-grid.ts'

/** A body pushed out of a solid ends this far from it, so that rounding never leaves it inside. */
const SKIN = 1 / 1024
/** How often one step may be pushed before it counts as going nowhere. */
const PUSHES_MAX = 8
/** A move is made in steps of half a radius; what lies beyond this many is cut off. */
const STEPS_MAX = 64
/** Smaller bodies, and radii that are no numbers, count as this. */
const RADIUS_MIN = 1 / 64

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
  readonly #grid: SolidGrid

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
    this.#grid = new SolidGrid(width, height, solids)
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
    return lineIsClear(this.#grid, x0, y0, x1, y1)
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
    const grid = this.#grid
    const left = grid.column(x - radius)
    const right = grid.column(x + radius)
    const bottom = grid.row(y - radius)
    const top = grid.row(y + radius)
    const { shapes } = grid
    let deepest = 0
    for (let row = bottom; row <= top; row++) {
      for (let column = left; column <= right; column++) {
        const square = row * grid.columns + column
        const end = grid.starts[square + 1]
        for (let i = grid.starts[square]; i < end; i++) {
          const item = grid.items[i]
          const type = grid.types[item]
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
    const first = this.#grid.shapes[at] * 2
    const end = first + this.#grid.shapes[at + 1] * 2
    const { corners } = this.#grid
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

  #insideX(x: number, radius: number): number {
    return this.width < 2 * radius ? this.width / 2 : Math.min(Math.max(x, radius), this.width - radius)
  }

  #insideY(y: number, radius: number): number {
    return this.height < 2 * radius ? this.height / 2 : Math.min(Math.max(y, radius), this.height - radius)
  }
}

/** Sixteen places on a square around, the nearest first: x, y, x, y. */
const AROUND: readonly number[] = [
  ...[1, 0, 0, 1, -1, 0, 0, -1],
  ...[1, 0.5, 0.5, 1, -0.5, 1, -1, 0.5, -1, -0.5, -0.5, -1, 0.5, -1, 1, -0.5],
  ...[1, 1, -1, 1, -1, -1, 1, -1],
]
