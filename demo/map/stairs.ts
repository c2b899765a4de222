import { add, leftOf, type Point, point, rectangle } from './geometry.ts'
import type { Plan } from './plan.ts'

/** Metres, and half a wall. */
const width = 2.4
const depth = 3.2
const thin = 0.25

export interface Stairs {
  /**
   * Whoever goes on the same way on the other side must not come back at once: stairs down open to the south,
   * stairs up to the north.
   */
  readonly opens: 'south' | 'north'
  /** The map that they lead to, and the name of the place there at which one arrives. */
  readonly to: readonly [map: string, place: string]
  /** What the place in front of these is called, for those who come up or down. */
  readonly name: string
}

/**
 * A flight of stairs between rails: whoever takes more than a step of it is on another map. `at` is the middle of
 * its foot.
 */
export function digStairs(plan: Plan, at: Point, { opens, to: [map, place], name }: Stairs): void {
  const way = point(opens === 'south' ? 1 : -1, 0)
  const corner = add(at, way, -width / 2)
  const part = (u0: number, v0: number, u1: number, v1: number) => rectangle(corner, way, { u0, v0, u1, v1 })
  plan.polygon('decor', 'stairs', part(0, 0, width, depth), { opens })
  plan.polygon('walls', 'rail', part(-thin, 0, 0, depth))
  plan.polygon('walls', 'rail', part(width, 0, width + thin, depth))
  plan.polygon('walls', 'rail', part(-thin, depth, width + thin, depth + thin))
  plan.polygon('portals', '', part(0, 1.2, width, depth), { map, place })
  plan.point('decor', 'landing', add(at, leftOf(way), -1.2), {}, name)
  plan.claim(part(-1, -2.4, width + 1, depth + 1))
}
