/**
 * Maps as the Tiled editor saves them, in JSON (.tmj) or XML (.tmx): read, checked by hand, turned into metres.
 *
 *     file text --JSON.parse--> unknown --surveyMap--> WorldMap, and sentences about what was passed over
 *             '---fromXml-------^              '-----> OutsideError: one sentence naming file, layer and object or tile
 *
 * What the layers mean is told in docs/maps.md. Tiled counts y downwards; the world counts it northwards.
 *
 * Source: Tiled 1.10, "JSON Map Format", "TMX Map Format" and "Global Tile IDs"; what is drawn where: Tiled's libtiled.
 */
import type { Solid } from '../map/solid-grid.ts'
import { type MapContent, type MapObject, type WorldMap, worldMap } from '../map/world-map.ts'
import { Files, mapOfText, type ReadFile } from './files.ts'
import { ObjectReader } from './layer-objects.ts'
import { type AnyLayer, isPlain, layersOf } from './layers.ts'
import { MapNotes } from './notes.ts'
import { nothingSolid } from './nothing-solid.ts'
import { asRecord, fail, integerIn, inWords, type Json, named, propertiesOf } from './reading.ts'
import type { Decompress } from './tile-data.ts'
import { tileSolids } from './tile-solids.ts'
import { type Tileset, tilesetsOf } from './tileset.ts'

const SOLIDS_MAX = 500_000

export interface ParseOptions {
  /**
   * Reads the tilesets and templates that lie in files of their own. When left out, a map that has some is refused.
   */
  readonly readFile?: ReadFile
  /** Undoes the compression of tiles. When left out, compressed ones are refused. */
  readonly decompress?: Decompress
}

/** A map, and what was made of its file. */
export interface MapSurvey {
  readonly map: WorldMap
  /** What was ignored and why: a sentence each, naming file and layer. */
  readonly notes: readonly string[]
  readonly layers: readonly SurveyedLayer[]
}

export interface SurveyedLayer {
  readonly name: string
  readonly is: 'tiles' | 'objects' | 'pictures'
  /** Its purpose, by its name, its property `solid` and its groups. */
  readonly use: string
  /** How many solids it holds, and how many objects the game finds in it. */
  readonly solids: number
  readonly objects: number
}

/**
 * @param json    what JSON.parse made of the file, or the file's text, in JSON or in XML
 * @param source  the file's name, for the error
 * @throws        OutsideError when the file is not a map, or a layer holds what it cannot
 */
export function parseMap(json: unknown, source = 'map', options: ParseOptions = {}): WorldMap {
  return surveyMap(json, source, options).map
}

/** As `parseMap`, with what was ignored. */
export function surveyMap(json: unknown, source = 'map', options: ParseOptions = {}): MapSurvey {
  const whole = `${source}: the map`
  const parsed = typeof json === 'string' ? mapOfText(json, source) : json
  const map = asRecord(parsed) ?? fail(whole, 'is not one JSON object; save it as .tmj with Tiled')
  if (map.type === 'template' || map.type === 'tileset')
    fail(source, `is a ${map.type} of Tiled and no map; name the map that uses it`)
  if (map.orientation === undefined)
    fail(whole, 'has no orientation, so it is none of Tiled; save it as .tmj with Tiled')
  if (map.orientation !== 'orthogonal')
    fail(whole, `is ${inWords(map.orientation)}; only orthogonal maps are read`)
  if (!Array.isArray(map.layers)) fail(whole, 'has no list of layers')
  const { content, layers, notes } = read(map, source, options)
  const surveyed = worldMap(content)
  for (const [index, { x, y }] of surveyed.spawns.entries())
    if (!surveyed.isFree(x, y, 0))
      fail(
        `${source}: layer 'spawn', point ${index + 1} of ${surveyed.spawns.length}`,
        'lies inside a solid; move it to free ground',
      )
  return { map: surveyed, notes, layers }
}

/** Reads one map: its layers, then its size, which depends on them where it is infinite, then their content. */
function read(map: Json, source: string, options: ParseOptions) {
  const where = `${source}: the map`
  const properties = propertiesOf(map)
  const pixelsPerMetre = scaleOf(properties.pixelsPerMetre, where)
  const pixels = {
    width: integerIn(map, 'tilewidth', where, SIDES),
    height: integerIn(map, 'tileheight', where, SIDES),
  }
  const notes = new MapNotes()
  const by = { source, files: new Files(options.readFile), notes }
  const tilesets = tilesetsOf(map, by)
  const layers = layersOf(map, { source, decompress: options.decompress })
  const span = spanOf(map, layers, where)
  const width = (span.columns * pixels.width) / pixelsPerMetre
  const height = (span.rows * pixels.height) / pixelsPerMetre
  const shift = { x: -span.x * pixels.width, y: -span.y * pixels.height }
  const solids: Solid[] = []
  const objects: MapObject[] = []
  const reader = new ObjectReader(tilesets, by)
  const surveyed = new Map<AnyLayer, { solids: number; objects: number }>()
  const readLayer = (layer: AnyLayer): void => {
    const before = { solids: solids.length, objects: objects.length }
    const { where, offsetX, offsetY } = layer
    const [east, south] = [offsetX + shift.x, offsetY + shift.y]
    if (layer.is === 'objects') {
      const scale = { pixelsPerMetre, height, offsetX: east, offsetY: south }
      reader.read(layer, { width, scale, solids, objects })
    } else if (layer.is === 'tiles' && layer.solid !== false) {
      const plane = {
        west: east / pixelsPerMetre,
        north: height - south / pixelsPerMetre,
        width: pixels.width / pixelsPerMetre,
        height: pixels.height / pixelsPerMetre,
        ...{ pixels, pixelsPerMetre },
      }
      for (const block of layer.blocks)
        for (const solid of tileSolids(block, { tilesets, plane, all: layer.solid, where, notes }))
          solids.push(solid)
    }
    surveyed.set(layer, {
      solids: solids.length - before.solids,
      objects: objects.length - before.objects,
    })
  }
  for (const layer of layers) if (layer.is === 'objects') readLayer(layer)
  for (const layer of layers) if (layer.is !== 'objects') readLayer(layer)
  if (solids.length > SOLIDS_MAX) fail(where, `has ${solids.length} solids; ${SOLIDS_MAX} are the most`)
  const content: MapContent = { width, height, properties, solids, objects }
  if (solids.length > 0) {
    for (const [layer, count] of surveyed) noteLayer(layer, count.solids, notes)
    for (const tileset of tilesets) noteTileset(tileset, notes)
  }
  return {
    content,
    notes: [...nothingOf(content, { where, layers, tilesets }), ...notes.sentences],
    layers: layers.map((layer) => ({
      ...{ name: layer.own, is: layer.is, use: useOf(layer) },
      ...(surveyed.get(layer) ?? { solids: 0, objects: 0 }),
    })),
  }
}

const SIDES = { least: 1, most: 65_536 }

/** Reads the scale. Before Tiled 0.16 every property was a text. */
function scaleOf(said: unknown, where: string): number {
  const number = typeof said === 'string' && /^\d{1,9}$/.test(said) ? Number(said) : (said ?? 8)
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1)
    fail(where, `has a pixelsPerMetre of ${inWords(said)}; it must be a positive integer`)
  return number
}

/**
 * Returns the tiles that a map covers. An infinite one is as large as its chunks; its upper left corner becomes the
 * world's.
 */
function spanOf(map: Json, layers: readonly AnyLayer[], where: string) {
  if (map.infinite !== true)
    return {
      ...{ x: 0, y: 0 },
      columns: integerIn(map, 'width', where, SIDES),
      rows: integerIn(map, 'height', where, SIDES),
    }
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const layer of layers)
    for (const { x, y, columns, rows, isEmpty } of layer.is === 'tiles' ? layer.blocks : []) {
      if (isEmpty) continue
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

function useOf(layer: AnyLayer): string {
  if (layer.solid) return layer.solid
  if (isPlain(layer)) return layer.name
  if (layer.solid === false) return 'only to be looked at'
  return layer.is === 'tiles' ? 'solid where a tile is' : "the game's own"
}

/** MapNotes what is odd about a layer on a map that has solids. */
function noteLayer(layer: AnyLayer, solids: number, notes: MapNotes): void {
  const place = { within: layer.where, thing: '' }
  if (solids > 0 && layer.isParallax)
    notes.add(place, 'moves past at its own pace (parallax); its solids stay where the editor draws them')
  const isUndecided = layer.solid === undefined && layer.looks.length > 0
  if (solids === 0 && isUndecided && !isBare(layer) && !isPlain(layer))
    notes.add(
      place,
      `has nothing solid in it, though ${layer.looks[0]} looks so: its property 'solid' says so, or false that it is meant`,
    )
}

function noteTileset({ where, meant }: Tileset, notes: MapNotes): void {
  for (const [property, count] of meant) {
    const tiles = count === 1 ? '1 tile that is' : `${count} tiles that are`
    notes.add(
      { within: where, thing: '' },
      `has the property '${named(property)}' of ${tiles} not solid: a property 'solid' says so, or false that it is meant`,
    )
  }
}

function isBare(layer: AnyLayer): boolean {
  if (layer.is === 'tiles') return layer.blocks.every(({ isEmpty }) => isEmpty)
  return layer.is === 'pictures' || layer.objects.length === 0
}

/** Says that a map has nothing solid, unless its author says so too: by the property `solid`: false. */
function nothingOf(
  { solids, properties }: MapContent,
  by: {
    readonly where: string
    readonly layers: readonly AnyLayer[]
    readonly tilesets: readonly Tileset[]
  },
): string[] {
  const isMeant = properties.solid === false || properties.solid === 'false'
  if (solids.length > 0 || isMeant) return []
  return [`${by.where} ${nothingSolid(by.layers, by.tilesets)}`]
}
