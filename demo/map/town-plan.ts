import { Dice } from './dice.ts'
import { add, along, distance, leftOf, point } from './geometry.ts'
import { layGraveyard } from './graveyard.ts'
import { plantTrees, sowFields, strewDetails } from './green.ts'
import { Plan } from './plan.ts'
import { buildHouses, buildLandmarks, furnishMarket } from './quarter.ts'
import { pourWater } from './river.ts'
import { layStreets, market, streets } from './street.ts'
import { raiseTownWall } from './town-wall.ts'

/** Places worth a name on the map and on the screen: where, how far around, what it is called. */
const places: readonly [number, number, number, string][] = [
  [256, 265, 34, 'Market Square'],
  [50, 406, 46, 'Haunted Yard'],
  [418, 418, 74, 'Mirror Lake'],
  [476, 200, 22, 'Nine Maidens'],
  [170, 40, 56, 'The Orchard'],
  [256, 197, 13, 'South Bridge'],
  [178, 270, 13, 'High Bridge'],
  [88, 262, 16, 'West Gate'],
  [249, 405, 16, 'North Gate'],
  [399, 251, 16, 'East Gate'],
  [257, 101, 16, 'South Gate'],
  [145, 340, 18, 'The Mill'],
  [465, 60, 50, 'Oldwood'],
  [310, 300, 44, 'Lantern Quarter'],
  [150, 200, 44, "Tanners' Quarter"],
  [212, 330, 40, "Weavers' Quarter"],
  [290, 140, 44, 'Bell Quarter'],
]

/** The whole town: 512 x 512 m, in Tiled's JSON. The same every time. */
export function planTown(): string {
  const plan = new Plan({ width: 512, height: 512 })
  const dice = new Dice(1742)
  layStreets(plan)
  pourWater(plan)
  raiseTownWall(plan)
  sowFields(plan)
  layGraveyard(plan, dice)
  buildLandmarks(plan, dice)
  buildHouses(plan, dice)
  furnishMarket(plan, dice)
  placeSpawns(plan)
  plantTrees(plan, dice)
  strewDetails(plan, dice)
  lightStreets(plan)
  for (const [x, y, radius, name] of places) plan.point('decor', 'place', point(x, y), { radius }, name)
  return plan.toJson()
}

/** Players begin in the market and in the streets around it, where others are. */
function placeSpawns(plan: Plan): void {
  const middle = point((market.x0 + market.x1) / 2, (market.y0 + market.y1) / 2)
  for (let x = market.x0 + 5; x < market.x1; x += 6) {
    for (const y of [256, 265, 274])
      if (distance(point(x, y), middle) > 13) plan.point('spawn', '', point(x, y))
  }
  for (const { line, isBuilt } of streets) {
    if (!isBuilt) continue
    for (const { at } of along(line, 8)) {
      const far = distance(at, middle)
      if (far > 32 && far < 85) plan.point('spawn', '', at)
    }
  }
}

/** A lantern every 18 m, on alternating sides. They hang over the street and are in nobody's way. */
function lightStreets(plan: Plan): void {
  for (const { line, width, isBuilt } of streets) {
    if (!isBuilt) continue
    for (const [i, { at, way }] of along(line, 18).slice(1).entries()) {
      plan.point('decor', 'lamp', add(at, leftOf(way), (i % 2 === 0 ? 1 : -1) * (width / 2 + 0.4)))
    }
  }
}
