import type { Dice } from './dice.ts'
import { add, along, leftOf, type Point, type Polygon, point, rectangle } from './geometry.ts'
import { buildHouse, footprint, type House } from './house.ts'
import type { Plan } from './plan.ts'
import { digStairs } from './stairs.ts'
import { market, streets } from './street.ts'

/** The buildings that have a name, placed by hand. */
const landmarks: readonly House[] = [
  {
    origin: point(228, 292),
    way: point(1, 0),
    width: 21,
    depth: 13,
    door: 10.5,
    doorWidth: 2.6,
    hasBackDoor: true,
    style: 'hall',
    tint: 4,
    furniture: 'hall',
    name: 'Town Hall',
  },
  {
    origin: point(290, 285),
    way: point(0, -1),
    width: 14,
    depth: 11,
    door: 7,
    doorWidth: 2,
    hasBackDoor: true,
    style: 'house',
    tint: 1,
    furniture: 'inn',
    name: 'The Drowned Lantern',
  },
  {
    origin: point(222, 247),
    way: point(0, 1),
    width: 11,
    depth: 9,
    door: 5.5,
    doorWidth: 2.4,
    style: 'house',
    tint: 3,
    furniture: 'smithy',
    name: 'Smithy',
  },
  {
    origin: point(282, 238),
    way: point(-1, 0),
    width: 15,
    depth: 9.5,
    door: 7.5,
    doorWidth: 2,
    partition: 10,
    style: 'house',
    tint: 2,
    furniture: 'home',
    name: "Apothecary's",
  },
  {
    // At the water, on Miller's Lane.
    origin: point(139.5, 345),
    way: point(-0.196, -0.98),
    width: 11,
    depth: 9,
    door: 5.5,
    doorWidth: 1.8,
    style: 'house',
    tint: 5,
    furniture: 'smithy',
    name: 'Mill',
  },
]

export function buildLandmarks(plan: Plan, dice: Dice): void {
  for (const house of landmarks) buildHouse(plan, house, dice)
  plan.point('decor', 'wheel', point(150.8, 337.5), {}, 'Mill wheel')
}

/** Houses along both sides of every built street, wherever there is room, with gardens behind some of them. */
export function buildHouses(plan: Plan, dice: Dice): number {
  let built = 0
  const gardens: { origin: Point; way: Point; width: number }[] = []
  for (const street of streets) {
    if (!street.isBuilt) continue
    for (const side of [1, -1]) {
      const places = along(side === 1 ? street.line : street.line.toReversed(), 1)
      let next = 3
      for (let i = 2; i < places.length - 2; i++) {
        const { at, way, metres } = places[i]
        if (metres < next) continue
        const house = sketch(add(at, leftOf(way), street.width / 2 + dice.between(1.1, 2)), way, dice)
        if (!hasRoom(plan, house)) continue
        buildHouse(plan, house, dice)
        built++
        next = metres + house.width + dice.between(2.2, 4.5)
        if (dice.chance(0.7)) {
          const start = add(house.origin, leftOf(house.way), house.depth + 1.6)
          gardens.push({ origin: start, way: house.way, width: house.width })
        }
      }
    }
  }
  for (const garden of gardens) plantGarden(plan, garden, dice)
  return built
}

function sketch(origin: Point, way: Point, dice: Dice): House {
  // Half metres, and streets that run due north or east keep their houses so: those become Tiled rectangles.
  const half = (metres: number): number => Math.round(metres * 2) / 2
  const width = half(dice.between(8, 13.5))
  const depth = half(dice.between(7.5, 10))
  const isStraight = Math.abs(way.x) < 0.06 || Math.abs(way.y) < 0.06
  const straight = Math.abs(way.x) > 0.5 ? point(Math.sign(way.x), 0) : point(0, Math.sign(way.y))
  return {
    origin,
    way: isStraight ? straight : way,
    width,
    depth,
    door: half(width * dice.pick([0.3, 0.5, 0.7])),
    doorWidth: 1.6,
    hasBackDoor: dice.chance(0.45),
    partition: width > 11 ? half(width * 0.5) + 1 : undefined,
    style: 'house',
    tint: dice.integer(0, 5),
    furniture: 'home',
  }
}

function hasRoom(plan: Plan, house: House): boolean {
  return (
    plan.isFree(footprint(house), 1) &&
    plan.isFree(
      rectangle(house.origin, house.way, { u0: 0.5, v0: -0.4, u1: house.width - 0.5, v1: house.depth + 1 }),
      0.6,
    )
  )
}

/** A bed of flowers or cabbages behind a house, with a hedge on three sides. */
function plantGarden(
  plan: Plan,
  { origin, way, width }: { origin: Point; way: Point; width: number },
  dice: Dice,
): void {
  const depth = dice.between(5, 8)
  const plot = rectangle(origin, way, { u0: 0.3, v0: 0, u1: width - 0.3, v1: depth })
  if (!plan.isFree(plot, 0.8)) return
  plan.claim(plot)
  const kind = dice.pick(['flowers', 'cabbages', 'herbs', 'flowers'])
  const hedge = (u0: number, v0: number, u1: number, v1: number): void =>
    plan.polygon('walls', 'hedge', rectangle(origin, way, { u0, v0, u1, v1 }))
  hedge(0.3, depth - 0.6, width - 0.3, depth)
  hedge(0.3, 1.2, 0.9, depth - 0.6)
  hedge(width - 0.9, 1.2, width - 0.3, depth - 0.6)
  plan.polygon(
    'decor',
    'garden',
    rectangle(origin, way, { u0: 0.9, v0: 0, u1: width - 0.9, v1: depth - 0.6 }),
  )
  for (let v = 1.4; v < depth - 1.6; v += 1.7) {
    const bed: Polygon = rectangle(origin, way, { u0: 1.7, v0: v, u1: width - 1.7, v1: v + 0.9 })
    plan.polygon('decor', 'bed', bed, { kind, tint: dice.integer(0, 5) })
  }
}

/** The fountain, the well, stalls, benches, flowers and four trees of the market. */
export function furnishMarket(plan: Plan, dice: Dice): void {
  const middle = point((market.x0 + market.x1) / 2, (market.y0 + market.y1) / 2)
  plan.circle('water', 'fountain', middle, 3.2)
  plan.circle('water', 'well', point(market.x0 + 6, market.y1 - 6), 1)
  digStairs(plan, point(279.8, 279.6), { opens: 'south', to: ['catacombs', 'cellar'], name: 'cellar stairs' })
  const stalls: [number, number][] = [
    [236, 250],
    [243, 250],
    [264, 250],
    [271, 250],
    [240, 279],
    [247, 279],
    [265, 279],
    [272, 279],
  ]
  for (const [x, y] of stalls) {
    plan.polygon(
      'walls',
      'stall',
      rectangle(point(x - 1.75, y - 0.8), point(1, 0), { u0: 0, v0: 0, u1: 3.5, v1: 1.6 }),
    )
    const awning = rectangle(point(x - 2.2, y - 1.3), point(1, 0), { u0: 0, v0: 0, u1: 4.4, v1: 2.6 })
    plan.polygon('decor', 'awning', awning, { tint: dice.integer(0, 5) })
    if (dice.chance(0.6))
      plan.polygon(
        'walls',
        'crate',
        rectangle(point(x + 2.6, y - 0.4), point(1, 0), { u0: 0, v0: 0, u1: 0.9, v1: 0.9 }),
      )
    if (dice.chance(0.6)) plan.circle('walls', 'barrel', point(x - 2.8, y), 0.45)
  }
  for (const [x, y] of [
    [251, 260],
    [261, 260],
    [251, 270],
    [261, 270],
  ])
    plan.polygon(
      'decor',
      'bench',
      rectangle(point(x - 0.9, y - 0.25), point(1, 0), { u0: 0, v0: 0, u1: 1.8, v1: 0.5 }),
    )
  const [far, near] = [11, 7.8]
  for (const [x, y] of [
    [far, 0],
    [near, near],
    [0, far],
    [-near, near],
    [-far, 0],
    [-near, -near],
    [0, -far],
    [near, -near],
  ]) {
    plan.circle('walls', 'planter', add(middle, point(x, y)), 0.6)
  }
  for (const [x, y] of [
    [231, 247],
    [281, 247],
    [281, 283],
    [231, 273],
  ]) {
    plan.circle('trees', 'lime', point(x, y), 0.5)
  }
}
