/**
 * Cuts a map into squares, so that a client with an older one fetches only what changed.
 *
 *     MapContent --cutMap--> index.json, 0-0.json, 3-4.json ...  --assembleMap--> WorldMap
 *
 * The bytes are canonical: a map, and the map that its pieces are assembled to, are cut into the same files. A file
 * is named by its place; the index has the hash of each, and an empty square has none. Rules:
 * docs/spec/movement.md.
 */
import { Hash } from '../../core/index.ts'
import { readIndex, readPiece } from './piece-reading.ts'
import type { Solid } from './solid-grid.ts'
import { type MapContent, type MapObject, type MapTile, type WorldMap, worldMap } from './world-map.ts'

/** The side of a piece in metres, on maps that are not too large for it. */
const SIZE = 64
/** The most pieces of one map: the side is doubled until there are no more. */
const PIECES_MAX = 4096

export interface MapPieces {
  /** By name: `index.json`, and one `COLUMN-ROW.json` for each square that something stands in. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The hash of the index, and through it of everything: 16 hexadecimal digits. */
  readonly hash: string
}

export const INDEX = 'index.json'
const encoder = new TextEncoder()

export function cutMap(map: MapContent): MapPieces {
  let size = SIZE
  while (Math.ceil(map.width / size) * Math.ceil(map.height / size) > PIECES_MAX) size *= 2
  const columns = Math.ceil(map.width / size)
  const rows = Math.ceil(map.height / size)
  const squareOf = (x: number, y: number): number => {
    const column = Math.min(Math.max(Math.floor(x / size), 0), columns - 1)
    return column + Math.min(Math.max(Math.floor(y / size), 0), rows - 1) * columns
  }
  const layers = [...new Set(map.objects.map(({ layer }) => layer))]
  const squares = new Map<number, { solids: unknown[]; objects: unknown[] }>()
  const at = (square: number) => {
    const known = squares.get(square) ?? { solids: [], objects: [] }
    squares.set(square, known)
    return known
  }
  for (const solid of map.solids) at(squareOf(...cornerOf(solid))).solids.push(plainSolid(solid))
  for (const [index, layer] of layers.entries())
    for (const object of map.objects)
      if (object.layer === layer) {
        const { x, y } = object.points[0] ?? object
        at(squareOf(x, y)).objects.push(plainObject(object, index))
      }
  const files = new Map<string, Uint8Array>()
  const pieces: Record<string, string> = {}
  for (const [square, { solids, objects }] of [...squares].sort(([a], [b]) => a - b)) {
    const name = `${square % columns}-${Math.floor(square / columns)}.json`
    const lines = [...solids, ...objects].map((each) => JSON.stringify(each)).join(',\n')
    files.set(name, encoder.encode(`[\n${lines}\n]\n`))
    pieces[name] = hashOf(files.get(name) as Uint8Array)
  }
  const { width, height } = map
  const properties = Object.entries(map.properties).sort(([a], [b]) => (a < b ? -1 : 1))
  const index = encoder.encode(`${JSON.stringify({ width, height, layers, properties, pieces })}\n`)
  files.set(INDEX, index)
  return { files, hash: hashOf(index) }
}

/**
 * Lists the files that are missing or stale, for the map of this index. All of them when the index itself is
 * nonsense.
 */
export function missingPieces(index: Uint8Array, have: ReadonlyMap<string, Uint8Array>): string[] {
  const read = readIndex(index)
  if (typeof read === 'string') return [INDEX]
  return read.pieces
    .filter(([name, hash]) => {
      const bytes = have.get(name)
      return bytes === undefined || hashOf(bytes) !== hash
    })
    .map(([name]) => name)
}

/** Returns the pieces of a map and its index, by hash. */
export function piecesOf({ files }: MapPieces): Map<string, Uint8Array> {
  return new Map([...files.values()].map((bytes) => [hashOf(bytes), bytes]))
}

/** Returns what an index names, by hash; undefined when it is nonsense. */
export function readPieceNames(index: Uint8Array): ReadonlyMap<string, string> | undefined {
  const read = readIndex(index)
  return typeof read === 'string' ? undefined : new Map(read.pieces)
}

/** Returns the hash of a piece or an index: 16 hexadecimal digits. */
export function pieceHash(bytes: Uint8Array): string {
  return hashOf(bytes)
}

export type Assembled =
  | { readonly is: 'map'; readonly map: WorldMap }
  | { readonly is: 'refused'; readonly reason: string }

/** Puts a map together from its files. Files that its index does not name are ignored. Never throws. */
export function assembleMap(files: ReadonlyMap<string, Uint8Array>): Assembled {
  const bytes = files.get(INDEX)
  if (!bytes) return { is: 'refused', reason: `${INDEX} is missing.` }
  const index = readIndex(bytes)
  if (typeof index === 'string') return { is: 'refused', reason: `${INDEX} ${index}.` }
  const solids: Solid[] = []
  const byLayer: MapObject[][] = index.layers.map(() => [])
  for (const [name, hash] of index.pieces) {
    const piece = files.get(name)
    if (!piece) return { is: 'refused', reason: `${name} is missing.` }
    if (hashOf(piece) !== hash)
      return { is: 'refused', reason: `${name} is not the one that the index names.` }
    const problem = readPiece(piece, { layers: index.layers, solids, byLayer })
    if (problem !== undefined) return { is: 'refused', reason: `${name} ${problem}.` }
  }
  const { width, height, properties } = index
  return { is: 'map', map: worldMap({ width, height, properties, solids, objects: byLayer.flat() }) }
}

function hashOf(bytes: Uint8Array): string {
  return new Hash().word(bytes.length).bytes(bytes).digest
}

function cornerOf(solid: Solid): [number, number] {
  if (solid.shape === 'box') return [solid.x0, solid.y0]
  if (solid.shape === 'circle') return [solid.x, solid.y]
  return [solid.points[0].x, solid.points[0].y]
}

/**
 * Turns a solid into plain JSON. Numbers are written as ECMAScript does, the shortest that reads back to the same
 * bits: the same everywhere.
 */
function plainSolid(solid: Solid): unknown {
  const { kind, variety, shape } = solid
  if (solid.shape === 'box') return { kind, variety, shape, at: [solid.x0, solid.y0, solid.x1, solid.y1] }
  if (solid.shape === 'circle') return { kind, variety, shape, at: [solid.x, solid.y, solid.radius] }
  return { kind, variety, shape, at: solid.points.flatMap(({ x, y }) => [x, y]) }
}

function plainObject(object: MapObject, layer: number): unknown {
  const { id, kind, name, shape, x, y, width, height, points } = object
  const properties = Object.entries(object.properties)
  return {
    layer,
    id,
    kind,
    name,
    shape,
    at: [x, y, width, height],
    points: points.flatMap((p) => [p.x, p.y]),
    properties,
    // Left out where there is none: JSON has no undefined.
    tile: object.tile && plainTile(object.tile),
  }
}

/**
 * Turns a tile into plain JSON. Its mirror flags are Tiled's, from the third on: 4 to the side, 2 upside down, 1
 * over the diagonal.
 */
function plainTile(tile: MapTile): unknown {
  const { tileset, number, isMirroredX, isMirroredY, isMirroredDiagonally, rotation } = tile
  const mirrors = (isMirroredX ? 4 : 0) + (isMirroredY ? 2 : 0) + (isMirroredDiagonally ? 1 : 0)
  return [tileset, number, mirrors, rotation]
}
