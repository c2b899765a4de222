import { add, direction, distance, leftOf, type Point, type Polygon, point } from './geometry.ts'
import type { Plan } from './plan.ts'
import { gates } from './street.ts'

/** Where the wall turns, counter-clockwise from the south-east. */
export const wallCorners: Polygon = [
  [390, 186],
  [404, 304],
  [362, 376],
  [298, 404],
  [200, 408],
  [126, 372],
  [88, 312],
  [88, 206],
  [138, 130],
  [210, 102],
  [306, 100],
  [362, 134],
].map(([x, y]) => point(x, y))

/** Metres. */
const thickness = 2.4
const gateWidth = 7
const towerRadius = 3.6

/** A wall around the town with a tower at each corner and four gates. Over the river it stands on an arch. */
export function raiseTownWall(plan: Plan): void {
  for (const [i, from] of wallCorners.entries()) {
    const to = wallCorners[(i + 1) % wallCorners.length]
    plan.circle('walls', 'tower', from, towerRadius)
    plan.claimLine([from, from], towerRadius + 0.5)
    plan.claimLine([from, to], thickness / 2 + 0.5)
    const gate = Object.values(gates).find((each) => isBetween(each, from, to))
    if (!gate) {
      stretch(plan, from, to)
      continue
    }
    const way = direction(from, to)
    for (const side of [-1, 1]) {
      const post = add(gate, way, side * (gateWidth / 2 + 1.8))
      plan.polygon('walls', 'gatehouse', squareAround(post, way, 3.6, 5))
      plan.claim(squareAround(post, way, 5, 6.4))
    }
    stretch(plan, from, add(gate, way, -gateWidth / 2 - 3.4))
    stretch(plan, add(gate, way, gateWidth / 2 + 3.4), to)
    plan.polygon('decor', 'gate', squareAround(gate, way, gateWidth + 0.4, 3.6))
  }
}

function stretch(plan: Plan, from: Point, to: Point): void {
  const way = direction(from, to)
  const aside = leftOf(way)
  const half = thickness / 2
  plan.polygon('walls', 'rampart', [
    add(from, aside, -half),
    add(to, aside, -half),
    add(to, aside, half),
    add(from, aside, half),
  ])
}

/** `length` along the way, `width` across it. */
function squareAround(middle: Point, way: Point, length: number, width: number): Polygon {
  const aside = leftOf(way)
  const corner = (forward: number, left: number): Point =>
    add(add(middle, way, (forward * length) / 2), aside, (left * width) / 2)
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}

function isBetween(p: Point, from: Point, to: Point): boolean {
  return Math.abs(distance(from, p) + distance(p, to) - distance(from, to)) < 1.5
}
