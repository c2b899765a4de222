import type { Vector3 } from '../core/index.ts'
import { pow } from '../core/index.ts'

/** Seconds in which half of what is wrong is made up for. */
const HALF_LIFE = 0.06
/** Metres beyond which there is no way between: the picture cuts. */
const CUT_METRES = 3
/** Metres that are as good as none. */
const NEAR_METRES = 0.001
const AXES = ['x', 'y', 'z'] as const

/**
 * Fades out what a shown place was wrong by. Told each picture where the character is, it shows that place plus what is
 * left of the last correction.
 */
export class Smoothing {
  readonly #offset: Vector3 = { x: 0, y: 0, z: 0 }
  readonly #place: Vector3 = { x: 0, y: 0, z: 0 }

  /** The place was computed anew and is now `by` further along than it was: show it where it was, for the moment. */
  moved(by: Vector3): void {
    for (const axis of AXES) this.#offset[axis] -= by[axis] ?? 0
    if (this.size > CUT_METRES) this.cut()
  }

  /** Metres between what is shown and what is so. */
  get size(): number {
    const { x, y, z } = this.#offset
    return Math.sqrt(x * x + y * y + z * z)
  }

  /** Nothing is left of any correction. */
  cut(): void {
    for (const axis of AXES) this.#offset[axis] = 0
  }

  /** It was shown elsewhere until now: to be `by` further along is what there is to make up for. */
  begin(by: Vector3): void {
    this.cut()
    this.moved(by)
  }

  /** The next picture: `place` is where the character is. */
  follow(place: Vector3, seconds: number): void {
    const share = pow(0.5, seconds / HALF_LIFE)
    for (const axis of AXES) {
      this.#place[axis] = place[axis] ?? 0
      this.#offset[axis] *= share
    }
    if (this.size < NEAR_METRES) this.cut()
  }

  /** Writes where to show it. */
  write(position: Vector3): void {
    for (const axis of AXES) if (axis in position) position[axis] = this.#place[axis] + this.#offset[axis]
  }
}
