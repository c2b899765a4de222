import { sin } from 'shardless'
import {
  add,
  along,
  direction,
  distance,
  distanceToLine,
  isInside,
  leftOf,
  type Point,
  type Polygon,
  point,
  smooth,
  smoothRing,
} from './geometry.ts'
import type { Plan } from './plan.ts'
import { streets } from './street.ts'

/** The middle of the river, from the north edge of the map to the east edge. */
export const river: readonly Point[] = smooth(
  [
    [94, 530],
    [100, 498],
    [116, 462],
    [140, 424],
    [154, 384],
    [158, 340],
    [166, 302],
    [180, 268],
    [200, 234],
    [226, 208],
    [256, 197],
    [296, 191],
    [336, 180],
    [376, 165],
    [410, 152],
    [438, 138],
    [470, 128],
    [500, 112],
    [530, 108],
  ].map(([x, y]) => point(x, y)),
  3,
)

/** Its half width, which breathes a little. Metres. */
function halfWidth(metres: number): number {
  return 6 + 0.9 * sin(metres / 31) + 0.5 * sin(metres / 11 + 1)
}

/** The shore of the lake north-east of the town. */
export const lake: Polygon = smoothRing(
  [
    [352, 436],
    [360, 402],
    [388, 372],
    [422, 360],
    [452, 372],
    [472, 398],
    [482, 430],
    [470, 462],
    [436, 478],
    [410, 470],
    [384, 478],
    [362, 462],
  ].map(([x, y]) => point(x, y)),
  3,
)

/** A bridge carries its deck this far beyond the water, each way. */
const landing = 2.5
/** How thick its rails are. */
const rail = 0.3

/**
 * The river as pieces of water between its bridges, each bridge with two rails; the lake with a jetty; and the whole
 * water once more as decor, unbroken, for the drawing.
 */
export function pourWater(plan: Plan): void {
  const places = along(river, 3)
  const bank = (side: 1 | -1): Point[] =>
    places.map(({ at, way, metres }) => add(at, leftOf(way), side * halfWidth(metres)))
  let left = bank(1)
  let right = bank(-1)
  plan.polygon('decor', 'river', [...left, ...right.toReversed()], {}, 'Wend')
  plan.claimLine(river, 8.5)
  for (const crossing of crossings()) {
    const [leftAbove, leftBelow] = cut(left, crossing)
    const [rightAbove, rightBelow] = cut(right, crossing)
    plan.polygon('water', 'river', [...leftAbove, ...rightAbove.toReversed()])
    buildBridge(plan, crossing, [leftAbove.at(-1)!, rightAbove.at(-1)!, leftBelow[0], rightBelow[0]])
    left = leftBelow
    right = rightBelow
  }
  plan.polygon('water', 'river', [...left, ...right.toReversed()])

  plan.polygon('decor', 'lake', lake, {}, 'Mirror Lake')
  plan.claim(lake)
  const jetty: Polygon = [point(346, 428.4), point(376, 428.4), point(376, 431.6), point(346, 431.6)]
  plan.polygon('decor', 'jetty', jetty)
  plan.claim(jetty)
  plan.polygon('water', 'lake', aroundJetty(lake, jetty))
}

/** A street over the river: where, which way the street goes, which way is downstream of it. */
interface Crossing {
  readonly at: Point
  readonly way: Point
  readonly downstream: Point
  /** From the middle of the street to where the water begins again. */
  readonly halfGap: number
}

/** All crossings, down the river. */
function crossings(): Crossing[] {
  const found: { crossing: Crossing; metres: number }[] = []
  const flow = along(river, 0.25)
  for (const { line, width } of streets) {
    const walk = along(line, 0.25)
    for (let i = 32; i < walk.length - 32; i++) {
      const at = walk[i].at
      const near = flow.reduce((best, place) =>
        distance(place.at, at) < distance(best.at, at) ? place : best,
      )
      const isNearest =
        distance(near.at, at) < 0.2 && found.every(({ crossing }) => distance(crossing.at, at) > 10)
      if (!isNearest) continue
      const way = direction(walk[i - 32].at, walk[i + 32].at)
      const normal = leftOf(way)
      const downstream =
        normal.x * near.way.x + normal.y * near.way.y > 0 ? normal : { x: -normal.x, y: -normal.y }
      found.push({ crossing: { at, way, downstream, halfGap: width / 2 + 0.6 + rail }, metres: near.metres })
    }
  }
  return found.sort((a, b) => a.metres - b.metres).map(({ crossing }) => crossing)
}

/** A bank above and below a crossing, each ending where the bridge begins. */
function cut(bank: readonly Point[], { at, downstream, halfGap }: Crossing): [Point[], Point[]] {
  const isNear = (i: number): boolean => distance(bank[i], at) < 30
  const past = (limit: number): number =>
    bank.findIndex((p, i) => isNear(i) && dot(p, at, downstream) > limit)
  const pointAt = (i: number, limit: number): Point => {
    const [before, after] = [dot(bank[i - 1], at, downstream), dot(bank[i], at, downstream)]
    const share = (limit - before) / (after - before)
    return add(bank[i - 1], { x: bank[i].x - bank[i - 1].x, y: bank[i].y - bank[i - 1].y }, share)
  }
  const [end, start] = [past(-halfGap), past(halfGap)]
  return [
    [...bank.slice(0, end), pointAt(end, -halfGap)],
    [pointAt(start, halfGap), ...bank.slice(start)],
  ]
}

/** A deck over the gap and a rail on each side of it. `corners` are the four where water ends. */
function buildBridge(plan: Plan, { at, way, downstream, halfGap }: Crossing, corners: Polygon): void {
  const reaches = corners.map((corner) => dot(corner, at, way))
  const [from, to] = [Math.min(...reaches) - landing, Math.max(...reaches) + landing]
  const corner = (forward: number, aside: number): Point => add(add(at, way, forward), downstream, aside)
  const strip = (inner: number, outer: number): Polygon => [
    corner(from, inner),
    corner(to, inner),
    corner(to, outer),
    corner(from, outer),
  ]
  plan.polygon('decor', 'bridge', strip(-halfGap, halfGap))
  plan.polygon('walls', 'rail', strip(-halfGap, -halfGap + rail))
  plan.polygon('walls', 'rail', strip(halfGap - rail, halfGap))
}

/** The lake without the jetty, which enters it over the western shore. */
function aroundJetty(shore: Polygon, jetty: Polygon): Polygon {
  const [south, north, tip] = [jetty[0].y, jetty[2].y, jetty[1].x]
  const isWest = (p: Point): boolean => p.x < 380
  const kept = shore.filter((p) => !(isWest(p) && p.y > south - 1.5 && p.y < north + 1.5))
  const before = kept.findIndex((p, i) => {
    const next = kept[(i + 1) % kept.length]
    return isWest(p) && isWest(next) && p.y > north !== next.y > north
  })
  const [from, to] = [kept[before], kept[(before + 1) % kept.length]]
  const shoreAt = (y: number): number => from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y)
  const notch = [
    point(shoreAt(north), north),
    point(tip, north),
    point(tip, south),
    point(shoreAt(south), south),
  ]
  return [
    ...kept.slice(0, before + 1),
    ...(from.y > to.y ? notch : notch.toReversed()),
    ...kept.slice(before + 1),
  ]
}

/** How far p lies from the origin along the way. */
function dot(p: Point, origin: Point, way: Point): number {
  return (p.x - origin.x) * way.x + (p.y - origin.y) * way.y
}

/** Whether this place is wet, or within `margin` metres of it. */
export function isWet(p: Point, margin: number): boolean {
  return (
    distanceToLine(p, river) < 8 + margin ||
    isInside(p, lake) ||
    distanceToLine(p, [...lake, lake[0]]) < margin
  )
}
