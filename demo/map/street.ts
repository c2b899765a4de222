import { type Point, point, smooth } from './geometry.ts'
import type { Plan } from './plan.ts'

export interface Street {
  readonly name: string
  readonly surface: 'cobble' | 'dirt'
  /** Metres that stay free of everything solid. */
  readonly width: number
  readonly line: readonly Point[]
  /** Whether houses stand along it. */
  readonly isBuilt: boolean
}

/** Where the gates of the town wall are; the four main streets pass through them. */
export const gates = {
  west: point(88, 262),
  north: point(249, 405.5),
  east: point(399, 251),
  south: point(257, 101),
} as const

/** The market square, from its south-west to its north-east corner. */
export const market = { x0: 228, y0: 244, x1: 284, y1: 286 } as const

/** All streets and paths, main ones first. Plain numbers: the plan was drawn on squared paper. */
export const streets: readonly Street[] = [
  street('High Street', 'cobble', 6, [
    [228, 265],
    [206, 267],
    [178, 270],
    [150, 268],
    [118, 263],
    [88, 262],
  ]),
  street('High Street', 'cobble', 6, [
    [284, 264],
    [312, 262],
    [345, 256],
    [399, 251],
  ]),
  street('North Street', 'cobble', 5.5, [
    [256, 286],
    [254, 318],
    [250, 356],
    [249, 405.5],
  ]),
  street('Bridge Street', 'cobble', 5.5, [
    [256, 244],
    [256, 222],
    [256, 198],
    [256, 172],
    [256, 140],
    [257, 101],
  ]),
  street('Lantern Row', 'cobble', 4, [
    [251.5, 344],
    [280, 345],
    [312, 342],
    [336, 326],
    [346, 296],
    [346, 256],
  ]),
  street("Weavers' Lane", 'cobble', 4, [
    [253.5, 322],
    [228, 324],
    [204, 316],
    [200, 292],
    [202, 267.4],
  ]),
  street('River Walk', 'cobble', 4, [
    [256, 219],
    [284, 216],
    [314, 209],
    [330, 214],
    [336, 236],
    [336, 257.6],
  ]),
  street("Tanner's Row", 'cobble', 4, [
    [136, 266],
    [138, 236],
    [134, 204],
    [150, 176],
    [184, 158],
    [222, 152],
    [256, 152],
  ]),
  street("Miller's Lane", 'cobble', 4, [
    [122, 263.6],
    [116, 292],
    [122, 320],
    [134, 334],
  ]),
  street('Bell Lane', 'cobble', 4, [
    [256, 128],
    [286, 128],
    [316, 136],
    [336, 147],
  ]),
  street('Church Street', 'cobble', 4, [
    [250.6, 372],
    [222, 374],
    [196, 366],
    [184, 344],
    [184, 316],
    [201.6, 306],
  ]),
  street(
    'West Road',
    'dirt',
    5,
    [
      [88, 262],
      [66, 260],
      [40, 255],
      [18, 258],
      [-4, 262],
    ],
    false,
  ),
  street(
    'North Road',
    'dirt',
    5,
    [
      [249, 405.5],
      [250, 430],
      [258, 460],
      [262, 490],
      [262, 516],
    ],
    false,
  ),
  street(
    'East Road',
    'dirt',
    5,
    [
      [399, 251],
      [424, 254],
      [452, 262],
      [482, 266],
      [516, 270],
    ],
    false,
  ),
  street(
    'South Road',
    'dirt',
    5,
    [
      [257, 101],
      [256, 76],
      [250, 50],
      [254, 22],
      [256, -4],
    ],
    false,
  ),
  street(
    'Chapel Path',
    'dirt',
    3.5,
    [
      [250, 428],
      [216, 440],
      [176, 442],
      [122, 436],
      [104, 420],
      [94, 411],
      [86, 410],
      [76, 410],
    ],
    false,
  ),
  street(
    'Graveyard Path',
    'dirt',
    3.5,
    [
      [46, 256],
      [52, 290],
      [48, 322],
      [58, 346],
      [65.8, 358],
      [65.8, 370],
    ],
    false,
  ),
  street(
    'Lake Path',
    'dirt',
    3.5,
    [
      [254, 446],
      [290, 452],
      [322, 446],
      [346, 430],
    ],
    false,
  ),
  street(
    'Shore Path',
    'dirt',
    3.5,
    [
      [424, 254],
      [430, 290],
      [420, 322],
      [392, 344],
    ],
    false,
  ),
  street(
    'Orchard Path',
    'dirt',
    3.5,
    [
      [252, 60],
      [210, 62],
      [168, 68],
      [130, 76],
      [100, 92],
    ],
    false,
  ),
  street(
    'Forest Path',
    'dirt',
    3.5,
    [
      [440, 258],
      [448, 224],
      [440, 190],
      [436, 150],
      [438, 120],
      [432, 88],
      [410, 62],
    ],
    false,
  ),
  street(
    'Meadow Path',
    'dirt',
    3.5,
    [
      [253, 40],
      [300, 46],
      [350, 48],
      [410, 62],
      [452, 56],
    ],
    false,
  ),
  street(
    'Mill Path',
    'dirt',
    3.5,
    [
      [58, 259],
      [66, 220],
      [60, 176],
      [78, 132],
      [100, 92],
    ],
    false,
  ),
]

export function layStreets(plan: Plan): void {
  for (const { name, surface, width, line } of streets) {
    plan.line('decor', 'street', line, { surface, width }, name)
    plan.claimLine(line, width / 2)
  }
  const { x0, y0, x1, y1 } = market
  const square = [point(x0, y0), point(x1, y0), point(x1, y1), point(x0, y1)]
  plan.polygon('decor', 'square', square, { surface: 'flagstone' }, 'Market Square')
  plan.claim(square)
}

function street(
  name: string,
  surface: Street['surface'],
  width: number,
  corners: readonly (readonly [number, number])[],
  isBuilt = true,
): Street {
  const line = smooth(
    corners.map(([x, y]) => point(x, y)),
    4,
  )
  return { name, surface, width, line, isBuilt }
}
