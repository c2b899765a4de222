/** Reads pieces of a map from outside, and checks them value by value. A problem is the end of a sentence. */
import type { Point, Solid } from './solid-grid.ts'
import type { MapObject, MapTile, Properties } from './world-map.ts'

const SIDE_MAX = 1 << 20
const LAYERS_MAX = 4096
const PIECES_MAX = 4096
const THINGS_MAX = 1_000_000
const NUMBER_MAX = 2 ** 40
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export interface Index {
  readonly width: number
  readonly height: number
  readonly layers: readonly string[]
  readonly properties: Properties
  /** Name and hash, in the order in which the pieces are put together. */
  readonly pieces: readonly (readonly [string, string])[]
}

/** @returns the index, or what is wrong with it */
export function readIndex(bytes: Uint8Array): Index | string {
  const index = json(bytes)
  if (!isRecord(index)) return 'is not one JSON object'
  const { width, height, layers, pieces } = index
  if (!isSide(width) || !isSide(height)) return 'has no size'
  if (!isList(layers, LAYERS_MAX) || !layers.every((layer) => typeof layer === 'string'))
    return 'has no layers'
  const properties = readProperties(index.properties)
  if (!properties) return 'has properties that are none'
  if (!isRecord(pieces)) return 'has no pieces'
  const named = Object.entries(pieces)
  if (named.length > PIECES_MAX) return `has ${named.length} pieces; ${PIECES_MAX} are the most`
  for (const [name, hash] of named)
    if (!/^\d{1,4}-\d{1,4}\.json$/.test(name) || typeof hash !== 'string' || !/^[0-9a-f]{16}$/.test(hash))
      return 'has a piece without name or hash'
  return { width, height, layers: layers as string[], properties, pieces: named as [string, string][] }
}

/** Adds what a piece holds. @returns what is wrong with it, if anything */
export function readPiece(
  bytes: Uint8Array,
  into: {
    readonly layers: readonly string[]
    readonly solids: Solid[]
    readonly byLayer: readonly MapObject[][]
  },
): string | undefined {
  const things = json(bytes)
  if (!isList(things, THINGS_MAX)) return 'is not one JSON list'
  for (const [i, thing] of things.entries()) {
    if (!isRecord(thing)) return `holds something at index ${i} that is not an object`
    if (thing.layer === undefined) {
      const solid = readSolid(thing)
      if (!solid) return `holds no solid at index ${i}`
      into.solids.push(solid)
    } else {
      const layer = thing.layer as number
      const object = into.layers[layer] === undefined ? undefined : readObject(thing, into.layers[layer])
      if (!object) return `holds no object at index ${i}`
      into.byLayer[layer].push(object)
    }
  }
  return undefined
}

function readSolid({ kind, variety, shape, at }: Record<string, unknown>): Solid | undefined {
  if (kind !== 'wall' && kind !== 'water' && kind !== 'tree') return undefined
  if (typeof variety !== 'string' || !isNumbers(at)) return undefined
  if (shape === 'box' && at.length === 4) {
    const [x0, y0, x1, y1] = at
    return { kind, variety, shape, x0, y0, x1, y1 }
  }
  if (shape === 'circle' && at.length === 3)
    return { kind, variety, shape, x: at[0], y: at[1], radius: at[2] }
  const least = shape === 'polygon' ? 6 : shape === 'line' ? 4 : Infinity
  if (at.length < least || at.length % 2 === 1) return undefined
  return { kind, variety, shape: shape as 'polygon' | 'line', points: pairs(at) }
}

const SHAPES = ['box', 'ellipse', 'point', 'polygon', 'polyline']

function readObject(thing: Record<string, unknown>, layer: string): MapObject | undefined {
  const { id, kind, name, shape, at, points } = thing
  const properties = readProperties(thing.properties)
  if (!Number.isSafeInteger(id) || typeof kind !== 'string' || typeof name !== 'string') return undefined
  if (!SHAPES.includes(shape as string) || !isNumbers(at) || at.length !== 4) return undefined
  if (!isNumbers(points) || points.length % 2 === 1 || !properties) return undefined
  if ((shape === 'polygon' || shape === 'polyline') && points.length === 0) return undefined
  const [x, y, width, height] = at
  const place = { shape: shape as MapObject['shape'], x, y, width, height, points: pairs(points) }
  const object = { layer, id: id as number, kind, name, ...place, properties }
  if (thing.tile === undefined) return object
  const tile = readTile(thing.tile)
  return tile && { ...object, tile }
}

function readTile(list: unknown): MapTile | undefined {
  if (!isList(list, 4) || list.length !== 4) return undefined
  const [tileset, number, mirrors, rotation] = list
  if (typeof tileset !== 'string' || !isWhole(number, NUMBER_MAX) || !isWhole(mirrors, 7)) return undefined
  if (!isNumbers([rotation])) return undefined
  return {
    ...{ tileset, number, rotation: rotation as number },
    isMirroredX: (mirrors & 4) !== 0,
    isMirroredY: (mirrors & 2) !== 0,
    isMirroredDiagonally: (mirrors & 1) !== 0,
  }
}

function readProperties(list: unknown): Properties | undefined {
  if (!isList(list, THINGS_MAX)) return undefined
  const properties: [string, string | number | boolean][] = []
  for (const entry of list) {
    if (!isList(entry, 2) || entry.length !== 2 || typeof entry[0] !== 'string') return undefined
    const [name, value] = entry
    if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') return undefined
    properties.push([name, value])
  }
  return Object.fromEntries(properties)
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown, lengthMax: number): value is unknown[] {
  return Array.isArray(value) && value.length <= lengthMax
}

function isNumbers(value: unknown): value is number[] {
  return (
    isList(value, THINGS_MAX) &&
    value.every((each) => typeof each === 'number' && Math.abs(each) <= NUMBER_MAX)
  )
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= SIDE_MAX
}

function pairs(numbers: readonly number[]): Point[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i], y: numbers[2 * i + 1] }))
}
