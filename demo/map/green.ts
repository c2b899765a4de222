import type { Dice } from './dice.ts'
import { distance, distanceToLine, isInside, type Point, type Polygon, point } from './geometry.ts'
import type { Plan } from './plan.ts'
import { isWet, lake, river } from './river.ts'
import { wallCorners } from './town-wall.ts'

/** How thick a trunk is, metres. */
const trunks = { oak: 0.6, birch: 0.35, pine: 0.45, apple: 0.35, willow: 0.55, lime: 0.5, bare: 0.4 } as const
export type TreeKind = keyof typeof trunks

const forests: readonly { ground: Polygon; kinds: readonly TreeKind[]; gap: number }[] = [
  {
    ground: ring([
      [424, 150],
      [512, 140],
      [512, 258],
      [470, 256],
      [448, 240],
      [440, 190],
    ]),
    kinds: ['pine', 'pine', 'oak'],
    gap: 4.4,
  },
  {
    ground: ring([
      [420, 0],
      [512, 0],
      [512, 100],
      [470, 116],
      [430, 108],
      [404, 60],
    ]),
    kinds: ['oak', 'birch', 'oak'],
    gap: 4.8,
  },
  {
    ground: ring([
      [0, 0],
      [70, 0],
      [62, 60],
      [40, 130],
      [0, 150],
    ]),
    kinds: ['pine', 'birch'],
    gap: 4.6,
  },
  {
    ground: ring([
      [0, 470],
      [80, 462],
      [96, 512],
      [0, 512],
    ]),
    kinds: ['pine', 'pine', 'bare'],
    gap: 4.4,
  },
  {
    ground: ring([
      [440, 282],
      [512, 282],
      [512, 380],
      [482, 390],
      [450, 362],
      [424, 340],
    ]),
    kinds: ['birch', 'oak'],
    gap: 5,
  },
]

const orchard: Polygon = ring([
  [108, 18],
  [232, 16],
  [232, 56],
  [176, 60],
  [110, 70],
])
const grove: Polygon = ring([
  [286, 424],
  [346, 438],
  [340, 500],
  [280, 500],
])

/** Who plants, and where trees stand already. */
class Nursery {
  readonly #plan: Plan
  readonly #dice: Dice
  readonly #planted: Point[] = []

  constructor(plan: Plan, dice: Dice) {
    this.#plan = plan
    this.#dice = dice
  }

  /** A tree here, if there is room: `margin` metres to everything else, `gap` metres to the next tree. */
  plant(kind: TreeKind, at: Point, { margin, gap }: { margin: number; gap: number }): void {
    if (this.#planted.some((other) => distance(other, at) < gap)) return
    if (!this.#plan.isFree(at, margin) || isWet(at, 1.5)) return
    this.#planted.push(at)
    this.#plan.circle('trees', kind, at, trunks[kind] * this.#dice.between(0.85, 1.25))
  }

  /** As many trees on this ground as stand there with `gap` metres between them. */
  forest(ground: Polygon, kinds: readonly TreeKind[], gap: number): void {
    const xs = ground.map((p) => p.x)
    const ys = ground.map((p) => p.y)
    const [x0, x1] = [Math.max(2, Math.min(...xs)), Math.min(510, Math.max(...xs))]
    const [y0, y1] = [Math.max(2, Math.min(...ys)), Math.min(510, Math.max(...ys))]
    const tries = ((x1 - x0) * (y1 - y0)) / (gap * 1.6)
    for (let i = 0; i < tries; i++) {
      const at = point(this.#dice.between(x0, x1), this.#dice.between(y0, y1))
      if (isInside(at, ground)) this.plant(this.#dice.pick(kinds), at, { margin: 1.4, gap })
    }
  }
}

/** Forests by the dozen, an orchard in rows, willows at the water, a few trees in the streets. */
export function plantTrees(plan: Plan, dice: Dice): void {
  raiseStones(plan)
  const nursery = new Nursery(plan, dice)
  for (let x = 112; x < 230; x += 6.5) {
    for (let y = 20; y < 68; y += 6.5) {
      const at = point(x + dice.between(-0.4, 0.4), y + dice.between(-0.4, 0.4))
      if (isInside(at, orchard)) nursery.plant('apple', at, { margin: 1.6, gap: 4 })
    }
  }
  for (const { ground, kinds, gap } of forests) nursery.forest(ground, kinds, gap)
  nursery.forest(grove, ['birch', 'lime'], 8)
  for (let tries = 0; tries < 900; tries++) {
    const at = point(dice.between(4, 508), dice.between(4, 508))
    const wet = isWet(at, 7)
    if (wet && !isWet(at, 2.2)) nursery.plant('willow', at, { margin: 2.5, gap: 9 })
  }
  // Loners: in yards within the wall, in meadows without.
  for (let tries = 0; tries < 2600; tries++) {
    const at = point(dice.between(3, 509), dice.between(3, 509))
    const isTown = isInside(at, wallCorners)
    const isEdge = Math.min(at.x, at.y, 512 - at.x, 512 - at.y) < 16
    if (isTown) nursery.plant(dice.pick(['lime', 'apple', 'birch']), at, { margin: 2.4, gap: 9 })
    else nursery.plant(dice.pick(['oak', 'birch', 'oak', 'pine']), at, { margin: 3, gap: isEdge ? 5.5 : 17 })
  }
}

/** Nine standing stones in a clearing of the eastern forest. */
function raiseStones(plan: Plan): void {
  const middle = point(476, 200)
  const ways = [
    [1, 0],
    [0.77, 0.64],
    [0.17, 0.98],
    [-0.5, 0.87],
    [-0.94, 0.34],
    [-0.94, -0.34],
    [-0.5, -0.87],
    [0.17, -0.98],
    [0.77, -0.64],
  ]
  const circle = ways.map(([x, y]) => point(middle.x + x * 9, middle.y + y * 9))
  for (const [i, at] of circle.entries()) plan.circle('walls', 'stone', at, 0.7 + (i % 3) * 0.12)
  plan.claim(circle)
  plan.polygon('decor', 'clearing', circle, {}, 'Nine Maidens')
  plan.point('decor', 'wisp', middle)
}

/** Fields and meadows: only painted, nobody trips over wheat. */
export function sowFields(plan: Plan): void {
  const fields: [Polygon, string][] = [
    [
      ring([
        [272, 60],
        [340, 58],
        [342, 92],
        [274, 90],
      ]),
      'wheat',
    ],
    [
      ring([
        [268, 12],
        [330, 10],
        [334, 38],
        [270, 36],
      ]),
      'barley',
    ],
    [
      ring([
        [352, 60],
        [396, 66],
        [388, 100],
        [350, 92],
      ]),
      'lavender',
    ],
    [
      ring([
        [94, 122],
        [126, 114],
        [124, 150],
        [86, 160],
      ]),
      'wheat',
    ],
    [
      ring([
        [168, 454],
        [236, 450],
        [240, 492],
        [166, 496],
      ]),
      'lavender',
    ],
    [
      ring([
        [112, 480],
        [152, 456],
        [158, 500],
        [118, 506],
      ]),
      'barley',
    ],
    [
      ring([
        [10, 184],
        [50, 182],
        [46, 240],
        [12, 238],
      ]),
      'wheat',
    ],
    [
      ring([
        [10, 276],
        [38, 276],
        [34, 346],
        [10, 350],
      ]),
      'barley',
    ],
  ]
  for (const [field, kind] of fields) {
    plan.polygon('decor', 'field', field, { kind })
    plan.claim(field)
  }
}

/** Reeds and stones along the water, flowers in the grass, lamps along the streets. */
export function strewDetails(plan: Plan, dice: Dice): void {
  const shore = [...lake, lake[0]]
  for (let i = 0; i < 2400; i++) {
    const at = point(dice.between(2, 510), dice.between(2, 510))
    const toWater = Math.min(Math.abs(distanceToLine(at, river) - 6.6), distanceToLine(at, shore))
    if (toWater < 1.2 && plan.isFree(at, -1.5)) plan.point('decor', dice.chance(0.8) ? 'reeds' : 'rock', at)
  }
}

function ring(corners: readonly (readonly [number, number])[]): Polygon {
  return corners.map(([x, y]) => point(x, y))
}
