/**
 * Moves bodies among solids. Bodies are circles, or boxes with their sides north and east; solids are boxes,
 * circles, polygons and lines, looked up in a uniform grid.
 *
 * Server and browser must agree to the last bit, so the sums use + - * / and Math.sqrt, abs, min, max, floor, ceil
 * only: IEEE 754 fixes their results on every platform, which it does not for sin, cos or hypot.
 *
 * Rules: docs/spec/movement.md.
 */

import { Contacts } from './contacts.ts'
import { lineIsClear } from './line-of-sight.ts'
import { type Point, type Solid, SolidGrid } from './solid-grid.ts'

/** The width of a moving body: the radius of a circle, or half the sides of a box. Metres. */
export type Body = number | { readonly halfWidth: number; readonly halfHeight: number }

/**
 * How far from a solid a body ends that was pushed out of it, in metres, so that rounding never leaves it inside.
 */
const SKIN = 1 / 1024
/** How often one step may be pushed before it counts as getting nowhere. */
const PUSHES_MAX = 8
/** The most steps of a move, each of half a body; what lies beyond is cut off. A power of two. */
const STEPS_MAX = 1024
/** The least size of a body, in metres. Smaller ones, and sizes that are no numbers, count as this. */
const SIZE_MIN = 1 / 64
/** How many rings of places are tried around a body in a solid, at each width of the net. */
const RINGS = 32
/** How often the net is widened fourfold: by `slide`, and in a search for the nearest free place. */
const WIDENINGS_OF_SLIDE = 1
const WIDENINGS_MAX = 8

/**
 *     solids --once--> grid of squares, each with the items that touch it
 *     slide: start --free?--> strides over open ground, steps of half a body near solids
 *            step: the deepest solid pushes out, again, until the body is free --> end
 *
 * Why nothing is ever walked through, whatever its shape: a step starts with the body touching nothing, is only
 * taken when it ends so, and is shorter than the body is deep, so the body's middle never crosses a side. A stride
 * is only taken when a circle around all of it touches nothing.
 */
export class Collision {
  readonly width: number
  readonly height: number
  readonly #grid: SolidGrid
  readonly #contacts: Contacts
  // The body and where it stands while a move is being worked out.
  #x = 0
  #y = 0
  #halfX = 0
  #halfY = 0
  #isBox = false

  /** @param solids may stick out of the map; polygons may turn either way round, and must not cross themselves */
  constructor(width: number, height: number, solids: readonly Solid[]) {
    this.width = width
    this.height = height
    this.#grid = new SolidGrid(width, height, solids)
    this.#contacts = new Contacts(this.#grid)
  }

  /**
   * Moves a body, in place: as far as it can go, sliding along what it meets.
   *
   * It never ends inside a solid, never passes through one, and never throws. A body that begins inside a solid is
   * first put beside it (and left where it is only if no free place is found within about 64 times its size). A move
   * longer than 512 times the body's smaller half is cut to that; one that is not a number counts as none.
   *
   * @param position  metres; written to
   * @param dx, dy    metres east and north
   */
  slide(position: { x: number; y: number }, dx: number, dy: number, body: Body): void {
    this.#put(position.x, position.y, body)
    if (this.#depth(this.#x, this.#y) > 0 || this.#depthInAreas(this.#x, this.#y) > 0)
      this.#free(WIDENINGS_OF_SLIDE)
    const distance = Math.sqrt(dx * dx + dy * dy)
    if (distance > 0 && distance < Infinity) this.#move(dx, dy, distance)
    position.x = this.#x
    position.y = this.#y
  }

  /** Returns whether a body can stand here: inside the map, in no solid. Touching exactly is free. */
  isFree(x: number, y: number, body: Body): boolean {
    const halfX = typeof body === 'number' ? body : body.halfWidth
    const halfY = typeof body === 'number' ? body : body.halfHeight
    const isInside = x >= halfX && x <= this.width - halfX && y >= halfY && y <= this.height - halfY
    if (!isInside) return false
    this.#halfX = halfX
    this.#halfY = halfY
    this.#isBox = typeof body !== 'number'
    return this.#depth(x, y) <= 0 && this.#depthInAreas(x, y) <= 0
  }

  /**
   * Finds a free place near (x, y): the place itself if it is free, else the nearest of those tried, which lie half
   * a body apart around it and wider further away. The same place on every platform.
   *
   * @returns undefined if none of some 40,000 places is free
   */
  nearestFree(x: number, y: number, body: Body): Point | undefined {
    this.#put(x, y, body)
    return this.#isFreeHere() || this.#free(WIDENINGS_MAX) ? { x: this.#x, y: this.#y } : undefined
  }

  /** Returns whether one can see from one point to the other: no wall and no tree between. Water hides nothing. */
  lineIsClear(x0: number, y0: number, x1: number, y1: number): boolean {
    return lineIsClear(this.#grid, x0, y0, x1, y1)
  }

  #put(x: number, y: number, body: Body): void {
    this.#isBox = typeof body !== 'number'
    this.#halfX = proper(typeof body === 'number' ? body : body.halfWidth)
    this.#halfY = proper(typeof body === 'number' ? body : body.halfHeight)
    this.#x = inside(Math.abs(x) < Infinity ? x : this.width / 2, this.#halfX, this.width)
    this.#y = inside(Math.abs(y) < Infinity ? y : this.height / 2, this.#halfY, this.height)
  }

  /** Moves over open ground in strides while it is open, else step by step. */
  #move(dx: number, dy: number, distance: number): void {
    const half = Math.min(this.#halfX, this.#halfY) / 2
    let steps = 1
    while (steps * half < distance && steps < STEPS_MAX) steps *= 2
    // Halving is exact, so a move over open ground ends exactly where it was sent.
    const cut = Math.min(1, (steps * half) / distance)
    const stepX = (cut * dx) / steps
    const stepY = (cut * dy) / steps
    const reach = Math.sqrt(stepX * stepX + stepY * stepY) / 2
    let stride = steps
    for (let left = steps; left > 0; left -= stride) {
      // The longest stride that was not found blocked: twice the last one where that divides what is left.
      stride = left % (2 * stride) === 0 ? 2 * stride : Math.min(stride, left)
      while (stride > 1 && !this.#isOpen(stepX * stride, stepY * stride, reach * stride)) stride /= 2
      if (stride > 1) {
        this.#x += stepX * stride
        this.#y += stepY * stride
      } else if (!this.#step(stepX, stepY, 2 * half)) return
    }
  }

  /** Returns whether nothing stands around the way from here over (dx, dy). */
  #isOpen(dx: number, dy: number, reach: number): boolean {
    const x = this.#x + dx
    const y = this.#y + dy
    if (!(x >= this.#halfX && x <= this.width - this.#halfX)) return false
    if (!(y >= this.#halfY && y <= this.height - this.#halfY)) return false
    const around = reach + SKIN
    const middleX = this.#x + dx / 2
    const middleY = this.#y + dy / 2
    if (this.#isBox)
      return this.#contacts.ofBox(middleX, middleY, this.#halfX + around, this.#halfY + around) <= 0
    return this.#contacts.ofCircle(middleX, middleY, this.#halfX + around) <= 0
  }

  /** Takes one step of at most half a body from a free place to a free place. @returns whether it moved */
  #step(dx: number, dy: number, size: number): boolean {
    let x = inside(this.#x + dx, this.#halfX, this.width)
    let y = inside(this.#y + dy, this.#halfY, this.height)
    for (let i = 0; i < PUSHES_MAX; i++) {
      const depth = this.#depth(x, y)
      if (depth <= 0) {
        const movedX = x - this.#x
        const movedY = y - this.#y
        if (movedX * movedX + movedY * movedY >= size * size * 0.81) return false
        this.#x = x
        this.#y = y
        return true
      }
      x = inside(x + this.#contacts.outX * (depth + SKIN), this.#halfX, this.width)
      y = inside(y + this.#contacts.outY * (depth + SKIN), this.#halfY, this.height)
    }
    return false
  }

  /**
   * Frees a body inside a solid: pushes it out again and again, or takes the nearest free place of a net around it.
   */
  #free(widenings: number): boolean {
    const [fromX, fromY] = [this.#x, this.#y]
    const isPushed = this.#pushOut()
    const [outX, outY] = isPushed ? [this.#x, this.#y] : [fromX, fromY]
    let [bestX, bestY] = [outX, outY]
    let best = isPushed ? (outX - fromX) * (outX - fromX) + (outY - fromY) * (outY - fromY) : Infinity
    let mesh = Math.min(this.#halfX, this.#halfY) / 2
    for (let widening = 0; widening <= widenings; widening++, mesh *= 4) {
      for (let ring = 1; ring <= RINGS && ring * ring * mesh * mesh < best; ring++) {
        for (let i = 0; i < 8 * ring; i++) {
          const along = (i % (2 * ring)) - ring
          const side = (i - (i % (2 * ring))) / (2 * ring)
          const east = side === 0 ? along : side === 1 ? ring : side === 2 ? -along : -ring
          const north = side === 0 ? -ring : side === 1 ? along : side === 2 ? ring : -along
          const x = inside(fromX + east * mesh, this.#halfX, this.width)
          const y = inside(fromY + north * mesh, this.#halfY, this.height)
          const squared = (x - fromX) * (x - fromX) + (y - fromY) * (y - fromY)
          if (squared >= best) continue
          this.#x = x
          this.#y = y
          if (!this.#isFreeHere()) continue
          best = squared
          bestX = this.#x
          bestY = this.#y
        }
      }
      if (best < Infinity) break
    }
    this.#x = bestX
    this.#y = bestY
    return best < Infinity
  }

  /** Pushes out by the nearest side, again and again. @returns whether that ended in a free place */
  #pushOut(): boolean {
    for (let i = 0; i < 4 * PUSHES_MAX; i++) {
      let depth = this.#depthInAreas(this.#x, this.#y)
      if (depth <= 0) depth = this.#depth(this.#x, this.#y)
      if (depth <= 0) return true
      this.#x = inside(this.#x + this.#contacts.outX * (depth + SKIN), this.#halfX, this.width)
      this.#y = inside(this.#y + this.#contacts.outY * (depth + SKIN), this.#halfY, this.height)
    }
    return false
  }

  #isFreeHere(): boolean {
    const [x, y] = [this.#x, this.#y]
    if (!(x >= this.#halfX && x <= this.width - this.#halfX)) return false
    if (!(y >= this.#halfY && y <= this.height - this.#halfY)) return false
    return this.#depth(x, y) <= 0 && this.#depthInAreas(x, y) <= 0
  }

  #depth(x: number, y: number): number {
    return this.#isBox
      ? this.#contacts.ofBox(x, y, this.#halfX, this.#halfY)
      : this.#contacts.ofCircle(x, y, this.#halfX)
  }

  #depthInAreas(x: number, y: number): number {
    return this.#contacts.ofAreas(x, y, Math.max(this.#halfX, this.#halfY))
  }
}

function proper(half: number): number {
  return half >= SIZE_MIN && half < Infinity ? half : SIZE_MIN
}

/**
 * Returns the nearest coordinate at which a body lies within the map; the middle of a map that is too small for it.
 */
function inside(at: number, half: number, side: number): number {
  return side < 2 * half ? side / 2 : Math.min(Math.max(at, half), side - half)
}
