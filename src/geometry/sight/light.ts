import type { Vector2 } from '../../core/index.ts'
import { ShardlessError } from '../../core/index.ts'
import { Cone, type ConeOptions } from './direction.ts'
import { unitsOf } from './lattice.ts'
import { Shadow } from './shadow.ts'
import { visibilityPolygon } from './visibility.ts'
import type { Walls } from './walls.ts'

export interface LightOptions {
  /**
   * Where the light is, in metres. A moving light keeps this very object and reads it each tick: give it a
   * character's `position`, and it is their lantern.
   */
  readonly at: Readonly<Vector2>
  /** How many metres it reaches. */
  readonly reach: number
  /** The directions it shines in; all when left out. */
  readonly cone?: ConeOptions
  /** Whether it may move. The shadows of one that may not are computed once. False when left out. */
  readonly isMoving?: boolean
}

/** The farthest a light reaches, metres. */
const REACH_MAX = 1024

/** One light among walls. Made by `Sight.light`. */
export class Light {
  readonly reach: number
  readonly isMoving: boolean
  /** Whether it is on. Switched off, it lights nothing and keeps its shadows. */
  isOn = true
  readonly #at: Readonly<Vector2>
  readonly #walls: Walls
  #cone: ConeOptions | undefined
  #opening: Cone | undefined
  #shadow: Shadow | undefined
  #polygon: Float64Array | undefined
  #x = Number.NaN
  #y = Number.NaN

  /**
   * @throws `world/bad-light` for a reach that is not above 0, or above 1024 m, and for a place that is not finite
   */
  constructor(walls: Walls, options: LightOptions) {
    const { at, reach, cone, isMoving = false } = options
    if (!(reach > 0 && reach <= REACH_MAX))
      throw new ShardlessError(
        'world/bad-light',
        `a light reaches ${reach} m; it must be above 0, and ${REACH_MAX} at most.`,
      )
    if (!Number.isFinite(at.x + at.y))
      throw new ShardlessError('world/bad-light', `a light stands at (${at.x}, ${at.y}); give it a place.`)
    this.#walls = walls
    this.reach = reach
    this.isMoving = isMoving
    this.#at = isMoving ? at : { x: at.x, y: at.y }
    this.turn(cone)
    this.follow()
  }

  /** Where the light is, in metres. */
  get at(): Readonly<Vector2> {
    return this.#at
  }

  get cone(): ConeOptions | undefined {
    return this.#cone
  }

  /** Points the light another way, or all ways. */
  turn(cone: ConeOptions | undefined): void {
    this.#cone = cone
    this.#opening = cone && new Cone(cone)
    this.forgetShadows()
  }

  /** For `Sight`: reads its present place. @returns whether it moved */
  follow(): boolean {
    const x = unitsOf(this.#at.x)
    const y = unitsOf(this.#at.y)
    if (x === this.#x && y === this.#y) return false
    this.#x = x
    this.#y = y
    this.forgetShadows()
    return true
  }

  /** For `Sight`: forgets its shadows, since walls within its reach have opened or closed. */
  forgetShadows(): void {
    this.#shadow = undefined
    this.#polygon = undefined
  }

  /** Returns whether it is on and shines on a place, in units. */
  lights(x: number, y: number): boolean {
    if (!this.isOn) return false
    const reach = unitsOf(this.reach)
    if (!this.isMoving) {
      this.#shadow ??= new Shadow(this.#walls, { x: this.#x, y: this.#y, reach, cone: this.#cone })
      return this.#shadow.lights(x, y)
    }
    const dx = x - this.#x
    const dy = y - this.#y
    if (!(dx * dx + dy * dy <= reach * reach)) return false
    if (this.#opening && !this.#opening.holds(dx, dy)) return false
    return this.#walls.isClear(this.#x, this.#y, x, y)
  }

  /**
   * For drawing: the ground it shines on, as from `visibilityPolygon`. Kept until it moves or a wall near it does.
   */
  get polygon(): Float64Array {
    this.#polygon ??= visibilityPolygon(this.#walls, this.#at, { reach: this.reach, cone: this.#cone })
    return this.#polygon
  }
}
