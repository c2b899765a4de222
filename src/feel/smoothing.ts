import type { Vector3 } from '../core/index.ts'
import { pow } from '../core/index.ts'

/** The half-life of a correction's remaining error, in seconds. */
const HALF_LIFE = 0.06
/** The error beyond which the picture cuts and does not smooth, in metres. */
const CUT_METRES = 3
/** The error below which a correction is over, in metres. */
const NEAR_METRES = 0.001
const AXES = ['x', 'y', 'z'] as const

/**
 * Fades out the error of a shown place. Each frame it takes the character's place and shows that plus what is left
 * of the last correction.
 */
export class Smoothing {
  readonly #offset: Vector3 = { x: 0, y: 0, z: 0 }
  readonly #place: Vector3 = { x: 0, y: 0, z: 0 }

  /** Keeps the shown place where it was for the moment, after the computed place moved by `by`. */
  moved(by: Vector3): void {
    for (const axis of AXES) this.#offset[axis] -= by[axis] ?? 0
    if (this.size > CUT_METRES) this.cut()
  }

  /** The distance between the shown and the true place, in metres. */
  get size(): number {
    const { x, y, z } = this.#offset
    return Math.sqrt(x * x + y * y + z * z)
  }

  /** Drops what is left of any correction. */
  cut(): void {
    for (const axis of AXES) this.#offset[axis] = 0
  }

  /** Begins a correction: it was shown elsewhere until now, and has `by` to make up for. */
  begin(by: Vector3): void {
    this.cut()
    this.moved(by)
  }

  /** Advances to the next frame: `place` is where the character is. */
  follow(place: Vector3, seconds: number): void {
    const share = pow(0.5, seconds / HALF_LIFE)
    for (const axis of AXES) {
      this.#place[axis] = place[axis] ?? 0
      this.#offset[axis] *= share
    }
    if (this.size < NEAR_METRES) this.cut()
  }

  /** Writes the place to show. */
  write(position: Vector3): void {
    for (const axis of AXES) if (axis in position) position[axis] = this.#place[axis] + this.#offset[axis]
  }
}
