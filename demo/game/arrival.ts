/** Chooses a newcomer's starting place near others, and a name that nobody else has. */
import { hypot, type Random, type Vector2, type World } from 'shardless'
import { bodyRadius, nameBytesMax, type town } from './town.ts'

type Town = World<typeof town>

/**
 * The number of places tried, the radius around each in which people count, and the distance that is too near, in
 * metres.
 */
const tries = 12
const company = 20
const crowded = 3 * bodyRadius

/** Returns a starting place: of several, the one with the most people around it and nobody standing on it. */
export function placeAmongPeople(world: Town, random: Random): Vector2 {
  let [best, most] = [random.pick(world.map.spawns), -1]
  for (let i = 0; i < tries; i++) {
    const spot = random.pick(world.map.spawns)
    const people = world.near(spot, company).filter((entity) => entity.kind === 'walker')
    const isFree = people.every(({ position }) => apart(position, spot) > crowded)
    if (!isFree || people.length <= most) continue
    best = spot
    most = people.length
  }
  return { x: best.x, y: best.y }
}

/** Returns the name, or with a number if it is taken: "Ada 2". It never exceeds the bytes that travel. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const known = new Set<string>()
  for (const name of taken) known.add(alike(name))
  if (!known.has(alike(wanted))) return wanted
  for (let number = 2; ; number++) {
    const name = cut(wanted, ` ${number}`)
    if (!known.has(alike(name))) return name
  }
}

/** Returns a form for comparing names, since names that differ only in capitals and spaces look alike. */
function alike(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ')
}

/** Removes letters from the end until there is room for `after`. */
function cut(name: string, after: string): string {
  const letters = [...name]
  while (new TextEncoder().encode(letters.join('') + after).length > nameBytesMax) letters.pop()
  return letters.join('').trimEnd() + after
}

function apart(a: Readonly<Vector2>, b: Readonly<Vector2>): number {
  return hypot(a.x - b.x, a.y - b.y)
}
