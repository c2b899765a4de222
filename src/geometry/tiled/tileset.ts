/**
 * Reads tilesets: which tiles are solid, with what shape, and how large they are drawn. Embedded, or in files of
 * their own.
 */
import type { Point, Solid, SolidKind } from '../map/solid-grid.ts'
import type { Properties } from '../map/world-map.ts'
import type { Files } from './files.ts'
import { saysSolid } from './looks-solid.ts'
import type { MapNotes } from './notes.ts'
import { readObject } from './object.ts'
import type { Size } from './picture.ts'
import {
  asRecord,
  classOf,
  fail,
  integerIn,
  type Json,
  listIn,
  named,
  numberIn,
  propertiesOf,
} from './reading.ts'
import { solidKindIn, solidOf } from './solid.ts'
import { fromTemplate } from './template.ts'

const TILES_OF_SET_MAX = 1 << 20
const SHAPES_OF_TILE_MAX = 256

/** A tile that its set describes: its shapes are in pixels from the tile's lower left corner, northwards. */
export interface TileKind {
  readonly variety: string
  /** What the tile itself says: false for not solid, undefined when it says nothing. */
  readonly solid: SolidKind | false | undefined
  readonly shapes: readonly Solid[]
  readonly properties: Properties
  /** The size of its own image, in a collection of images, in pixels; undefined when the file does not say it. */
  readonly size: Size | undefined
}

export interface Tileset {
  readonly firstGid: number
  readonly name: string
  /** For sentences: "town.tmj: tileset 'ground'". */
  readonly where: string
  /** The size of its tiles in pixels. */
  readonly tileSize: Size
  readonly tileCount: number
  /** Whether each tile has an image of its own; then only the listed tiles exist. */
  readonly isCollection: boolean
  /** The tiles by their number in the set. */
  readonly tiles: ReadonlyMap<number, TileKind>
  /** By how many pixels its tiles are moved, to the right and down. */
  readonly offset: Point
  /** Where a tile object hangs: shares of its width and height, from the upper left. */
  readonly hang: Point
  /** Whether tiles of a layer are drawn as large as the map's tiles, whatever their own size. */
  readonly isDrawnToGrid: boolean
  readonly isFitted: boolean
  /** Properties of tiles that look meant to make something solid, and on how many tiles. */
  readonly meant: ReadonlyMap<string, number>
  /** Such properties of the set as a whole. */
  readonly meantOfAll: readonly string[]
}

/** What reading the sets of one map needs. */
export interface TilesetSources {
  readonly source: string
  readonly files: Files
  readonly notes: MapNotes
}

/** Reads the tilesets of a map, by rising first number. */
export function tilesetsOf(map: Json, by: TilesetSources): Tileset[] {
  const { source } = by
  const sets = listIn(map, 'tilesets', `${source}: the map`, 4096).map((each, index) => {
    const listed = asRecord(each) ?? fail(`${source}: tileset ${index}`, 'is not an object')
    return tilesetOf(listed, `${source}: tileset`, { ...by, from: '', listed: `${source}: tileset ${index}` })
  })
  return sets.sort((a, b) => a.firstGid - b.firstGid)
}

/**
 * @param whose  what an embedded set is called: "town.tmj: tileset"
 * @param by     `from`: the file that refers to it; `listed`: the reference, for sentences
 * @param by     `from`: the file that refers to it; `listed`: the reference, for sentences
 */
export function tilesetOf(
  listed: Json,
  whose: string,
  by: TilesetSources & { readonly from: string; readonly listed: string },
): Tileset {
  const firstGid = integerIn(listed, 'firstgid', by.listed, { least: 1, most: 1 << 28 })
  if (listed.source === undefined) return tileset(listed, firstGid, { ...by, whose })
  const { path, json } = by.files.read('tileset', listed.source, by.from, by.listed)
  return tileset(json, firstGid, { ...by, whose: `${named(path)}: tileset`, from: path })
}

interface SetSources extends TilesetSources {
  readonly whose: string
  readonly from: string
}

const HANGS: Readonly<Record<string, Point>> = {
  topleft: { x: 0, y: 0 },
  top: { x: 0.5, y: 0 },
  topright: { x: 1, y: 0 },
  left: { x: 0, y: 0.5 },
  center: { x: 0.5, y: 0.5 },
  right: { x: 1, y: 0.5 },
  bottomleft: { x: 0, y: 1 },
  bottom: { x: 0.5, y: 1 },
  bottomright: { x: 1, y: 1 },
}

function tileset(set: Json, firstGid: number, by: SetSources): Tileset {
  const name = named(set.name)
  const where = `${by.whose} '${name}'`
  const listed = tilesIn(set, where)
  const isCollection = set.image === undefined && listed.some(([, tile]) => tile.image !== undefined)
  // A collection's own size is that of its largest image; one without images has none.
  const least = isCollection || listed.length === 0 ? 0 : 1
  const tileSize = {
    width: integerIn(set, 'tilewidth', where, { least, most: 65_536 }),
    height: integerIn(set, 'tileheight', where, { least, most: 65_536 }),
  }
  const tileCount = integerIn(set, 'tilecount', where, {
    least: 0,
    most: TILES_OF_SET_MAX,
    fallback: TILES_OF_SET_MAX,
  })
  const tiles = new Map<number, TileKind>()
  const meant = new Map<string, number>()
  for (const [id, tile] of listed) {
    const kind = tileKind(tile, `${where}, tile ${id}`, { ...by, tileSize, within: where })
    tiles.set(id, kind)
    const isSaid = kind.solid !== undefined || kind.shapes.length > 0
    for (const [property, value] of Object.entries(isSaid ? {} : kind.properties))
      if (saysSolid(property, value)) meant.set(property, (meant.get(property) ?? 0) + 1)
  }
  const offset = asRecord(set.tileoffset) ?? {}
  const hang = typeof set.objectalignment === 'string' ? set.objectalignment : ''
  return {
    ...{ firstGid, name, where, tileSize, tileCount, isCollection, tiles, meant },
    meantOfAll: Object.entries(propertiesOf(set))
      .filter(([property, value]) => saysSolid(property, value) || (property === 'solid' && value !== false))
      .map(([property]) => property),
    offset: { x: numberIn(offset, 'x', where, 0), y: numberIn(offset, 'y', where, 0) },
    hang: Object.hasOwn(HANGS, hang) ? HANGS[hang] : HANGS.bottomleft,
    isDrawnToGrid: set.tilerendersize === 'grid',
    isFitted: set.fillmode === 'preserve-aspect-fit',
  }
}

/**
 * Reads the tiles. Tiled 1.2 and later list them; older ones keep them in a record by number, and their properties
 * in another.
 */
function tilesIn(set: Json, where: string): (readonly [number, Json])[] {
  const records = asRecord(set.tiles)
  const properties = asRecord(set.tileproperties) ?? {}
  const old = new Map<string, Json>()
  for (const [id, tile] of Object.entries(records ?? {}))
    old.set(id, asRecord(tile) ?? fail(where, `has a tile ${named(id)} that is not an object`))
  for (const [id, entries] of Object.entries(properties)) old.set(id, { ...old.get(id), properties: entries })
  const tiles = records ? [] : listIn(set, 'tiles', where, TILES_OF_SET_MAX)
  const listed = tiles.map((each) => asRecord(each) ?? fail(where, 'has a tile that is not an object'))
  for (const [id, tile] of old) listed.push({ ...tile, id: /^\d+$/.test(id) ? Number(id) : id })
  if (listed.length > TILES_OF_SET_MAX)
    fail(where, `has ${listed.length} tiles; ${TILES_OF_SET_MAX} are the most`)
  const bounds = { least: 0, most: TILES_OF_SET_MAX }
  return listed.map((tile) => [integerIn(tile, 'id', `${where}: a tile`, bounds), tile] as const)
}

function tileKind(
  tile: Json,
  where: string,
  by: SetSources & { readonly tileSize: Size; readonly within: string },
): TileKind {
  const group = asRecord(tile.objectgroup) ?? {}
  // Up to Tiled 1.0 the group of the shapes could have properties; they count as the tile's.
  const properties = { ...propertiesOf(group), ...propertiesOf(tile) }
  const solid = solidKindIn(properties, where)
  const variety = classOf(tile)
  const size = tile.image === undefined ? by.tileSize : imageSizeOf(tile, where)
  const scale = { pixelsPerMetre: 1, height: size?.height ?? 0, offsetX: 0, offsetY: 0 }
  const shapes: Solid[] = []
  for (const [index, each] of listIn(group, 'objects', where, SHAPES_OF_TILE_MAX).entries()) {
    const listed = asRecord(each) ?? fail(where, `has a shape at index ${index} that is not an object`)
    const thing = `shape ${typeof listed.id === 'number' ? listed.id : `at index ${index}`}`
    const at = `${where}, ${thing}`
    const { object } = fromTemplate(listed, at, by)
    const drawn = readObject(object, scale, { layer: '', where: at })
    const reason = whyNoSolid(object, drawn)
    if (reason === undefined) shapes.push(solidOf(solid || 'wall', { ...drawn, kind: variety }, at))
    else by.notes.add({ within: where, thing }, `is ${reason} and stands in nobody's way`)
  }
  return { variety, solid, shapes, properties, size }
}

/** Says why a shape of a tile cannot be solid; undefined when it can. */
function whyNoSolid(
  object: Json,
  drawn: { shape: string; width: number; height: number },
): string | undefined {
  if (object.gid !== undefined && object.gid !== 0) return 'a tile itself'
  if (object.text !== undefined) return 'a text'
  if (drawn.shape === 'point') return 'a point'
  const hasNoSize = drawn.width === 0 || drawn.height === 0
  return hasNoSize && (drawn.shape === 'box' || drawn.shape === 'ellipse') ? 'without a size' : undefined
}

/** Returns the size of a tile's own image: all of it, or the part that Tiled 1.9 and later let one choose. */
function imageSizeOf(tile: Json, where: string): Size | undefined {
  const width = tile.width || tile.imagewidth
  const height = tile.height || tile.imageheight
  if (width === undefined || height === undefined) return undefined
  const bounds = { least: 0, most: 65_536 }
  return {
    width: integerIn({ width }, 'width', `${where}: its image`, bounds),
    height: integerIn({ height }, 'height', `${where}: its image`, bounds),
  }
}

/** The tile that a number stands for. */
export interface FoundTile {
  readonly set: Tileset
  readonly number: number
  /** Undefined when its set says nothing about it. */
  readonly kind: TileKind | undefined
  /** Undefined when nobody knows: it is no longer in its set, or the set does not say. */
  readonly size: Size | undefined
}

/** @returns undefined where the number is in none of the sets */
export function findTile(tilesets: readonly Tileset[], gid: number): FoundTile | undefined {
  let set: Tileset | undefined
  for (const each of tilesets) if (each.firstGid <= gid) set = each
  if (!set) return undefined
  const number = gid - set.firstGid
  if (!set.isCollection && number >= set.tileCount) return undefined
  const kind = set.tiles.get(number)
  const size = kind ? kind.size : set.isCollection ? undefined : set.tileSize
  return { set, number, kind, size: size && size.width > 0 && size.height > 0 ? size : undefined }
}

/** Says why nobody knows the size of a tile. */
export function whyNoSize({ set, number, kind }: FoundTile): string {
  if (!kind)
    return `is tile ${number} of ${set.where}, which has no such tile any more; Tiled draws a red cross there`
  return `is tile ${number} of ${set.where}, which does not say how large its image is; save it again with Tiled`
}
