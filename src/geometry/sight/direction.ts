/** Directions without the platform's sine, which rounds differently from one to the next: these are the same everywhere. */
import type { Vector2 } from '../vector.ts'

const TURN = 2 * Math.PI

/** The unit vector an angle points along: radians, counter-clockwise from the east. Within 10^-9 of the true one. */
export function directionOf(radians: number): Vector2 {
  return { x: cosine(radians), y: cosine(radians - Math.PI / 2) }
}

/** The cosine, by its power series, of which the terms left out come to less than 10^-9. */
export function cosine(radians: number): number {
  const rest = radians - Math.round(radians / TURN) * TURN
  const squared = rest * rest
  let sum = 0
  for (let n = 20; n > 0; n -= 2) sum = (-squared / (n * (n - 1))) * (1 + sum)
  return 1 + sum
}

/** A part of all directions: those within half of `width` of the way it faces. Nothing lies outside a whole turn. */
export class Cone {
  readonly width: number
  readonly #facing: Vector2
  readonly #leastCosine: number

  /** @param cone radians: `facing` counter-clockwise from the east, `width` the whole opening */
  constructor({ facing, width }: ConeOptions) {
    this.width = Math.min(Math.max(width, 0), TURN)
    this.#facing = directionOf(facing)
    this.#leastCosine = this.width === TURN ? -2 : cosine(this.width / 2)
  }

  /** Whether a way, of any length, lies within it; no way at all does. */
  holds(dx: number, dy: number): boolean {
    const length = Math.sqrt(dx * dx + dy * dy)
    return dx * this.#facing.x + dy * this.#facing.y >= this.#leastCosine * length
  }
}

export interface ConeOptions {
  /** Radians, counter-clockwise from the east. */
  readonly facing: number
  /** Radians from one side of the opening to the other. */
  readonly width: number
}
