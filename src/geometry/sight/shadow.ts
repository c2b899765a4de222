import { Cone, type ConeOptions } from './direction.ts'
import { hides, orient, UNITS_PER_METRE } from './lattice.ts'
import type { Walls } from './walls.ts'

/** What a light that stands still does to a square of ground. */
const DARK = 0
const LIT = 1
/** Partly lit, partly dark: computed exactly, point by point. */
const MIXED = 2

/** How many squares reach from a light to the end of its reach, at most: its table then has 34 x 34. */
const SQUARES_TO_REACH = 16

/**
 * The ground around a light that does not move, worked out once: which squares it lights wholly, which not at all,
 * and which have a shadow's edge in them. Only for the last are the walls read later.
 *
 * A square is wholly lit if no part of a wall lies between the light and it; wholly dark if one wall alone hides
 * all its corners, since what a wall hides of a point is a convex piece of the plane. Everything else counts as
 * mixed, so that the table never contradicts the walls.
 */
export class Shadow {
  readonly #walls: Walls
  readonly #x: number
  readonly #y: number
  readonly #reach: number
  readonly #cone: Cone | undefined
  readonly #square: number
  readonly #across: number
  readonly #table: Uint8Array

  /** @param place units; `reach` too */
  constructor(walls: Walls, place: { x: number; y: number; reach: number; cone?: ConeOptions }) {
    this.#walls = walls
    this.#x = place.x
    this.#y = place.y
    this.#reach = place.reach
    this.#cone = place.cone && new Cone(place.cone)
    this.#square = Math.max(UNITS_PER_METRE, Math.ceil(place.reach / SQUARES_TO_REACH))
    this.#across = 2 * (Math.floor(place.reach / this.#square) + 1)
    this.#table = new Uint8Array(this.#across * this.#across)
    const near: number[] = []
    const { x, y, reach } = place
    walls.eachIn(x - reach, y - reach, x + reach, y + reach, (wall) => near.push(wall))
    for (let row = 0; row < this.#across; row++)
      for (let column = 0; column < this.#across; column++)
        this.#table[column + row * this.#across] = this.#judge(column, row, near)
  }

  /** Returns whether a place, in units, is lit. */
  lights(x: number, y: number): boolean {
    const dx = x - this.#x
    const dy = y - this.#y
    if (!(dx * dx + dy * dy <= this.#reach * this.#reach)) return false
    const half = this.#across / 2
    const column = Math.floor(dx / this.#square) + half
    const row = Math.floor(dy / this.#square) + half
    const state = this.#table[column + row * this.#across]
    if (state !== MIXED) return state === LIT
    if (this.#cone && !this.#cone.holds(dx, dy)) return false
    return this.#walls.isClear(this.#x, this.#y, x, y)
  }

  #judge(column: number, row: number, near: readonly number[]): number {
    // The square from its south-west corner, in units from the light.
    const west = (column - this.#across / 2) * this.#square
    const south = (row - this.#across / 2) * this.#square
    const east = west + this.#square
    const north = south + this.#square
    const nearX = west > 0 ? west : east < 0 ? -east : 0
    const nearY = south > 0 ? south : north < 0 ? -north : 0
    const reach = this.#reach * this.#reach
    if (nearX * nearX + nearY * nearY > reach) return DARK
    const corners = [west, south, east, south, east, north, west, north]
    if (this.#cone) {
      for (let i = 0; i < 8; i += 2) if (!this.#cone.holds(corners[i], corners[i + 1])) return MIXED
      // Of an opening wider than half a turn, a square may stick out between corners that do not.
      if (this.#cone.width > Math.PI) return MIXED
    }
    let isLit = true
    for (const wall of near) {
      const at = wall * 4
      const x0 = this.#walls.ends[at] - this.#x
      const y0 = this.#walls.ends[at + 1] - this.#y
      const x1 = this.#walls.ends[at + 2] - this.#x
      const y1 = this.#walls.ends[at + 3] - this.#y
      let hidden = 0
      for (let i = 0; i < 8; i += 2) if (hides(0, 0, corners[i], corners[i + 1], x0, y0, x1, y1)) hidden++
      if (hidden === 4) return DARK
      if (hidden > 0 || touchesBox(x0, y0, x1, y1, west, south, east, north)) isLit = false
      else if (isBetween(x0, y0, corners) || isBetween(x1, y1, corners)) isLit = false
    }
    return isLit ? LIT : MIXED
  }
}

/** Returns whether a line may meet a box: never a wrong no. */
function touchesBox(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  west: number,
  south: number,
  east: number,
  north: number,
): boolean {
  if (Math.max(x0, x1) < west || Math.min(x0, x1) > east) return false
  if (Math.max(y0, y1) < south || Math.min(y0, y1) > north) return false
  const a = orient(x0, y0, x1, y1, west, south)
  const b = orient(x0, y0, x1, y1, east, south)
  const c = orient(x0, y0, x1, y1, east, north)
  const d = orient(x0, y0, x1, y1, west, north)
  return !(Math.min(a, b, c, d) > 0 || Math.max(a, b, c, d) < 0)
}

/** Returns whether a point may lie on a way from the origin to a square: never a wrong no. */
function isBetween(x: number, y: number, corners: readonly number[]): boolean {
  const [west, south, , , east, north] = corners
  if (x < Math.min(0, west) || x > Math.max(0, east)) return false
  if (y < Math.min(0, south) || y > Math.max(0, north)) return false
  let isLeft = false
  let isRight = false
  for (let i = 0; i < 8; i += 2) {
    const turn = orient(0, 0, corners[i], corners[i + 1], x, y)
    if (turn >= 0) isLeft = true
    if (turn <= 0) isRight = true
  }
  return isLeft && isRight
}
