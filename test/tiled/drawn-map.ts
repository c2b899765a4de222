/** Maps from a seed, whose pictures show what is solid on them: what a rasterizer draws white, and nothing else. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../src/core/index.ts'
import { type DrawnTile, drawTile } from './drawing.ts'
import { Bitmap, png } from './png.ts'

/** Red: the square of the map's upper left tile, by which one finds it in a picture. */
export const MARK = [255, 0, 0] as const

const HANGS = [
  '',
  'topleft',
  'top',
  'topright',
  'left',
  'center',
  'right',
  'bottomleft',
  'bottom',
  'bottomright',
]
const FLAGS = [0x8000_0000, 0x4000_0000, 0x2000_0000]

interface DrawnSet {
  readonly firstGid: number
  readonly tiles: ReadonlyMap<number, DrawnTile>
  readonly json: Record<string, unknown>
}

export interface DrawnMap {
  readonly file: string
  /** Of the map, pixels. */
  readonly width: number
  readonly height: number
  /** Of the square that is marked. */
  readonly mark: { readonly width: number; readonly height: number }
  /** How far from the edge of a solid its picture may differ from it, pixels. */
  readonly edge: number
}

/**
 * Writes the map of a seed, with its pictures, tilesets and templates, to a folder.
 *
 * @param of  `tiles` in layers and as objects, or one `shape` that is no tile
 */
export function drawMap(seed: number, folder: string, of: 'tiles' | 'shape' = 'tiles'): DrawnMap {
  const random = new Random(seed)
  const tile = random.pick([
    { width: 16, height: 16 },
    { width: 24, height: 16 },
    { width: 32, height: 32 },
    { width: 16, height: 24 },
  ])
  const isInfinite = of === 'tiles' && random.chance(0.3)
  const columns = isInfinite ? 32 : random.integer(6, 10)
  const rows = isInfinite ? 16 : random.integer(6, 10)
  const origin = isInfinite ? { x: -16, y: -16 } : { x: 0, y: 0 }
  const save = (name: string, content: Uint8Array | object): void =>
    writeFileSync(join(folder, name), content instanceof Uint8Array ? content : JSON.stringify(content))
  const sets = [atlas(random, tile, save), collection(random, tile, save)]
  const mark = markSet(tile, save)
  /** The number of a tile of some kind, mirrored any way. */
  const any = (kinds: readonly DrawnTile['is'][]): number => {
    const numbers = sets.flatMap(({ firstGid, tiles }) =>
      [...tiles].filter(([, { is }]) => kinds.includes(is)).map(([id]) => firstGid + id),
    )
    return FLAGS.reduce((gid, flag) => (random.chance(0.4) ? gid + flag : gid), random.pick(numbers))
  }
  const layerOf = (name: string, tileAt: (column: number, row: number) => number, parts: object = {}) => {
    const block = (x: number, y: number, width: number, height: number) => ({
      ...{ x, y, width, height },
      data: Array.from({ length: width * height }, (_, i) =>
        tileAt(x + (i % width), y + Math.floor(i / width)),
      ),
    })
    const whole = block(origin.x, origin.y, columns, rows)
    const chunks = [block(-16, -16, 16, 16), block(0, -16, 16, 16)]
    const tiles = isInfinite ? { chunks, width: 32, height: 16, startx: -16, starty: -16, x: 0, y: 0 } : whole
    return { name, type: 'tilelayer', visible: true, opacity: 1, ...tiles, ...parts }
  }
  const offset = () => ({ offsetx: random.integer(-20, 20), offsety: random.integer(-20, 20) })
  const size = { width: columns * tile.width, height: rows * tile.height }
  const things = anyObjects(random, { size, origin, tile, sets, any, save })
  const area = { x: origin.x * tile.width, y: origin.y * tile.height, ...size }
  const tiles = [
    {
      ...{ name: 'all', type: 'group', visible: true, opacity: 1, ...offset() },
      layers: [
        layerOf('ground', () => (random.chance(0.2) ? any(['ground', 'whole', 'shapes']) : 0), offset()),
        { ...things, ...offset() },
      ],
    },
    layerOf('walls', () => (random.chance(0.06) ? any(['whole', 'shapes']) : 0)),
  ]
  const layers = [
    ...(of === 'tiles' ? tiles : [plainShape(random, area, offset())]),
    layerOf('decor', (x, y) => (x === origin.x && y === origin.y ? mark.firstGid : 0)),
  ]
  const numbered = { ids: 0 }
  const map = {
    ...{ type: 'map', version: '1.8', tiledversion: '1.8.2', orientation: 'orthogonal' },
    ...{ renderorder: 'right-down', infinite: isInfinite, width: columns, height: rows },
    ...{ tilewidth: tile.width, tileheight: tile.height, nextlayerid: 99, nextobjectid: 99 },
    properties: [{ name: 'pixelsPerMetre', type: 'int', value: 16 }],
    layers: withIds(layers, numbered),
    tilesets: [...sets, mark].map(({ json }) => json),
  }
  const file = join(folder, `map-${seed}.tmj`)
  save(`map-${seed}.tmj`, map)
  // A pixel of a picture that is stretched is as much larger, and its edge as much coarser; a plain shape has a
  // line and a shadow.
  return { file, ...size, mark: tile, edge: of === 'tiles' ? 1.1 * STRETCH_MAX : 4 }
}

const STRETCH_MAX = 2

function withIds(layers: readonly object[], numbered: { ids: number }): object[] {
  return layers.map((layer) => {
    const id = ++numbered.ids
    const { layers: inside } = layer as { layers?: object[] }
    return inside ? { ...layer, id, layers: withIds(inside, numbered) } : { ...layer, id }
  })
}

type Save = (name: string, content: Uint8Array | object) => void
interface Size {
  readonly width: number
  readonly height: number
}

function placing(random: Random): Record<string, unknown> {
  const hang = random.pick(HANGS)
  return {
    ...(random.chance(0.5) ? { tileoffset: { x: random.integer(-12, 12), y: random.integer(-12, 12) } } : {}),
    ...(hang === '' ? {} : { objectalignment: hang }),
  }
}

/** Four tiles in one image, with space around and between them. */
function atlas(random: Random, tile: Size, save: Save): DrawnSet {
  const { width, height } = random.chance(0.5)
    ? tile
    : { width: random.integer(12, 40), height: random.integer(12, 40) }
  const [margin, spacing] = [random.integer(0, 3), random.integer(0, 3)]
  const drawn = (['ground', 'whole', 'shapes', 'shapes'] as const).map((is) =>
    drawTile(random, width, height, is),
  )
  const bitmap = new Bitmap(2 * margin + 4 * width + 3 * spacing, 2 * margin + height)
  for (const [id, { bitmap: picture }] of drawn.entries())
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (picture.bytes[(y * width + x) * 4 + 3] > 0)
          bitmap.paint(margin + id * (width + spacing) + x, margin + y, [255, 255, 255])
  save('atlas.png', png(bitmap))
  const set = {
    ...{ name: 'atlas', type: 'tileset', version: '1.8', columns: 4, tilecount: 4 },
    ...{ tilewidth: width, tileheight: height, margin, spacing },
    ...{ image: 'atlas.png', imagewidth: bitmap.width, imageheight: bitmap.height },
    tiles: drawn.map(({ said }, id) => ({ id, ...said })),
    ...placing(random),
  }
  const tiles = new Map(drawn.map((each, id) => [id, each]))
  // Not 1: in a template, whose only set it is, its tiles have other numbers than in the map.
  const firstGid = 5
  if (random.chance(0.5)) return { firstGid, tiles, json: { firstgid: firstGid, ...set } }
  save('atlas.tsj', set)
  return { firstGid, tiles, json: { firstgid: firstGid, source: 'atlas.tsj' } }
}

/** Images of their own, of any size, with gaps between their numbers. */
function collection(random: Random, tile: Size, save: Save): DrawnSet {
  const tiles = new Map<number, DrawnTile>()
  let id = 0
  for (const is of ['whole', 'shapes', 'whole', 'shapes'] as const) {
    const isOfGrid = random.chance(0.3)
    const [width, height] = isOfGrid
      ? [tile.width, tile.height]
      : [random.integer(8, 44), random.integer(8, 44)]
    tiles.set(id, drawTile(random, width, height, is))
    id += random.integer(1, 4)
  }
  for (const [number, { bitmap }] of tiles) save(`image-${number}.png`, png(bitmap))
  const json = {
    ...{ firstgid: 20, name: 'images', columns: 0, tilecount: tiles.size, margin: 0, spacing: 0 },
    tilewidth: Math.max(...[...tiles.values()].map(({ bitmap }) => bitmap.width)),
    tileheight: Math.max(...[...tiles.values()].map(({ bitmap }) => bitmap.height)),
    tiles: [...tiles].map(([number, { said, bitmap }]) => ({
      ...{ id: number, image: `image-${number}.png`, imagewidth: bitmap.width, imageheight: bitmap.height },
      ...said,
    })),
    ...placing(random),
  }
  return { firstGid: 20, tiles, json }
}

function markSet(tile: Size, save: Save): DrawnSet {
  const bitmap = new Bitmap(tile.width, tile.height)
  for (let y = 0; y < tile.height; y++) for (let x = 0; x < tile.width; x++) bitmap.paint(x, y, MARK)
  save('mark.png', png(bitmap))
  const json = {
    ...{ firstgid: 100, name: 'mark', columns: 1, tilecount: 1, margin: 0, spacing: 0 },
    ...{ tilewidth: tile.width, tileheight: tile.height },
    ...{ image: 'mark.png', imagewidth: tile.width, imageheight: tile.height },
  }
  return { firstGid: 100, tiles: new Map(), json }
}

/**
 * A solid that is no tile, which Tiled fills with the colour of its layer. Only one: it has a dark shadow. No
 * polygon: its first corner gets a dot.
 */
function plainShape(
  random: Random,
  map: { readonly x: number; readonly y: number } & Size,
  offset: object,
): object {
  const [width, height] = [random.integer(20, 80), random.integer(20, 80)]
  const object = {
    ...{ id: 90, name: '', type: '', visible: true, width, height, rotation: random.pick([0, 90, 33, -120]) },
    x: map.x + random.integer(10, map.width - 30),
    y: map.y + random.integer(10, map.height - 30),
    ...(random.chance(0.5) ? { ellipse: true } : {}),
  }
  const group = { name: 'walls', type: 'objectgroup', draworder: 'index', visible: true, opacity: 1 }
  return { ...group, x: 0, y: 0, color: '#ffffff', ...offset, objects: [object] }
}

/** Objects that are tiles, mirrored, stretched and turned; one of them from a template. */
function anyObjects(
  random: Random,
  by: {
    readonly size: Size
    readonly origin: { readonly x: number; readonly y: number }
    readonly tile: Size
    readonly sets: readonly DrawnSet[]
    readonly any: (kinds: readonly DrawnTile['is'][]) => number
    readonly save: Save
  },
): object {
  const { size, origin, tile, sets, any, save } = by
  const pictureOf = (gid: number): Size => {
    const number = gid & 0x0fff_ffff
    const set = number >= sets[1].firstGid ? sets[1] : sets[0]
    return (set.tiles.get(number - set.firstGid) as DrawnTile).bitmap
  }
  const stretched = (side: number) => Math.round(side * random.between(0.6, STRETCH_MAX))
  const solid = [{ name: 'solid', type: 'bool', value: true }]
  const anyOne = (id: number) => {
    const gid = any(['whole', 'shapes'])
    const { width, height } = pictureOf(gid)
    const isStretched = random.chance(0.5)
    return {
      ...{ id, name: '', type: '', visible: true, gid, properties: solid },
      x: origin.x * tile.width + random.integer(0, size.width),
      y: origin.y * tile.height + random.integer(0, size.height),
      width: isStretched ? stretched(width) : width,
      height: isStretched ? stretched(height) : height,
      rotation: random.pick([0, 0, 90, 180, 270, 30, -45, 77.5]),
    }
  }
  const objects: object[] = Array.from({ length: 8 }, (_, i) => anyOne(i + 1))
  if (sets[0].json.source !== undefined) {
    const gid = 1 + random.integer(1, 3)
    const { width, height } = pictureOf(sets[0].firstGid + gid - 1)
    const { x: _, y: __, ...base } = { ...anyOne(1), gid, width, height }
    save('crate.tj', { type: 'template', tileset: { ...sets[0].json, firstgid: 1 }, object: base })
    objects.push({
      id: 20,
      template: 'crate.tj',
      x: origin.x * tile.width + 40,
      y: origin.y * tile.height + 40,
    })
  }
  const group = { name: 'things', type: 'objectgroup', draworder: 'index', visible: true, opacity: 1 }
  return { ...group, x: 0, y: 0, objects }
}
