import { cos, sin, type Vector2 } from '../../core/index.ts'

const TURN = 2 * Math.PI

/**
 * Returns the unit vector an angle points along: radians, counter-clockwise from the east. The same bits
 * everywhere.
 */
export function directionOf(radians: number): Vector2 {
  return { x: cos(radians), y: sin(radians) }
}

/** A part of all directions: those within half of `width` of `facing`. A whole turn holds every direction. */
export class Cone {
  readonly width: number
  readonly #facing: Vector2
  readonly #leastCosine: number

  /** @param cone radians: `facing` counter-clockwise from the east, `width` the whole opening */
  constructor({ facing, width }: ConeOptions) {
    this.width = Math.min(Math.max(width, 0), TURN)
    this.#facing = directionOf(facing)
    this.#leastCosine = this.width === TURN ? -2 : cos(this.width / 2)
  }

  /** Returns whether a way, of any length, lies within the cone; one without length does. */
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
