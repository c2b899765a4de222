import type { Vector2 } from '../../core/index.ts'
import { ShardlessError } from '../../core/index.ts'
import type { WorldMap } from '../map/world-map.ts'
import { Cone } from './direction.ts'
import { type Segment, unitsOf } from './lattice.ts'
import { Light, type LightOptions } from './light.ts'
import { LightGrid } from './light-grid.ts'
import { outlines } from './outline.ts'
import { type Extent, visibilityPolygon } from './visibility.ts'
import { Walls } from './walls.ts'

export interface SightOptions {
  /** The map whose solids become walls. */
  readonly map?: Pick<WorldMap, 'solids'>
  /** Walls besides those of the map. */
  readonly walls?: readonly Segment[]
  /** How many metres one sees, in light. */
  readonly reach: number
  /** Within how many metres one is noticed, whatever the light and whatever is between. 1 when left out. */
  readonly near?: number
  /**
   * How wide one sees, in radians; all around when left out. With a field of view, tell `canSee` which way the
   * viewer faces.
   */
  readonly fieldOfView?: number
  /** For how many ticks somebody seen is still shown afterwards. 5 when left out; 0 for not at all. */
  readonly lingerTicks?: number
}

/** Who sees and is seen: any entity with a position. */
export interface Visible {
  readonly id: number
  readonly position: Readonly<Vector2>
}

/** A wall that opens and closes. */
export interface Door {
  isOpen: boolean
}

/** How many ticks pass between two removals of old sightings. */
const TIDY_TICKS = 256

/**
 * Decides who can see whom, among walls, doors and lights. Pure and told the time: the server's `canSee` asks it, a
 * client may draw with it.
 *
 *     canSee(viewer, entity)  =  near  or  within reach, in the field of view, lit, and no wall between
 *                                or  seen so a few ticks ago (`lingerTicks`)
 *
 * Someone appears at once, and vanishes when unseen for `lingerTicks`. So at a corner, at the end of reach or of a
 * light, nobody appears and vanishes more often than that; the price is that they stay known for that long.
 *
 * Whether a place is lit is worked out once a tick for each entity, however many look at it. Lights that stand
 * still keep what they light from tick to tick.
 */
export class Sight {
  /** Whether it is day: everything is lit, whatever the lights. */
  isDay = false
  readonly walls: Walls
  readonly #lights = new Set<Light>()
  readonly #moving = new Set<Light>()
  readonly #grid = new LightGrid()
  readonly #reach: number
  readonly #near: number
  /** The squared distance beyond which nobody is seen, however it is rounded. */
  readonly #farSquared: number
  readonly #fieldOfView: number | undefined
  readonly #lingerTicks: number
  #tick = -1
  #tidiedAt = 0
  /** By entity: whether it was lit this tick, and where. */
  readonly #lit = new Map<number, { x: number; y: number; isLit: boolean }>()
  /** By viewer, by entity: the last tick at which it was truly seen. */
  readonly #seen = new Map<number, Map<number, number>>()

  /**
   * @throws `world/bad-sight` for a reach or near that is negative or no number, or a linger that is no whole
   *   number
   */
  constructor(options: SightOptions) {
    const { map, walls = [], reach, near = 1, fieldOfView, lingerTicks = 5 } = options
    if (!(reach >= 0 && near >= 0 && Number.isInteger(lingerTicks) && lingerTicks >= 0))
      throw new ShardlessError(
        'world/bad-sight',
        `reach is ${reach} m, near ${near} m and lingerTicks ${lingerTicks}; none may be below 0, and ticks are whole.`,
      )
    this.walls = new Walls([...outlines(map?.solids ?? []), ...walls])
    this.#reach = unitsOf(reach)
    this.#near = unitsOf(near)
    const far = Math.max(reach, near) + 1
    this.#farSquared = far * far
    this.#fieldOfView = fieldOfView
    this.#lingerTicks = lingerTicks
  }

  /** Adds a light. See `LightOptions` for one that is carried about. */
  light(options: LightOptions): Light {
    const light = new Light(this.walls, options)
    this.#lights.add(light)
    if (light.isMoving) this.#moving.add(light)
    this.#grid.put(light)
    this.#lit.clear()
    return light
  }

  /** Removes a light. */
  removeLight(light: Light): void {
    this.#lights.delete(light)
    this.#moving.delete(light)
    this.#grid.remove(light)
    this.#lit.clear()
  }

  /** All lights, for drawing. */
  get lights(): ReadonlySet<Light> {
    return this.#lights
  }

  /** Puts up walls that can be opened; they begin closed. */
  door(segments: readonly Segment[]): Door {
    const numbers = this.walls.add(segments)
    const swing = (isClosed: boolean): void => {
      for (const wall of numbers) this.walls.close(wall, isClosed)
      this.#forgetShadows(numbers)
    }
    this.#forgetShadows(numbers)
    let isOpen = false
    return {
      get isOpen() {
        return isOpen
      },
      set isOpen(opens) {
        if (opens === isOpen) return
        isOpen = opens
        swing(!opens)
      },
    }
  }

  /**
   * Returns whether a viewer may know of an entity. Of itself it always may.
   *
   * @param tick    the world's; what lights shine on is worked out anew when it grows
   * @param facing  which way the viewer looks, radians; needed with a field of view
   */
  canSee(viewer: Visible, entity: Visible, tick: number, facing?: number): boolean {
    if (tick !== this.#tick) this.#begin(tick)
    if (viewer.id === entity.id) return true
    const isSeen = this.#sees(viewer, entity, facing)
    if (this.#lingerTicks === 0) return isSeen
    let seen = this.#seen.get(viewer.id)
    if (isSeen) {
      if (!seen) this.#seen.set(viewer.id, (seen = new Map()))
      seen.set(entity.id, tick)
      return true
    }
    const at = seen?.get(entity.id)
    if (at === undefined) return false
    if (tick - at <= this.#lingerTicks) return true
    seen?.delete(entity.id)
    return false
  }

  /** Returns whether no wall is between two places. */
  lineIsClear(from: Readonly<Vector2>, to: Readonly<Vector2>): boolean {
    return this.walls.lineIsClear(from, to)
  }

  /** Returns whether a place is lit now: by day, or by a light. */
  isLit(place: Readonly<Vector2>): boolean {
    this.#followLights()
    return this.isDay || this.#shines(unitsOf(place.x), unitsOf(place.y))
  }

  /** For drawing: returns what can be seen from a place, as `visibilityPolygon` does. */
  polygon(from: Readonly<Vector2>, extent: Extent): Float64Array {
    return visibilityPolygon(this.walls, from, extent)
  }

  #sees(viewer: Visible, entity: Visible, facing: number | undefined): boolean {
    // Most are far too far off: those are told from the rest before anything is rounded.
    const east = entity.position.x - viewer.position.x
    const north = entity.position.y - viewer.position.y
    if (east * east + north * north > this.#farSquared) return false
    const x0 = unitsOf(viewer.position.x)
    const y0 = unitsOf(viewer.position.y)
    const x1 = unitsOf(entity.position.x)
    const y1 = unitsOf(entity.position.y)
    const dx = x1 - x0
    const dy = y1 - y0
    const squared = dx * dx + dy * dy
    if (squared <= this.#near * this.#near) return true
    if (!(squared <= this.#reach * this.#reach)) return false
    if (this.#fieldOfView !== undefined && !this.#opening(facing).holds(dx, dy)) return false
    return this.#isEntityLit(entity.id, x1, y1) && this.walls.isClear(x0, y0, x1, y1)
  }

  #isEntityLit(id: number, x: number, y: number): boolean {
    if (this.isDay) return true
    const known = this.#lit.get(id)
    if (known && known.x === x && known.y === y) return known.isLit
    const isLit = this.#shines(x, y)
    this.#lit.set(id, { x, y, isLit })
    return isLit
  }

  #shines(x: number, y: number): boolean {
    const lights = this.#grid.at(x, y)
    for (let i = 0; i < lights.length; i++) if (lights[i].lights(x, y)) return true
    return false
  }

  #facing = Number.NaN
  #cone: Cone | undefined
  #opening(facing = Number.NaN): Cone {
    if (Number.isNaN(facing))
      throw new ShardlessError(
        'world/bad-sight',
        'canSee was not told which way the viewer faces; with a fieldOfView it must be.',
      )
    // One viewer after the other asks about many: the last one's cone is mostly the one that is wanted.
    if (facing !== this.#facing || !this.#cone) {
      this.#facing = facing
      this.#cone = new Cone({ facing, width: this.#fieldOfView as number })
    }
    return this.#cone
  }

  #begin(tick: number): void {
    this.#tick = tick
    this.#lit.clear()
    this.#followLights()
    if (tick - this.#tidiedAt < TIDY_TICKS) return
    this.#tidiedAt = tick
    for (const [viewer, seen] of this.#seen) {
      for (const [entity, at] of seen) if (tick - at > this.#lingerTicks) seen.delete(entity)
      if (seen.size === 0) this.#seen.delete(viewer)
    }
  }

  #followLights(): void {
    for (const light of this.#moving) if (light.follow()) this.#grid.put(light)
  }

  /** Makes lights forget their shadows, after a change of walls that they reach. */
  #forgetShadows(walls: readonly number[]): void {
    this.#lit.clear()
    const { ends } = this.walls
    for (const light of this.#lights) {
      const [x, y, reach] = [unitsOf(light.at.x), unitsOf(light.at.y), unitsOf(light.reach)]
      const isReached = (wall: number): boolean => {
        const at = wall * 4
        const isBesideX =
          Math.max(ends[at], ends[at + 2]) < x - reach || Math.min(ends[at], ends[at + 2]) > x + reach
        const isBesideY =
          Math.max(ends[at + 1], ends[at + 3]) < y - reach || Math.min(ends[at + 1], ends[at + 3]) > y + reach
        return !isBesideX && !isBesideY
      }
      if (walls.some(isReached)) light.forgetShadows()
    }
  }
}
