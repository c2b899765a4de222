/** Tilesets: which tiles stand in the way, and with what shape. Embedded, or in a file of their own (.tsj, .tsx). */
import { ShardlessError } from '../../core/index.ts'
import type { Solid, SolidKind } from '../map/solid-grid.ts'
import { readObject } from './object.ts'
import { asRecord, fail, integerIn, type Json, listIn, named, propertiesOf } from './reading.ts'
import { solidKindIn, solidOf } from './solid.ts'
import { tilesetFromXml } from './tileset-xml.ts'

const TILES_OF_SET_MAX = 1 << 20
const SHAPES_OF_TILE_MAX = 256

/** A tile that means something: its shapes are in pixels from the tile's lower left corner, northwards. */
export interface TileKind {
  readonly variety: string
  /** What the tile itself says: false for nothing, undefined where it says nothing. */
  readonly solid: SolidKind | false | undefined
  readonly shapes: readonly Solid[]
}

export interface Tileset {
  readonly firstGid: number
  readonly name: string
  /** Pixels. */
  readonly tileWidth: number
  readonly tileHeight: number
  readonly tileCount: number
  /** By number within the set. */
  readonly tiles: ReadonlyMap<number, TileKind>
}

/** Gives the text of a file that a map refers to, by the path that stands in the map. */
export type ReadFile = (path: string) => string

/** The tilesets of a map, by rising first number. */
export function tilesetsOf(map: Json, source: string, readFile: ReadFile | undefined): Tileset[] {
  const sets = listIn(map, 'tilesets', `${source}: the map`, 4096).map((each, index) => {
    const listed = asRecord(each) ?? fail(`${source}: tileset ${index}`, 'is not an object')
    const firstGid = integerIn(listed, 'firstgid', `${source}: tileset ${index}`, { least: 1, most: 1 << 28 })
    if (listed.source === undefined) return tileset(listed, firstGid, `${source}: tileset`)
    return tileset(
      external(listed, `${source}: tileset ${index}`, readFile),
      firstGid,
      `${named(listed.source)}: tileset`,
    )
  })
  return sets.sort((a, b) => a.firstGid - b.firstGid)
}

function external(listed: Json, where: string, readFile: ReadFile | undefined): Json {
  const path = listed.source
  if (typeof path !== 'string') fail(where, `has ${named(path)} for its source; it must be a path`)
  if (!readFile)
    fail(where, `is in a file of its own, ${named(path)}, which cannot be read here; embed it in the map`)
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    if (error instanceof ShardlessError) throw error
    return fail(where, `is in ${named(path)}, which cannot be read: ${named((error as Error)?.message)}`)
  }
  if (!/\.(tsj|json)$/i.test(path)) return tilesetFromXml(text, `${named(path)}: the tileset`)
  try {
    return asRecord(JSON.parse(text)) ?? fail(where, `is in ${named(path)}, which is not one JSON object`)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return fail(where, `is in ${named(path)}, which is not JSON: ${error.message}`)
  }
}

function tileset(set: Json, firstGid: number, whose: string): Tileset {
  const name = named(set.name)
  const where = `${whose} '${name}'`
  const tileWidth = integerIn(set, 'tilewidth', where, { least: 1, most: 65_536 })
  const tileHeight = integerIn(set, 'tileheight', where, { least: 1, most: 65_536 })
  const tileCount = integerIn(set, 'tilecount', where, {
    least: 0,
    most: TILES_OF_SET_MAX,
    fallback: TILES_OF_SET_MAX,
  })
  const tiles = new Map<number, TileKind>()
  for (const each of listIn(set, 'tiles', where, TILES_OF_SET_MAX)) {
    const tile = asRecord(each) ?? fail(where, 'has a tile that is not an object')
    const id = integerIn(tile, 'id', `${where}: a tile`, { least: 0, most: TILES_OF_SET_MAX })
    tiles.set(id, tileKind(tile, `${where}, tile ${id}`, tileHeight))
  }
  return { firstGid, name, tileWidth, tileHeight, tileCount, tiles }
}

function tileKind(tile: Json, where: string, height: number): TileKind {
  const solid = solidKindIn(propertiesOf(tile), where)
  const variety = typeof tile.type === 'string' ? tile.type : typeof tile.class === 'string' ? tile.class : ''
  const group = asRecord(tile.objectgroup) ?? {}
  const scale = { pixelsPerMetre: 1, height, offsetX: 0, offsetY: 0 }
  const shapes = listIn(group, 'objects', where, SHAPES_OF_TILE_MAX).map((each, index) => {
    const object = asRecord(each) ?? fail(where, `has a shape at index ${index} that is not an object`)
    const at = `${where}, shape ${typeof object.id === 'number' ? object.id : `at index ${index}`}`
    if (object.gid !== undefined) fail(at, 'is a tile; draw a rectangle, an ellipse or a polygon')
    const drawn = readObject(object, scale, { layer: '', where: at })
    return solidOf(solid || 'wall', { ...drawn, kind: variety }, at)
  })
  return { variety, solid, shapes }
}
