import type { Dice } from './dice.ts'
import { add, leftOf, type Point, type Polygon, point, rectangle } from './geometry.ts'
import { buildHouse } from './house.ts'
import type { Plan } from './plan.ts'
import { digStairs } from './stairs.ts'

/** Fenced ground, from its south-west to its north-east corner. The gate is in the east, the postern in the south. */
const yard = { x0: 24, y0: 366, x1: 82, y1: 446 } as const
const gate = { y0: 407.5, y1: 412.5 } as const
const postern = { x0: 63.5, x1: 68 } as const

/** A chapel among graves, outside the wall where such things belong; what walks there at night is not on the map. */
export function layGraveyard(plan: Plan, dice: Dice): void {
  const ground: Polygon = [
    point(yard.x0, yard.y0),
    point(yard.x1, yard.y0),
    point(yard.x1, yard.y1),
    point(yard.x0, yard.y1),
  ]
  plan.polygon('decor', 'graveyard', ground, {}, 'Haunted Yard')
  const fence = (x0: number, y0: number, x1: number, y1: number): void =>
    plan.polygon('walls', 'fence', [point(x0, y0), point(x1, y0), point(x1, y1), point(x0, y1)])
  const thin = 0.25
  fence(yard.x0, yard.y0, postern.x0, yard.y0 + thin)
  fence(postern.x1, yard.y0, yard.x1, yard.y0 + thin)
  fence(yard.x0, yard.y1 - thin, yard.x1, yard.y1)
  fence(yard.x0, yard.y0, yard.x0 + thin, yard.y1)
  fence(yard.x1 - thin, yard.y0, yard.x1, gate.y0)
  fence(yard.x1 - thin, gate.y1, yard.x1, yard.y1)
  const paths: Point[][] = [
    [point(yard.x1, 410), point(66, 410), point(56, 410)],
    [point(65.8, yard.y0), point(65.5, 390), point(66, 410)],
  ]
  for (const line of paths) {
    plan.line('decor', 'street', line, { surface: 'dirt', width: 3 }, 'Yard Path')
    plan.claimLine(line, 1.8)
  }

  buildHouse(
    plan,
    {
      origin: point(54, 404),
      way: point(0, 1),
      width: 12,
      depth: 19,
      door: 6,
      doorWidth: 2.2,
      style: 'chapel',
      tint: 4,
      furniture: 'chapel',
      name: 'Chapel of the Last Bell',
    },
    dice,
  )
  const crypt = rectangle(point(30, 434), point(1, 0), { u0: 0, v0: 0, u1: 7, v1: 6 })
  plan.polygon('walls', 'crypt', crypt, {}, 'Crypt')
  plan.claim(crypt)
  digStairs(plan, point(33.5, 430.6), { opens: 'south', to: ['catacombs', 'crypt'], name: 'crypt stairs' })

  // Rows of stones, a little crooked, some missing.
  for (let x = yard.x0 + 4; x < yard.x1 - 3; x += 4.2) {
    for (let y = yard.y0 + 5; y < yard.y1 - 4; y += 5) {
      const at = point(x + dice.between(-0.4, 0.4), y + dice.between(-0.5, 0.5))
      const tilt = dice.between(-0.12, 0.12)
      const kind = dice.pick(['slab', 'cross', 'slab', 'round'])
      if (dice.chance(0.16) || !plan.isFree(at, 1.3)) continue
      const way = point(1 - tilt * tilt * 0.5, tilt)
      plan.polygon('walls', 'grave', rectangle(add(at, way, -0.5), way, { u0: 0, v0: 0, u1: 1, v1: 0.35 }))
      plan.polygon(
        'decor',
        'mound',
        rectangle(add(add(at, way, -0.5), leftOf(way), -2), way, { u0: 0, v0: 0, u1: 1, v1: 1.9 }),
        { kind },
      )
    }
  }
  const bare: [number, number][] = [
    [29, 371],
    [77, 372],
    [78, 440],
    [28, 414],
    [48, 441],
    [60, 398],
  ]
  for (const [x, y] of bare) if (plan.isFree(point(x, y), 0.6)) plan.circle('trees', 'bare', point(x, y), 0.4)
  for (const [x, y] of [
    [40, 378],
    [70, 384],
    [36, 424],
    [60, 430],
    [76, 402],
  ])
    plan.point('decor', 'wisp', point(x, y))
}
