import { hypot, type Vector2 } from '../../core/index.ts'

/** How far ahead of a character its goal may be, in metres. */
const REACH = 8
/** How near counts as there, and how little counts as no progress, in metres. */
const ARRIVED = 0.02
const STUCK = 0.005
/** Ticks without progress after which a walk has ended at something. */
const STUCK_TICKS = 30
/** The same before the first step: what was said may be on its way to another process, which may be busy. */
const BEGIN_TICKS = 100
/** What is left of a walk that ended for good reason, in metres. */
const NEARLY = 0.15
/** The cosine within which two directions count as the same. */
const SAME_WAY = 0.7

/** A direction to walk: -1 to 1 each. */
export interface Heading {
  readonly east: number
  readonly north: number
}

const STILL: Heading = { east: 0, north: 0 }

/**
 * Walks by offsets: each moves a goal, and the character follows as fast as its game lets it.
 *
 *     go(from, offset) --> goal --advance(at) each tick--> heading ... standing still
 *                                    '-- no progress --> blocked that way
 */
export class GoalWalk {
  #goal: Vector2 | undefined
  #way: Vector2 = { x: 0, y: 0 }
  /** The way to the goal that was left at the last tick; NaN before the first. */
  #left = Number.NaN
  /** How far a tick at full speed takes it, as last seen; 0 when not known. */
  #step = 0
  #stuck = 0
  #hasMoved = false
  #blocked: Vector2 | undefined
  #heading = STILL

  /**
   * Moves the goal by an offset in metres. No offset at all stands still.
   *
   * @param from  where the character is
   * @returns     false when nothing was moved, or the last walk that way ended at something; it is tried again
   */
  go(from: Readonly<Vector2>, x: number, y: number): boolean {
    if (x === 0 && y === 0) {
      this.stand()
      return true
    }
    if (!(hypot(x, y) <= REACH)) return false
    const goal = this.#goal ?? from
    const [east, north] = [goal.x + x - from.x, goal.y + y - from.y]
    const far = hypot(east, north)
    if (far <= ARRIVED) {
      this.stand()
      return true
    }
    const share = Math.min(far, REACH) / far
    this.#way = { x: east / far, y: north / far }
    this.#goal = { x: from.x + east * share, y: from.y + north * share }
    this.#left = Number.NaN
    this.#stuck = 0
    const isBlocked = this.#blocked !== undefined && dot(this.#blocked, this.#way) > SAME_WAY
    if (!isBlocked) this.#blocked = undefined
    return !isBlocked
  }

  stand(): void {
    this.#goal = undefined
    this.#hasMoved = false
  }

  /**
   * Looks where the character is, once a tick and after each `go`.
   *
   * @returns the heading to take from now on; undefined when it is the one that was taken before
   */
  advance(at: Readonly<Vector2>): Heading | undefined {
    const heading = this.#decide(at)
    const before = this.#heading
    if (heading.east === before.east && heading.north === before.north) return undefined
    this.#heading = heading
    return heading
  }

  /** Forgets the heading that was taken, as in another world. */
  restart(): void {
    this.stand()
    this.#blocked = undefined
    this.#heading = { east: Number.NaN, north: Number.NaN }
  }

  #decide(at: Readonly<Vector2>): Heading {
    const goal = this.#goal
    if (goal === undefined) return STILL
    const left = dot({ x: goal.x - at.x, y: goal.y - at.y }, this.#way)
    const gone = this.#left - left
    const isFull = Number.isFinite(gone) && hypot(this.#heading.east, this.#heading.north) > 0.99
    if (isFull && gone > STUCK) this.#step = gone
    if (gone > STUCK) {
      this.#stuck = 0
      this.#hasMoved = true
      this.#blocked = undefined
    } else if (Number.isFinite(gone)) this.#stuck++
    this.#left = left
    const isStuck = this.#stuck >= (this.#hasMoved ? STUCK_TICKS : BEGIN_TICKS)
    if (isStuck && left > NEARLY) this.#blocked = this.#way
    if (left <= ARRIVED || isStuck) {
      this.stand()
      return STILL
    }
    const share = this.#step > 0 && left < this.#step ? left / this.#step : 1
    return { east: this.#way.x * share, north: this.#way.y * share }
  }
}

function dot(a: Readonly<Vector2>, b: Readonly<Vector2>): number {
  return a.x * b.x + a.y * b.y
}
