/** The tiles of a layer that stand in the way: whole ones joined to boxes, others with the shapes their tileset gives. */
import type { Point, Solid, SolidKind } from '../map/solid-grid.ts'
import { fail } from './reading.ts'
import type { TileBlock } from './tile-data.ts'
import type { Tileset } from './tileset.ts'

/** The three highest bits of a tile's number; the fourth turns hexagons and means nothing here. */
const MIRRORED_X = 0x8000_0000
const MIRRORED_Y = 0x4000_0000
const MIRRORED_DIAGONALLY = 0x2000_0000
const NUMBER = 0x0fff_ffff

/** From tiles to metres. */
export interface TilePlane {
  /** Metres of the world's (0, 0) tile's upper left corner. */
  readonly west: number
  readonly north: number
  /** Of a tile of the map, metres. */
  readonly width: number
  readonly height: number
  readonly pixelsPerMetre: number
}

/** What a numbered tile comes to. */
interface Meaning {
  readonly kind: SolidKind
  readonly variety: string
  /** Metres from the tile's lower left corner; undefined where the tile is solid as a whole. */
  readonly shapes: readonly Solid[] | undefined
  /** A number for what can be joined to one box; tiles of another size than the map's cannot. */
  readonly whole: number
}

/**
 * @param by  `all`: what the whole layer is made of; undefined where its tiles say for themselves
 *            `where`: the layer, for the sentence
 */
export function tileSolids(
  block: TileBlock,
  by: {
    readonly tilesets: readonly Tileset[]
    readonly plane: TilePlane
    readonly all: SolidKind | undefined
    readonly where: string
  },
): Solid[] {
  const { plane, where } = by
  const meanings = new Map<number, Meaning | undefined>()
  const wholes = new Map<string, number>()
  const found: Solid[] = []
  const { columns, rows, tiles } = block
  const whole = new Uint16Array(tiles.length)
  const kinds: { kind: SolidKind; variety: string }[] = []
  const meaningOf = (tile: number, index: number): Meaning | undefined => {
    if (meanings.has(tile)) return meanings.get(tile)
    const place = () =>
      `${where}, tile at column ${block.x + (index % columns)}, row ${block.y + Math.floor(index / columns)}`
    const meaning = meaningOfTile(tile, by, place)
    let number = 0
    if (meaning && !meaning.shapes) {
      const key = `${meaning.kind} ${meaning.variety}`
      number = wholes.get(key) ?? (wholes.size < 65_535 ? kinds.push(meaning) : 65_535)
      wholes.set(key, number)
    }
    const told = meaning && { ...meaning, whole: number }
    meanings.set(tile, told)
    return told
  }
  for (let i = 0; i < tiles.length; i++) {
    if (tiles[i] === 0) continue
    const meaning = meaningOf(tiles[i], i)
    if (!meaning) continue
    if (!meaning.shapes) {
      whole[i] = meaning.whole
      continue
    }
    const x = plane.west + (block.x + (i % columns)) * plane.width
    const y = plane.north - (block.y + Math.floor(i / columns) + 1) * plane.height
    for (const shape of meaning.shapes) found.push(moved(shape, x, y))
  }
  for (const { column, row, across, down, value } of boxes(whole, columns, rows)) {
    const x0 = plane.west + (block.x + column) * plane.width
    const y1 = plane.north - (block.y + row) * plane.height
    const { kind, variety } = kinds[value - 1]
    const [x1, y0] = [x0 + across * plane.width, y1 - down * plane.height]
    found.push({ kind, variety, shape: 'box', x0, y0, x1, y1 })
  }
  return found
}

function meaningOfTile(
  tile: number,
  by: Parameters<typeof tileSolids>[1],
  place: () => string,
): Omit<Meaning, 'whole'> | undefined {
  const { tilesets, all, plane } = by
  const gid = tile & NUMBER
  if (gid === 0) return undefined
  let set: Tileset | undefined
  for (const each of tilesets) if (each.firstGid <= gid) set = each
  if (!set || gid - set.firstGid >= set.tileCount)
    return all === undefined && tilesets.length === 0
      ? undefined
      : fail(place(), `has the number ${gid}, which is in none of the map's tilesets; save the map again`)
  const described = set.tiles.get(gid - set.firstGid)
  if (described?.solid === false) return undefined
  const shapes = described?.shapes ?? []
  const kind = described?.solid || all || (shapes.length > 0 ? 'wall' : undefined)
  if (!kind) return undefined
  const variety = described?.variety ?? ''
  const { tileWidth: width, tileHeight: height } = set
  const metres = plane.pixelsPerMetre
  const isOfTheGrid = width === plane.width * metres && height === plane.height * metres
  if (shapes.length === 0 && isOfTheGrid) return { kind, variety, shapes: undefined }
  const box: Solid = { kind, variety, shape: 'box', x0: 0, y0: 0, x1: width, y1: height }
  const pieces = shapes.length > 0 ? shapes.map((shape) => ({ ...shape, kind })) : [box]
  return { kind, variety, shapes: pieces.map((shape) => flipped(shape, { tile, width, height, metres })) }
}

/** A shape as the flags of its tile turn it, in metres. */
function flipped(
  shape: Solid,
  by: { readonly tile: number; readonly width: number; readonly height: number; readonly metres: number },
): Solid {
  const { tile, metres } = by
  const isTurned = (tile & MIRRORED_DIAGONALLY) !== 0
  const [width, height] = isTurned ? [by.height, by.width] : [by.width, by.height]
  const put = ({ x, y }: Point): Point => {
    // Over the diagonal from the upper left to the lower right first, then to the side, then upside down.
    let [east, north] = isTurned ? [by.height - y, by.width - x] : [x, y]
    if ((tile & MIRRORED_X) !== 0) east = width - east
    if ((tile & MIRRORED_Y) !== 0) north = height - north
    return { x: east / metres, y: north / metres }
  }
  if (shape.shape === 'circle') return { ...shape, ...put(shape), radius: shape.radius / metres }
  if (shape.shape !== 'box') return { ...shape, points: shape.points.map(put) }
  const a = put({ x: shape.x0, y: shape.y0 })
  const b = put({ x: shape.x1, y: shape.y1 })
  const [x0, x1] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  return { ...shape, x0, x1, y0: Math.min(a.y, b.y), y1: Math.max(a.y, b.y) }
}

function moved(shape: Solid, x: number, y: number): Solid {
  if (shape.shape === 'circle') return { ...shape, x: shape.x + x, y: shape.y + y }
  if (shape.shape === 'box')
    return { ...shape, x0: shape.x0 + x, y0: shape.y0 + y, x1: shape.x1 + x, y1: shape.y1 + y }
  return { ...shape, points: shape.points.map((point) => ({ x: point.x + x, y: point.y + y })) }
}

/** Equal tiles that lie together, joined to boxes: as wide as can be, then as deep. What is joined is cleared. */
function* boxes(tiles: Uint16Array, columns: number, rows: number) {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = tiles[row * columns + column]
      if (value === 0) continue
      let across = 1
      while (column + across < columns && tiles[row * columns + column + across] === value) across++
      let down = 1
      while (row + down < rows && isRun(tiles, (row + down) * columns + column, across, value)) down++
      for (let i = 0; i < down; i++)
        tiles.fill(0, (row + i) * columns + column, (row + i) * columns + column + across)
      yield { column, row, across, down, value }
    }
}

function isRun(tiles: Uint16Array, from: number, length: number, value: number): boolean {
  for (let i = from; i < from + length; i++) if (tiles[i] !== value) return false
  return true
}
