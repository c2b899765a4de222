/** Where people stand: where they begin, and how near they are to each other. */
import { hypot, type Vector2, type World } from 'shardless'
import type { haunted, Team } from './haunted.ts'
import type { House } from './house.ts'
import { body } from './measure.ts'

type HauntedWorld = World<typeof haunted>

/** Returns where somebody begins the hunt: seekers together at the door, hiders anywhere dark and far from it. */
export function startOf(team: Team, world: HauntedWorld, house: House): Vector2 {
  const { map, random } = world
  const gate = map.place('gate') ?? middleOf(world)
  if (team === 'seekers') return placeIn(world, gate, 4)
  let best = gate
  let most = -1
  for (let tries = 0; tries < 24; tries++) {
    const place = placeIn(world, { x: map.width / 2, y: map.height / 2 }, map.width / 2)
    const far = Math.min(apart(place, gate), 30) + (house.sight.isLit(place) ? 0 : 20) + random.fraction()
    if (far <= most) continue
    best = place
    most = far
  }
  return best
}

/** Returns a free place at most so many metres east or west, and north or south, of another. */
export function placeIn(world: HauntedWorld, around: Vector2, reach: number): Vector2 {
  const { map, random } = world
  for (let tries = 0; tries < 50; tries++) {
    const x = around.x + random.between(-reach, reach)
    const y = around.y + random.between(-reach, reach)
    if (map.isFree(x, y, body)) return { x, y }
  }
  return map.nearestFree(around.x, around.y, body) ?? around
}

export function middleOf({ map }: HauntedWorld): Vector2 {
  return { x: map.width / 2, y: map.height / 2 }
}

/** Returns whether two squares of this side, in metres, touch. */
export function overlap(a: Readonly<Vector2>, b: Readonly<Vector2>, side: number): boolean {
  return Math.abs(a.x - b.x) < side && Math.abs(a.y - b.y) < side
}

export function apart(a: Readonly<Vector2>, b: Readonly<Vector2>): number {
  return hypot(a.x - b.x, a.y - b.y)
}
