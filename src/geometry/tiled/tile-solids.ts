/**
 * Turns the solid tiles of a layer into solids: whole ones joined to boxes, others with the shapes of their
 * tileset.
 */
import type { Point, Solid, SolidKind } from '../map/solid-grid.ts'
import type { MapNotes } from './notes.ts'
import { NUMBER, Picture, putShape, type Size } from './picture.ts'
import { fail } from './reading.ts'
import type { TileBlock } from './tile-data.ts'
import { findTile, type Tileset, whyNoSize } from './tileset.ts'

/** Turns tiles into metres. */
export interface TilePlane {
  /** Where the upper left corner of tile (0, 0) lies in the world, in metres. */
  readonly west: number
  readonly north: number
  /** The size of a tile of the map in metres. */
  readonly width: number
  readonly height: number
  /** The size of a tile of the map in pixels. */
  readonly pixels: Size
  readonly pixelsPerMetre: number
}

/** What a tile number means. */
interface Meaning {
  readonly kind: SolidKind
  readonly variety: string
  /** Shapes in metres from the tile's lower left corner; undefined when the tile is solid as a whole. */
  readonly shapes: readonly Solid[] | undefined
  /** The same number for tiles that can be joined to one box; tiles of another size than the map's cannot. */
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
    readonly notes: MapNotes
  },
): Solid[] {
  const { plane } = by
  const meanings = new Map<number, Meaning | undefined>()
  const wholes = new Map<string, number>()
  const found: Solid[] = []
  const { columns, rows, tiles } = block
  const whole = new Uint16Array(tiles.length)
  const kinds: { kind: SolidKind; variety: string }[] = []
  const meaningOf = (tile: number, index: number): Meaning | undefined => {
    if (meanings.has(tile)) return meanings.get(tile)
    const place = () =>
      `tile at column ${block.x + (index % columns)}, row ${block.y + Math.floor(index / columns)}`
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
  gid: number,
  by: Parameters<typeof tileSolids>[1],
  place: () => string,
): Omit<Meaning, 'whole'> | undefined {
  const { tilesets, plane, all, where, notes } = by
  const number = gid & NUMBER
  if (number === 0) return undefined
  const tile = findTile(tilesets, number)
  if (!tile)
    return all === undefined && tilesets.length === 0
      ? undefined
      : fail(
          `${where}, ${place()}`,
          `has the number ${number}, which is in none of the map's tilesets; save the map again`,
        )
  const { set, kind: described, size } = tile
  if (described?.solid === false) return undefined
  const shapes = described?.shapes ?? []
  const kind = described?.solid || all || (shapes.length > 0 ? 'wall' : undefined)
  if (!size) {
    if (kind || !described) notes.add({ within: where, thing: place() }, whyNoSize(tile))
    return undefined
  }
  if (!kind) return undefined
  const variety = described?.variety ?? ''
  const { offset, isFitted } = set
  const drawn = set.isDrawnToGrid ? plane.pixels : size
  const picture = new Picture({ tile: size, size: drawn, left: 0, bottom: 0, gid, offset, isFitted })
  if (shapes.length === 0 && fills(picture, plane.pixels)) return { kind, variety, shapes: undefined }
  const metres = plane.pixelsPerMetre
  const put = ({ x, y }: Point): Point => {
    const pixels = picture.put({ x, y: size.height - y })
    return { x: pixels.x / metres, y: (0 - pixels.y) / metres }
  }
  const scale = picture.scale === undefined ? undefined : picture.scale / metres
  const box: Solid = { kind, variety, shape: 'box', x0: 0, y0: 0, x1: size.width, y1: size.height }
  const pieces = shapes.length > 0 ? shapes.map((shape) => ({ ...shape, kind })) : [box]
  return { kind, variety, shapes: pieces.map((shape) => putShape(shape, { put, scale, isUpright: true })) }
}

/** Returns whether a picture covers its square of the map exactly. */
function fills({ frame }: Picture, square: Size): boolean {
  const isThere = frame.left === 0 && frame.top === -square.height
  return isThere && frame.width === square.width && frame.height === square.height
}

function moved(shape: Solid, x: number, y: number): Solid {
  if (shape.shape === 'circle') return { ...shape, x: shape.x + x, y: shape.y + y }
  if (shape.shape === 'box')
    return { ...shape, x0: shape.x0 + x, y0: shape.y0 + y, x1: shape.x1 + x, y1: shape.y1 + y }
  return { ...shape, points: shape.points.map((point) => ({ x: point.x + x, y: point.y + y })) }
}

/** Joins equal tiles that lie together to boxes: as wide as can be, then as deep. Joined tiles are cleared. */
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
