/**
 * Maps as the Tiled editor saves them in JSON (.tmj): read, checked by hand, turned into metres.
 *
 *     file text --JSON.parse--> unknown --parseMap--> WorldMap
 *                                           '------> OutsideError: one sentence naming file, layer and object or tile
 *
 * What the layers mean is told in docs/maps.md. Tiled counts y downwards; the world counts it northwards.
 *
 * Source: Tiled 1.10, "JSON Map Format" and "Global Tile IDs".
 */
import type { Solid, SolidKind } from '../map/solid-grid.ts'
import { type MapContent, type MapObject, type WorldMap, worldMap } from '../map/world-map.ts'
import { readObject, type Scale } from './object.ts'
import {
  asRecord,
  fail,
  integerIn,
  inWords,
  type Json,
  listIn,
  named,
  numberIn,
  propertiesOf,
} from './reading.ts'
import { solidKindIn, solidOf } from './solid.ts'
import { type Decompress, TILES_MAX, type TileBlock, tileBlocks } from './tile-data.ts'
import { tileSolids } from './tile-solids.ts'
import { type ReadFile, type Tileset, tilesetsOf } from './tileset.ts'

const LAYERS_MAX = 4096
const GROUPS_DEEP_MAX = 16
const OBJECTS_MAX = 200_000
const SOLIDS_MAX = 500_000

export interface ParseOptions {
  /** Reads the tilesets that lie in files of their own. Left out, a map that has some is refused. */
  readonly readFile?: ReadFile
  /** Undoes the compression of tiles. Left out, compressed ones are refused. */
  readonly decompress?: Decompress
}

/**
 * @param json    what JSON.parse made of the file
 * @param source  the file's name, for the error
 * @throws        OutsideError when the file is not a map, or a layer holds what it cannot
 */
export function parseMap(json: unknown, source = 'map', options: ParseOptions = {}): WorldMap {
  const whole = `${source}: the map`
  const map = asRecord(json) ?? fail(whole, 'is not one JSON object; save it as .tmj with Tiled')
  if (map.orientation === undefined) fail(whole, 'has no orientation; save it as .tmj with Tiled')
  if (map.orientation !== 'orthogonal')
    fail(whole, `is ${inWords(map.orientation)}; only orthogonal maps are read`)
  if (!Array.isArray(map.layers)) fail(whole, 'has no list of layers')
  const reading = new Reading(map, source, options)
  const parsed = worldMap(reading.content)
  for (const [index, { x, y }] of parsed.spawns.entries())
    if (!parsed.isFree(x, y, 0))
      fail(
        `${source}: layer 'spawn', point ${index + 1} of ${parsed.spawns.length}`,
        'lies inside a solid; move it to free ground',
      )
  return parsed
}

/** What the objects of a layer are, by the layer's name. */
const SOLID_LAYERS = { walls: 'wall', water: 'water', trees: 'tree' } as const
const PLAIN_LAYERS = ['spawn', 'decor', 'portals']

interface TileLayer {
  readonly where: string
  readonly all: SolidKind | undefined
  readonly blocks: readonly TileBlock[]
  readonly offsetX: number
  readonly offsetY: number
}

/** One map being read: layer after layer, then tiles, whose places depend on all of them where the map is infinite. */
class Reading {
  readonly content: MapContent
  readonly #source: string
  readonly #decompress: Decompress | undefined
  readonly #tilesets: readonly Tileset[]
  readonly #objectLayers: ObjectLayer[] = []
  readonly #tileLayers: TileLayer[] = []
  #tilesLeft = TILES_MAX
  #layers = 0
  #objects = 0

  constructor(map: Json, source: string, options: ParseOptions) {
    this.#source = source
    this.#decompress = options.decompress
    const where = `${source}: the map`
    const properties = propertiesOf(map)
    const { pixelsPerMetre = 8 } = properties
    if (typeof pixelsPerMetre !== 'number' || !Number.isInteger(pixelsPerMetre) || pixelsPerMetre < 1)
      fail(where, `has a pixelsPerMetre of ${inWords(pixelsPerMetre)}; it must be a positive integer`)
    const sides = { least: 1, most: 65_536 }
    const tile = {
      width: integerIn(map, 'tilewidth', where, sides),
      height: integerIn(map, 'tileheight', where, sides),
    }
    this.#tilesets = tilesetsOf(map, source, options.readFile)
    this.#readLayers(map, 0, { offsetX: 0, offsetY: 0 })
    // An infinite map is as large as its chunks; its upper left corner becomes that of the world.
    const span =
      map.infinite === true
        ? this.#span(where)
        : {
            x: 0,
            y: 0,
            columns: integerIn(map, 'width', where, sides),
            rows: integerIn(map, 'height', where, sides),
          }
    const width = (span.columns * tile.width) / pixelsPerMetre
    const height = (span.rows * tile.height) / pixelsPerMetre
    const shift = { x: -span.x * tile.width, y: -span.y * tile.height }
    const solids: Solid[] = []
    const objects: MapObject[] = []
    for (const layer of this.#objectLayers) {
      const scale = {
        pixelsPerMetre,
        height,
        offsetX: layer.offsetX + shift.x,
        offsetY: layer.offsetY + shift.y,
      }
      readObjects(layer, scale, { width, solids, objects })
    }
    for (const { where, all, blocks, offsetX, offsetY } of this.#tileLayers) {
      const plane = {
        west: (offsetX + shift.x) / pixelsPerMetre,
        north: height - (offsetY + shift.y) / pixelsPerMetre,
        width: tile.width / pixelsPerMetre,
        height: tile.height / pixelsPerMetre,
        pixelsPerMetre,
      }
      for (const block of blocks)
        for (const solid of tileSolids(block, { tilesets: this.#tilesets, plane, all, where }))
          solids.push(solid)
    }
    if (solids.length > SOLIDS_MAX) fail(where, `has ${solids.length} solids; ${SOLIDS_MAX} are the most`)
    this.content = { width, height, properties, solids, objects }
  }

  #readLayers(group: Json, depth: number, moved: Pick<Scale, 'offsetX' | 'offsetY'>): void {
    if (depth > GROUPS_DEEP_MAX)
      fail(`${this.#source}: the map`, `has groups more than ${GROUPS_DEEP_MAX} deep`)
    for (const each of listIn(group, 'layers', `${this.#source}: the map`, LAYERS_MAX)) {
      const layer = asRecord(each)
      if (!layer) continue
      if (++this.#layers > LAYERS_MAX) fail(`${this.#source}: the map`, `has more than ${LAYERS_MAX} layers`)
      const name = typeof layer.name === 'string' ? layer.name : ''
      const where = `${this.#source}: layer '${named(name)}'`
      const offset = {
        offsetX: moved.offsetX + numberIn(layer, 'offsetx', where, 0),
        offsetY: moved.offsetY + numberIn(layer, 'offsety', where, 0),
      }
      if (layer.type === 'group') this.#readLayers(layer, depth + 1, offset)
      else this.#readLayer(layer, name, where, offset)
    }
  }

  #readLayer(layer: Json, name: string, where: string, offset: Pick<Scale, 'offsetX' | 'offsetY'>): void {
    const said = solidKindIn(propertiesOf(layer), where)
    const byName = Object.hasOwn(SOLID_LAYERS, name)
      ? SOLID_LAYERS[name as keyof typeof SOLID_LAYERS]
      : undefined
    const kind = said ?? byName
    if (layer.type === 'tilelayer' && !PLAIN_LAYERS.includes(name)) {
      // A layer that says it is not solid is only to be looked at.
      if (kind === false) return
      const blocks = tileBlocks(layer, where, { decompress: this.#decompress, room: this.#tilesLeft })
      for (const { columns, rows } of blocks) this.#tilesLeft -= columns * rows
      this.#tileLayers.push({ where, all: kind, blocks, ...offset })
      return
    }
    if (layer.type === 'objectgroup' && Array.isArray(layer.objects)) {
      this.#objects += layer.objects.length
      if (this.#objects > OBJECTS_MAX)
        fail(where, `is too much: ${OBJECTS_MAX} objects are the most in one map`)
      this.#objectLayers.push({
        name,
        where,
        kind: kind || undefined,
        objects: layer.objects as unknown[],
        ...offset,
      })
    } else if (byName || PLAIN_LAYERS.includes(name))
      fail(where, `is of type ${inWords(layer.type)}; it must be an object layer`)
  }

  /** The tiles that the chunks of an infinite map cover. */
  #span(where: string): { x: number; y: number; columns: number; rows: number } {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const { blocks } of this.#tileLayers)
      for (const { x, y, columns, rows } of blocks) {
        if (columns === 0 || rows === 0) continue
        x0 = Math.min(x0, x)
        y0 = Math.min(y0, y)
        x1 = Math.max(x1, x + columns)
        y1 = Math.max(y1, y + rows)
      }
    if (x1 <= x0)
      fail(where, 'is infinite and has no tiles, so it has no size; switch that off in the map properties')
    if (x1 - x0 > 65_536 || y1 - y0 > 65_536)
      fail(where, `is infinite and spans ${x1 - x0} x ${y1 - y0} tiles; 65536 either way are the most`)
    return { x: x0, y: y0, columns: x1 - x0, rows: y1 - y0 }
  }
}

interface ObjectLayer {
  readonly name: string
  readonly where: string
  readonly kind: SolidKind | undefined
  readonly objects: readonly unknown[]
  readonly offsetX: number
  readonly offsetY: number
}

function readObjects(
  layer: ObjectLayer,
  scale: Scale,
  into: { readonly width: number; readonly solids: Solid[]; readonly objects: MapObject[] },
): void {
  for (const [index, thing] of layer.objects.entries()) {
    const id = asRecord(thing)?.id
    const where = `${layer.where}, object ${typeof id === 'number' ? id : `at index ${index}`}`
    const object = asRecord(thing) ?? fail(where, 'is not an object')
    const isPicture = object.gid !== undefined
    if (isPicture && (layer.kind || layer.name === 'spawn' || layer.name === 'portals'))
      fail(where, 'is a tile; draw a rectangle, an ellipse, a polygon or a point')
    const drawn = readObject(object, scale, { layer: layer.name, where })
    if (layer.kind) {
      into.solids.push(solidOf(layer.kind, drawn, where))
      continue
    }
    if (layer.name === 'spawn') checkSpawn(drawn, where, { width: into.width, height: scale.height })
    if (layer.name === 'portals') checkPortal(drawn, where)
    into.objects.push(drawn)
  }
}

function checkSpawn({ shape, x, y }: MapObject, where: string, map: { width: number; height: number }): void {
  if (shape !== 'point') fail(where, `is a ${shape}; a spawn is a point`)
  if (x < 0 || y < 0 || x >= map.width || y >= map.height)
    fail(where, `lies outside the map, at ${x} m, ${y} m`)
}

function checkPortal({ shape, points, properties }: MapObject, where: string): void {
  if (shape === 'point' || shape === 'polyline') fail(where, `is a ${shape}; a portal is an area`)
  if (shape === 'polygon' && points.length < 3)
    fail(where, `is a polygon of ${points.length} corners; it needs three or more`)
  for (const name of ['map', 'place'])
    if (typeof properties[name] !== 'string' || properties[name] === '')
      fail(where, `has no text for its property '${name}'; a portal leads to a place of a map`)
}
