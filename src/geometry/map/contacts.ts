/**
 * Finds what a body touches: how deep it stands in the solid it stands deepest in, and the shortest way out of
 * that.
 *
 * Only + - * / and Math.sqrt, abs, min, max, floor: IEEE 754 fixes their results on every platform. Where two solids
 * are equally deep the way out decides, so that the order in which solids were listed never matters.
 */
import { AREA, BOX, CIRCLE, EDGE, nearestShare, type SolidGrid } from './solid-grid.ts'

/**
 * Reads a grid. Part of each answer lies in `outX` and `outY`: an answer of three numbers would be garbage each
 * call.
 */
export class Contacts {
  /** The way out of the deepest solid, of length 1. */
  outX = 0
  outY = 0
  readonly #grid: SolidGrid
  #depth = 0

  constructor(grid: SolidGrid) {
    this.#grid = grid
  }

  /**
   * Returns how deep a circle stands in a solid, in metres, sides only; 0 when it touches none or touches exactly.
   */
  ofCircle(x: number, y: number, radius: number): number {
    const grid = this.#grid
    const { shapes, types, starts, items } = grid
    const left = grid.column(x - radius)
    const right = grid.column(x + radius)
    const top = grid.row(y + radius)
    this.#depth = 0
    for (let row = grid.row(y - radius); row <= top; row++) {
      // The squares of a row lie one after the other, and so do their items.
      const end = starts[row * grid.columns + right + 1]
      for (let i = starts[row * grid.columns + left]; i < end; i++) {
        const item = items[i]
        const type = types[item]
        const at = item * 4
        let toX: number // From the item's nearest point to the body.
        let toY: number
        let reach = radius // Bodies nearer than this touch.
        if (type === BOX) {
          toX = x - Math.min(Math.max(x, shapes[at]), shapes[at + 2])
          toY = y - Math.min(Math.max(y, shapes[at + 1]), shapes[at + 3])
          if (toX === 0 && toY === 0) {
            this.#takeNearestSide(x, y, at, radius, radius)
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
        } else continue
        const squared = toX * toX + toY * toY
        if (squared >= reach * reach) continue
        const distance = Math.sqrt(squared)
        const depth = reach - distance
        if (depth < this.#depth) continue
        if (distance > 0) this.#take(depth, toX / distance, toY / distance)
        else if (type === EDGE) this.#takeAcross(depth, at)
        else this.#take(depth, 1, 0)
      }
    }
    return this.#depth
  }

  /** As `ofCircle`, for a box with its sides north and east. `halfX`, `halfY`: from its middle to its sides. */
  ofBox(x: number, y: number, halfX: number, halfY: number): number {
    const grid = this.#grid
    const { types, starts, items } = grid
    const left = grid.column(x - halfX)
    const right = grid.column(x + halfX)
    const top = grid.row(y + halfY)
    this.#depth = 0
    for (let row = grid.row(y - halfY); row <= top; row++) {
      const end = starts[row * grid.columns + right + 1]
      for (let i = starts[row * grid.columns + left]; i < end; i++) {
        const item = items[i]
        const type = types[item]
        const at = item * 4
        if (type === BOX) this.#takeNearestSide(x, y, at, halfX, halfY)
        else if (type === CIRCLE) this.#takeCircle(x, y, at, halfX, halfY)
        else if (type === EDGE) this.#takeEdge(x, y, at, halfX, halfY)
      }
    }
    return this.#depth
  }

  /**
   * Returns the metres from the middle of a body to the nearest side of the deepest polygon it lies in, plus
   * `extent`; 0 when it lies in none. A body that came by steps cannot be there: its sides would have stopped it.
   */
  ofAreas(x: number, y: number, extent: number): number {
    const grid = this.#grid
    const square = grid.row(y) * grid.columns + grid.column(x)
    this.#depth = 0
    for (let i = grid.starts[square]; i < grid.starts[square + 1]; i++)
      if (grid.types[grid.items[i]] === AREA) this.#takeArea(x, y, grid.items[i] * 4, extent)
    return this.#depth
  }

  #take(depth: number, outX: number, outY: number): void {
    if (depth < this.#depth) return
    if (depth === this.#depth && (outX < this.outX || (outX === this.outX && outY <= this.outY))) return
    this.#depth = depth
    this.outX = outX
    this.outY = outY
  }

  /** Finds the way out of a solid box, for a body whose bounds overlap it. */
  #takeNearestSide(x: number, y: number, at: number, halfX: number, halfY: number): void {
    const { shapes } = this.#grid
    const west = x + halfX - shapes[at]
    const east = shapes[at + 2] - (x - halfX)
    const south = y + halfY - shapes[at + 1]
    const north = shapes[at + 3] - (y - halfY)
    const alongX = Math.min(west, east)
    const alongY = Math.min(south, north)
    if (alongX <= 0 || alongY <= 0) return
    if (alongX <= alongY) this.#take(alongX, west < east ? -1 : 1, 0)
    else this.#take(alongY, 0, south < north ? -1 : 1)
  }

  /** Finds the way out of a solid circle, for a box. */
  #takeCircle(x: number, y: number, at: number, halfX: number, halfY: number): void {
    const { shapes } = this.#grid
    const [centreX, centreY, radius] = [shapes[at], shapes[at + 1], shapes[at + 2]]
    const toX = Math.min(Math.max(centreX, x - halfX), x + halfX) - centreX
    const toY = Math.min(Math.max(centreY, y - halfY), y + halfY) - centreY
    const squared = toX * toX + toY * toY
    if (squared >= radius * radius) return
    const distance = Math.sqrt(squared)
    if (distance > 0) {
      this.#take(radius - distance, toX / distance, toY / distance)
      return
    }
    const awayX = x - centreX
    const awayY = y - centreY
    const alongX = halfX - Math.abs(awayX)
    const alongY = halfY - Math.abs(awayY)
    if (alongX <= alongY) this.#take(alongX + radius, awayX < 0 ? -1 : 1, 0)
    else this.#take(alongY + radius, 0, awayY < 0 ? -1 : 1)
  }

  /** Finds the way off a line, for a box: the least of the ways along x, along y and across the line. */
  #takeEdge(x: number, y: number, at: number, halfX: number, halfY: number): void {
    const { shapes } = this.#grid
    const [x0, y0, x1, y1] = [shapes[at], shapes[at + 1], shapes[at + 2], shapes[at + 3]]
    const west = x + halfX - Math.min(x0, x1)
    const east = Math.max(x0, x1) - (x - halfX)
    const south = y + halfY - Math.min(y0, y1)
    const north = Math.max(y0, y1) - (y - halfY)
    const alongX = Math.min(west, east)
    const alongY = Math.min(south, north)
    if (alongX <= 0 || alongY <= 0) return
    const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    let across = Infinity
    let normalX = 0
    let normalY = 0
    if (length > 0) {
      normalX = (y0 - y1) / length
      normalY = (x1 - x0) / length
      const away = (x - x0) * normalX + (y - y0) * normalY
      across = halfX * Math.abs(normalX) + halfY * Math.abs(normalY) - Math.abs(away)
      if (across <= 0) return
      if (away < 0) {
        normalX = -normalX
        normalY = -normalY
      }
    }
    if (across <= alongX && across <= alongY) this.#take(across, normalX, normalY)
    else if (alongX <= alongY) this.#take(alongX, west < east ? -1 : 1, 0)
    else this.#take(alongY, 0, south < north ? -1 : 1)
  }

  /** Finds the way off a line that goes through the very middle of a body. */
  #takeAcross(depth: number, at: number): void {
    const { shapes } = this.#grid
    const alongX = shapes[at + 2] - shapes[at]
    const alongY = shapes[at + 3] - shapes[at + 1]
    const length = Math.sqrt(alongX * alongX + alongY * alongY)
    if (length > 0) this.#take(depth, -alongY / length, alongX / length)
    else this.#take(depth, 1, 0)
  }

  /** Finds the way out of the middle of a polygon: over its nearest side. */
  #takeArea(x: number, y: number, at: number, extent: number): void {
    const { corners, shapes } = this.#grid
    const first = shapes[at] * 2
    const end = first + shapes[at + 1] * 2
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
    if (!isInside) return
    const distance = Math.sqrt(nearest)
    if (distance > 0) this.#take(distance + extent, outX / distance, outY / distance)
    else this.#take(extent, 1, 0)
  }
}
