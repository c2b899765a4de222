/**
 * The plan of the haunted house, in bricks of 12 pixels: two wings of three rooms, a hall between them with pillars,
 * a gallery along each side of it. y counts down from the top, as in Tiled.
 */
const BRICK = 12
const COLUMNS = 144
const ROWS = 81
/** How wide a doorway is, in bricks. */
const DOOR = 6
const LAMP_PIXELS = 10

type Box = readonly [x: number, y: number, w: number, h: number]

/** A wall from left to right, with doorways that begin at the given bricks. */
function across(y: number, from: number, to: number, doors: readonly number[]): Box[] {
  return spans(from, to, doors).map(([x, w]) => [x, y, w, 1])
}

/** A wall from top to bottom. */
function down(x: number, from: number, to: number, doors: readonly number[]): Box[] {
  return spans(from, to, doors).map(([y, h]) => [x, y, 1, h])
}

function spans(from: number, to: number, doors: readonly number[]): [number, number][] {
  const pieces: [number, number][] = []
  let at = from
  for (const door of [...doors].sort((a, b) => a - b)) {
    if (door > at) pieces.push([at, door - at])
    at = door + DOOR
  }
  if (to > at) pieces.push([at, to - at])
  return pieces
}

const walls: readonly Box[] = [
  // The wings.
  ...down(36, 0, 81, [6, 20, 38, 62]),
  ...down(107, 0, 81, [12, 32, 50, 68]),
  ...across(27, 0, 36, [6, 24]),
  ...across(54, 0, 36, [14]),
  ...across(27, 108, 144, [114, 132]),
  ...across(54, 108, 144, [122]),
  ...down(18, 28, 54, [42]),
  ...down(126, 28, 54, [30]),
  ...down(20, 0, 27, [14]),
  ...down(124, 55, 81, [64]),
  // The galleries.
  ...across(15, 37, 107, [44, 69, 96]),
  ...across(65, 37, 107, [48, 72, 92]),
  ...down(60, 0, 15, [5]),
  ...down(84, 0, 15, [7]),
  ...down(58, 66, 81, [71]),
  ...down(86, 66, 81, [69]),
  // Pillars, and what stands in the hall.
  [50, 26, 3, 3],
  [91, 26, 3, 3],
  [50, 52, 3, 3],
  [91, 52, 3, 3],
  [64, 33, 6, 1],
  [74, 47, 6, 1],
  [62, 42, 1, 8],
  [81, 31, 1, 8],
  // Cupboards and beds in the rooms.
  [8, 8, 5, 2],
  [26, 10, 2, 6],
  [6, 40, 4, 2],
  [26, 36, 2, 5],
  [10, 64, 6, 2],
  [24, 70, 2, 6],
  [116, 8, 6, 2],
  [133, 14, 2, 6],
  [114, 40, 2, 6],
  [134, 44, 5, 2],
  [114, 72, 5, 2],
  [134, 62, 2, 6],
  [46, 73, 5, 1],
  [70, 7, 1, 4],
  [95, 74, 5, 1],
]

/** Light posts: the middle in bricks, and how many metres they reach. */
const lamps: readonly (readonly [x: number, y: number, reach: number])[] = [
  [72, 40, 16],
  [12, 18, 11],
  [30, 62, 11],
  [50, 8, 10],
  [98, 72, 10],
  [116, 20, 11],
  [138, 58, 11],
  [30, 46, 9],
]

/** Returns the map as Tiled keeps it. */
export function planHouse(): string {
  let id = 1
  const box = (x: number, y: number, width: number, height: number, more: object = {}) => ({
    ...{ id: id++, name: '', type: '', rotation: 0, visible: true, x, y, width, height },
    ...more,
  })
  const layer = (name: string, objects: readonly object[]) => ({
    ...{ id: id++, name, type: 'objectgroup', draworder: 'index', opacity: 1, visible: true, x: 0, y: 0 },
    objects,
  })
  const wallBoxes = walls.map(([x, y, w, h]) => box(x * BRICK, y * BRICK, w * BRICK, h * BRICK))
  const lampBoxes = lamps.map(([x, y, reach]) =>
    box(x * BRICK - LAMP_PIXELS / 2, y * BRICK - LAMP_PIXELS / 2, LAMP_PIXELS, LAMP_PIXELS, {
      properties: [
        { name: 'reach', type: 'float', value: reach },
        // In the way like a wall, and hiding as little as water.
        { name: 'solid', type: 'string', value: 'water' },
      ],
    }),
  )
  const gate = box(72 * BRICK, 78 * BRICK, 0, 0, { name: 'gate', point: true })
  return `${JSON.stringify(
    {
      ...{ type: 'map', version: '1.10', tiledversion: '1.11.2', orientation: 'orthogonal' },
      ...{ renderorder: 'right-down', infinite: false, compressionlevel: -1 },
      ...{ width: COLUMNS, height: ROWS, tilewidth: BRICK, tileheight: BRICK },
      properties: [{ name: 'pixelsPerMetre', type: 'int', value: 16 }],
      tilesets: [],
      layers: [layer('walls', wallBoxes), layer('lamps', lampBoxes), layer('spawn', [gate])],
      ...{ nextlayerid: id, nextobjectid: id },
    },
    null,
    1,
  )}\n`
}
