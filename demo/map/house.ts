import type { Dice } from './dice.ts'
import { add, leftOf, type Point, type Polygon, rectangle } from './geometry.ts'
import type { Plan } from './plan.ts'

/** A house as its street sees it: the front runs from `origin` along `way`, the rest lies to the left of it. */
export interface House {
  /** The front corner, metres. */
  readonly origin: Point
  readonly way: Point
  /** Metres along the front. */
  readonly width: number
  /** Metres from front to back. */
  readonly depth: number
  /** Where the middle of the front door is, metres along the front. */
  readonly door: number
  readonly doorWidth: number
  /** Also a door at the back, opposite. */
  readonly hasBackDoor?: boolean
  /** A wall across the house at this many metres along the front, with a doorway in it. */
  readonly partition?: number
  readonly style: 'house' | 'hall' | 'chapel' | 'tower'
  /** Which colour its roof has, 0..5. */
  readonly tint: number
  readonly name?: string
  readonly furniture: 'home' | 'inn' | 'hall' | 'smithy' | 'chapel'
}

/** Metres. */
export const wallThickness = 0.5
const eaves = 0.6
const doorway = 1.6

export function footprint({ origin, way, width, depth }: House): Polygon {
  return rectangle(origin, way, { u0: 0, v0: 0, u1: width, v1: depth })
}

/** Walls with their doors, a floor, what stands on it, and a roof over all. Claims its ground. */
export function buildHouse(plan: Plan, house: House, dice: Dice): void {
  const { origin, way, width, depth, style, tint } = house
  const piece = (u0: number, v0: number, u1: number, v1: number): Polygon =>
    rectangle(origin, way, { u0, v0, u1, v1 })
  const wall = (u0: number, v0: number, u1: number, v1: number): void => {
    if (u1 - u0 > 0.05 && v1 - v0 > 0.05) plan.polygon('walls', style, piece(u0, v0, u1, v1))
  }
  const t = wallThickness
  const [doorStart, doorEnd] = [house.door - house.doorWidth / 2, house.door + house.doorWidth / 2]
  plan.claim(footprint(house))
  plan.polygon('decor', 'floor', footprint(house), { style, tint })

  wall(0, 0, doorStart, t)
  wall(doorEnd, 0, width, t)
  if (house.hasBackDoor) {
    wall(0, depth - t, doorStart, depth)
    wall(doorEnd, depth - t, width, depth)
  } else wall(0, depth - t, width, depth)
  wall(0, t, t, depth - t)
  wall(width - t, t, width, depth - t)
  if (house.partition !== undefined) {
    const gap = depth / 2
    wall(house.partition, t, house.partition + 0.3, gap - doorway / 2)
    wall(house.partition, gap + doorway / 2, house.partition + 0.3, depth - t)
  }
  furnish(plan, house, dice)

  // Doorsteps show a visitor where to go in.
  plan.polygon('decor', 'doorstep', piece(doorStart, -0.7, doorEnd, t))
  if (house.hasBackDoor) plan.polygon('decor', 'doorstep', piece(doorStart, depth - t, doorEnd, depth + 0.7))
  const roof = piece(-eaves, -eaves, width + eaves, depth + eaves)
  const chimney = style === 'house' ? dice.between(0.2, 0.8) : 0
  plan.polygon(
    'decor',
    'roof',
    roof,
    { style, tint, chimney: Math.round(chimney * 100) / 100 },
    house.name ?? '',
  )
}

/** Things against the walls, where they leave the way from door to door free. */
function furnish(plan: Plan, { origin, way, width, depth, door, furniture }: House, dice: Dice): void {
  const put = (type: string, u: number, v: number, w: number, d: number): void =>
    plan.polygon('walls', type, rectangle(origin, way, { u0: u, v0: v, u1: u + w, v1: v + d }))
  const at = (u: number, v: number): Point => add(add(origin, way, u), leftOf(way), v)
  const t = wallThickness
  const back = depth - t
  const rug = (u: number, v: number, w: number, d: number): void =>
    plan.polygon('decor', 'rug', rectangle(origin, way, { u0: u, v0: v, u1: u + w, v1: v + d }), {
      tint: dice.integer(0, 5),
    })

  if (furniture === 'home') {
    const isDoorLeft = door < width / 2
    rug(width / 2 - 1.3, depth / 2 - 0.9, 2.6, 1.8)
    put('bed', isDoorLeft ? width - t - 1.2 : t, back - 2.1, 1.2, 2.1)
    put('hearth', isDoorLeft ? t : width - t - 0.7, back - 1.8, 0.7, 1.5)
    plan.circle('walls', 'table', at(isDoorLeft ? width - t - 1.1 : t + 1.1, t + 1.2), 0.6)
  } else if (furniture === 'inn') {
    put('counter', t + 1.4, back - 1.9, width - 2 * t - 2.8, 0.7)
    for (let u = 3; u < width - 2; u += 3.6) {
      for (const v of [2.4, 5.2]) if (Math.abs(u - door) > 1.8) plan.circle('walls', 'table', at(u, v), 0.7)
    }
  } else if (furniture === 'hall') {
    rug(door - 1.2, t, 2.4, depth - 2 * t)
    for (let u = 3; u < width - 2; u += 3.5) {
      for (const v of [3.2, depth - 3.2])
        if (Math.abs(u - door) > 2.4) plan.circle('walls', 'pillar', at(u, v), 0.4)
    }
  } else if (furniture === 'smithy') {
    put('hearth', t, back - 2.2, 1.4, 1.8)
    put('anvil', width / 2 - 0.4, depth / 2, 0.9, 0.5)
    put('crate', width - t - 1.1, back - 1.1, 1.1, 1.1)
  } else {
    rug(door - 0.7, t, 1.4, depth - 5)
    put('altar', door - 1, back - 2.4, 2, 0.9)
    for (let v = 3; v < depth - 5; v += 1.8) {
      put('pew', t + 0.6, v, door - t - 1.8, 0.5)
      put('pew', door + 1.2, v, width - t - door - 1.8, 0.5)
    }
  }
}
