import type { Vector2 } from '../../core/index.ts'

/** How fast somebody walks, in shares of the full speed along each axis. */
export interface Pace {
  readonly east: number
  readonly north: number
}

export const STANDING: Pace = { east: 0, north: 0 }

export interface FootpathOptions {
  readonly tileMetres: number
  /** The share of the full speed that makes a tile a tick, 0 to 1. */
  readonly share: number
  /** The full speed, in metres per second. */
  readonly metresPerSecond: number
}

/** Seconds without coming nearer after which something is taken to be in the way. */
const STUCK_SECONDS = 1.5
/** The same before the first step: what was said may be on its way to another process, which may be busy. */
const BEGIN_SECONDS = 5
/** Ticks from a decision until it holds. */
const TICKS_AHEAD = 1.5

/**
 * Walks along the corners of a way, one tile a tick of the protocol: aslant until one axis fits, and then straight, as
 * the clients draw it. What is in the way ends the walk.
 */
export class Footpath {
  readonly #options: FootpathOptions
  #corners: readonly Vector2[] = []
  #at = 0
  #left = Number.POSITIVE_INFINITY
  #since = 0
  #hasMoved = false
  #isStuck = false

  constructor(options: FootpathOptions) {
    this.#options = options
  }

  get isOver(): boolean {
    return this.#at >= this.#corners.length
  }

  /** Whether the last walk ended because something was in the way. */
  get isStuck(): boolean {
    return this.#isStuck
  }

  /** Takes another way in the place of this one. @param corners  in metres */
  begin(corners: readonly Vector2[]): void {
    this.#corners = corners
    this.#at = 0
    this.#isStuck = false
    this.#hasMoved = false
    this.#begin()
  }

  stop(): void {
    this.#corners = []
    this.#at = 0
  }

  /**
   * Says how to go on from here.
   *
   * @param seconds  the length of a tick of the world
   */
  from(position: Readonly<Vector2>, seconds: number): Pace {
    const { tileMetres, share, metresPerSecond } = this.#options
    const near = Math.min(share * metresPerSecond * seconds * TICKS_AHEAD, tileMetres / 3)
    for (; !this.isOver; this.#at++, this.#begin()) {
      const corner = this.#corners[this.#at]
      const east = corner.x - position.x
      const north = corner.y - position.y
      const left = Math.abs(east) + Math.abs(north)
      if (Math.abs(east) <= near && Math.abs(north) <= near) continue
      if (left < this.#left - tileMetres / 8) {
        this.#hasMoved ||= Number.isFinite(this.#left)
        this.#left = left
        this.#since = 0
      } else if ((this.#since += seconds) > (this.#hasMoved ? STUCK_SECONDS : BEGIN_SECONDS)) {
        this.stop()
        this.#isStuck = true
        break
      }
      return { east: axis(east, near) * share, north: axis(north, near) * share }
    }
    return STANDING
  }

  #begin(): void {
    this.#left = Number.POSITIVE_INFINITY
    this.#since = 0
  }
}

function axis(distance: number, near: number): number {
  return Math.abs(distance) <= near ? 0 : Math.sign(distance)
}
