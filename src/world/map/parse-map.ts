/**
 * Maps as the Tiled editor saves them in JSON (.tmj): read, checked by hand, turned into metres.
 *
 *     file text --JSON.parse--> unknown --parseMap--> WorldMap
 *                                           '------> OutsideError: one sentence naming file, layer and object
 *
 * Read are the map property `pixelsPerMetre` (integer, 8 when it is missing) and five object layers: `walls`, `water`
 * and `trees` (solids: rectangles, ellipses as wide as high, polygons), `spawn` (points) and `decor` (anything; for the
 * drawing). Layers of other names are left to the game. Tiled counts y downwards; the world counts it northwards.
 *
 * Source: Tiled 1.11, "JSON Map Format".
 */
import { OutsideError } from '../../core/index.ts'
import { Collision } from './collision.ts'
import type { Point, Solid, SolidKind } from './solid-grid.ts'

export type { Point, Solid, SolidKind }

/** Something that stands in nobody's way. Metres; a box from (x, y), its south-west corner, or a point of no size. */
export interface Decor {
  /** Tiled's "class" of the object: "roof", "path". */
  readonly kind: string
  readonly name: string
  readonly shape: 'box' | 'ellipse' | 'point' | 'polygon' | 'polyline'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** The corners of a polygon or polyline; empty for the other shapes. */
  readonly points: readonly Point[]
  readonly properties: Readonly<Record<string, string | number | boolean>>
}

/** The ground of a world: what stands on it, where players may begin, how bodies move over it. Never changes. */
export interface WorldMap {
  /** Metres, west to east. */
  readonly width: number
  /** Metres, south to north. */
  readonly height: number
  readonly solids: readonly Solid[]
  readonly spawns: readonly Point[]
  readonly decor: readonly Decor[]
  /** See `Collision.slide`. */
  slide(position: { x: number; y: number }, dx: number, dy: number, radius: number): void
  /** See `Collision.isFree`. */
  isFree(x: number, y: number, radius: number): boolean
  /** See `Collision.lineIsClear`. */
  lineIsClear(x0: number, y0: number, x1: number, y1: number): boolean
}

/** A map with nothing on it. Sizes in metres. */
export function emptyMap(width: number, height: number): WorldMap {
  return assemble(width, height, [], [], [])
}

/**
 * @param json    what JSON.parse made of the file
 * @param source  the file's name, for the error
 * @throws        OutsideError when the file is not a map, or a layer holds what it cannot
 */
export function parseMap(json: unknown, source = 'map'): WorldMap {
  const whole = `${source}: the map`
  const map = asRecord(json) ?? fail(whole, 'is not one JSON object; save it as .tmj with Tiled')
  if (map.orientation === undefined) fail(whole, 'has no orientation; save it as .tmj with Tiled')
  if (map.orientation !== 'orthogonal') {
    fail(whole, `is ${text(map.orientation)}; only orthogonal maps are read`)
  }
  if (map.infinite === true) fail(whole, 'is infinite; switch that off in the map properties')
  const pixelsPerMetre = property(map, 'pixelsPerMetre') ?? 8
  if (typeof pixelsPerMetre !== 'number' || !Number.isInteger(pixelsPerMetre) || pixelsPerMetre < 1) {
    fail(whole, `has a pixelsPerMetre of ${text(pixelsPerMetre)}; it must be a positive integer`)
  }
  const width = size(map, 'width', 'tilewidth', whole) / pixelsPerMetre
  const height = size(map, 'height', 'tileheight', whole) / pixelsPerMetre
  if (!Array.isArray(map.layers)) fail(whole, 'has no list of layers')

  const scale: Scale = { pixelsPerMetre, height }
  const solids: Solid[] = []
  const spawns: Point[] = []
  const decor: Decor[] = []
  for (const layer of (map.layers as unknown[]).map(asRecord)) {
    const name = layer?.name
    if (layer === undefined || typeof name !== 'string' || !Object.hasOwn(layers, name)) continue
    if (layer.type !== 'objectgroup' || !Array.isArray(layer.objects)) {
      fail(`${source}: layer '${name}'`, `is of type ${text(layer.type)}; it must be an object layer`)
    }
    for (const [index, thing] of (layer.objects as unknown[]).entries()) {
      const id = asRecord(thing)?.id
      const where = `${source}: layer '${name}', object ${typeof id === 'number' ? id : `at index ${index}`}`
      const shape = readObject(asRecord(thing) ?? fail(where, 'is not an object'), scale, where)
      const purpose = layers[name as keyof typeof layers]
      if (purpose === 'decor') decor.push(shape)
      else if (purpose === 'spawn') spawns.push(spawn(shape, width, height, where))
      else solids.push(solid(purpose, shape, where))
    }
  }
  const parsed = assemble(width, height, solids, spawns, decor)
  for (const [index, { x, y }] of spawns.entries()) {
    if (!parsed.isFree(x, y, 0))
      fail(`${source}: layer 'spawn', point ${index + 1} of ${spawns.length}`, inSolid)
  }
  return parsed
}

const inSolid = 'lies inside a solid; move it to free ground'

/** What is done with the objects of a layer, by the layer's name. */
const layers = {
  walls: 'wall',
  water: 'water',
  trees: 'tree',
  spawn: 'spawn',
  decor: 'decor',
} as const satisfies Record<string, SolidKind | 'spawn' | 'decor'>

type Json = Readonly<Record<string, unknown>>
interface Scale {
  readonly pixelsPerMetre: number
  /** Of the map, metres. */
  readonly height: number
}

/** One Tiled object in metres, whatever layer it is in. */
function readObject(object: Json, scale: Scale, where: string): Decor {
  const number = (key: string, fallback?: number): number => {
    const value = object[key] ?? fallback
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      fail(where, `has ${text(value)} for its ${key}; it must be a number`)
    }
    return value
  }
  if (object.gid !== undefined) fail(where, 'is a tile; draw a rectangle, an ellipse, a polygon or a point')
  if (number('rotation', 0) !== 0) fail(where, 'is rotated; draw it as a polygon instead')
  const metres = (pixels: number): number => pixels / scale.pixelsPerMetre
  const left = number('x')
  const top = number('y')
  const width = number('width', 0)
  const height = number('height', 0)
  if (width < 0) fail(where, `has a width of ${width}; it must not be negative`)
  if (height < 0) fail(where, `has a height of ${height}; it must not be negative`)
  const corners = object.polygon ?? object.polyline
  const points: Point[] = []
  if (corners !== undefined) {
    if (!Array.isArray(corners)) fail(where, 'has corners that are not a list')
    for (const corner of corners as unknown[]) {
      const { x, y } = asRecord(corner) ?? {}
      if (!Number.isFinite(x) || !Number.isFinite(y)) fail(where, 'has a corner without numbers x and y')
      points.push({
        x: metres(left + (x as number)),
        y: scale.height - metres(top + (y as number)),
      })
    }
  }
  const properties: Record<string, string | number | boolean> = {}
  for (const entry of Array.isArray(object.properties) ? (object.properties as unknown[]) : []) {
    const { name, value } = asRecord(entry) ?? {}
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (typeof name === 'string' && isPlain) properties[name] = value
  }
  return {
    kind: typeof object.type === 'string' ? object.type : '',
    name: typeof object.name === 'string' ? object.name : '',
    shape: shapeOf(object, width, height),
    x: metres(left),
    y: scale.height - metres(top + height),
    width: metres(width),
    height: metres(height),
    points,
    properties,
  }
}

function shapeOf(object: Json, width: number, height: number): Decor['shape'] {
  if (object.polygon !== undefined) return 'polygon'
  if (object.polyline !== undefined) return 'polyline'
  if (object.ellipse === true) return 'ellipse'
  return object.point === true || (width === 0 && height === 0) ? 'point' : 'box'
}

function solid(kind: SolidKind, object: Decor, where: string): Solid {
  const { x, y, width, height, points } = object
  const variety = object.kind
  if (object.shape === 'polygon') {
    if (points.length < 3) fail(where, `is a polygon of ${points.length} corners; it needs three or more`)
    return { kind, variety, shape: 'polygon', points }
  }
  if (object.shape === 'point') fail(where, 'is a point; a solid needs a size')
  if (object.shape === 'polyline') fail(where, 'is an open line; close it to a polygon')
  if (width === 0) fail(where, 'has a width of 0; a solid needs a size')
  if (height === 0) fail(where, 'has a height of 0; a solid needs a size')
  if (object.shape === 'box')
    return { kind, variety, shape: 'box', x0: x, y0: y, x1: x + width, y1: y + height }
  if (width !== height) {
    fail(where, `is an ellipse of ${width} x ${height} m; only circles, as wide as high, are solid`)
  }
  return { kind, variety, shape: 'circle', x: x + width / 2, y: y + height / 2, radius: width / 2 }
}

function spawn(object: Decor, width: number, height: number, where: string): Point {
  const { x, y } = object
  if (object.shape !== 'point') fail(where, `is a ${object.shape}; a spawn is a point`)
  if (x < 0 || y < 0 || x >= width || y >= height) fail(where, `lies outside the map, at ${x} m, ${y} m`)
  return { x, y }
}

function assemble(
  width: number,
  height: number,
  solids: readonly Solid[],
  spawns: readonly Point[],
  decor: readonly Decor[],
): WorldMap {
  const collision = new Collision(width, height, solids)
  return {
    width,
    height,
    solids,
    spawns,
    decor,
    slide: (position, dx, dy, radius) => collision.slide(position, dx, dy, radius),
    isFree: (x, y, radius) => collision.isFree(x, y, radius),
    lineIsClear: (x0, y0, x1, y1) => collision.lineIsClear(x0, y0, x1, y1),
  }
}

/** The map's size one way in pixels. */
function size(map: Json, tiles: string, pixels: string, where: string): number {
  for (const key of [tiles, pixels]) {
    const value = map[key]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_536) {
      fail(where, `has a ${key} of ${text(value)}; it must be an integer from 1 to 65536`)
    }
  }
  return (map[tiles] as number) * (map[pixels] as number)
}

function property(map: Json, name: string): unknown {
  if (!Array.isArray(map.properties)) return undefined
  return (map.properties as unknown[]).map(asRecord).find((entry) => entry?.name === name)?.value
}

function asRecord(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** A value for people, short. */
function text(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 40)
}

function fail(where: string, what: string): never {
  throw new OutsideError(`${where} ${what}`)
}
