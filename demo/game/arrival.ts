/** How somebody comes into the town: where others are, and under a name that nobody else has. */
import { hypot, type Random, type Vector2, type World } from 'shardless'
import { bodyRadius, nameBytesMax, type town } from './town.ts'

type Town = World<typeof town>

/** Places that are looked at, how far around each people count, and how near is too near, metres. */
const tries = 12
const company = 20
const crowded = 3 * bodyRadius

/** A place to begin: of some, the one with the most people about, and nobody standing on it. */
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

/** The name, or where somebody has it already the name and a number: "Ada 2". It never has more bytes than travel. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const known = new Set<string>()
  for (const name of taken) known.add(alike(name))
  if (!known.has(alike(wanted))) return wanted
  for (let number = 2; ; number++) {
    const name = cut(wanted, ` ${number}`)
    if (!known.has(alike(name))) return name
  }
}

/** Who differ only in capitals and spaces are told apart by nobody. */
function alike(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ')
}

/** Letters are taken from the end until there is room for what comes after them. */
function cut(name: string, after: string): string {
  const letters = [...name]
  while (new TextEncoder().encode(letters.join('') + after).length > nameBytesMax) letters.pop()
  return letters.join('').trimEnd() + after
}

function apart(a: Readonly<Vector2>, b: Readonly<Vector2>): number {
  return hypot(a.x - b.x, a.y - b.y)
}
