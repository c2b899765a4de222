/** Reads the objects of a layer: those that are solid, and those that the game finds. */
import type { Solid, SolidKind } from '../map/solid-grid.ts'
import type { MapObject, Properties } from '../map/world-map.ts'
import type { ObjectLayer } from './layers.ts'
import type { MapNotes, NotePlace } from './notes.ts'
import { readObject, type Scale } from './object.ts'
import { asRecord, fail, inWords, type Json, propertiesOf } from './reading.ts'
import { saidSolid, solidOf } from './solid.ts'
import { fromTemplate, type WholeObject } from './template.ts'
import { readTileObject } from './tile-object.ts'
import { type Tileset, type TilesetSources, tilesetOf, whyNoSize } from './tileset.ts'

/** The classes of tiles and objects that make them solid. */
const SOLID_CLASSES: Readonly<Record<string, SolidKind>> = {
  solid: 'wall',
  wall: 'wall',
  water: 'water',
  tree: 'tree',
}

export interface ObjectsInto {
  readonly width: number
  readonly scale: Scale
  readonly solids: Solid[]
  readonly objects: MapObject[]
}

/** Reads the objects of one map, layer by layer. */
export class ObjectReader {
  readonly #tilesets: readonly Tileset[]
  readonly #by: TilesetSources
  readonly #templateSets = new Map<string, readonly Tileset[]>()

  constructor(tilesets: readonly Tileset[], by: TilesetSources) {
    this.#tilesets = tilesets
    this.#by = by
  }

  read(layer: ObjectLayer, into: ObjectsInto): void {
    for (const [index, thing] of layer.objects.entries()) {
      const id = asRecord(thing)?.id
      const name = `object ${typeof id === 'number' ? id : `at index ${index}`}`
      const where = `${layer.where}, ${name}`
      const listed = asRecord(thing) ?? fail(where, 'is not an object')
      const whole = fromTemplate(listed, where, { files: this.#by.files, from: '' })
      const { gid } = whole.object
      const at = { where, thing: name }
      if (gid !== undefined && gid !== 0) this.#readTile(whole, layer, at, into)
      else readShape(whole.object, layer, { ...at, notes: this.#by.notes }, into)
    }
  }

  #readTile(
    whole: WholeObject,
    layer: ObjectLayer,
    { where, thing }: { readonly where: string; readonly thing: string },
    into: ObjectsInto,
  ): void {
    const { notes } = this.#by
    if (layer.name === 'spawn' || layer.name === 'portals')
      fail(where, 'is a tile; draw a rectangle, an ellipse, a polygon or a point')
    const tilesets = whole.template ? this.#setsOf(whole.template, where) : this.#tilesets
    const read = readTileObject(whole.object, into.scale, { layer: layer.name, where, tilesets })
    into.objects.push(read.object)
    const { tile, gid } = read
    const sayNumber = `has the number ${gid}, which is in none of ${whole.template ? "its template's" : "the map's"} tilesets`
    if (!tile && layer.solid) fail(where, `${sayNumber}; save the map again`)
    if (!tile) {
      if (layer.name !== 'decor') notes.add({ within: layer.where, thing }, sayNumber)
      return
    }
    const isOnlyLooked = layer.solid === false || (layer.name === 'decor' && layer.solid === undefined)
    const said = this.#kindOf(whole.object, read, {
      layer,
      isOnlyLooked,
      where: { within: layer.where, thing },
    })
    if (!said) return
    if (!tile.size) notes.add({ within: layer.where, thing }, whyNoSize(tile))
    else if (read.object.width === 0 && read.object.height === 0 && read.object.points.length === 0)
      notes.add({ within: layer.where, thing }, "has no size and stands in nobody's way")
    else into.solids.push(...read.solids(said.kind, said))
  }

  /**
   * Returns what a tile object is made of, as itself, its tile, its layer or its class says; undefined where it is
   * not solid. A tile's `solid` speaks of all of it; the others mean its shapes.
   */
  #kindOf(
    object: Json,
    { object: { kind: className }, tile }: ReturnType<typeof readTileObject>,
    by: {
      readonly layer: ObjectLayer
      readonly isOnlyLooked: boolean
      readonly where: NotePlace
    },
  ): { readonly kind: SolidKind; readonly isWhole: boolean } | undefined {
    const { layer, isOnlyLooked, where } = by
    const own = ownKind(propertiesOf(object), this.#by.notes, where)
    if (own) return { kind: own, isWhole: false }
    if (own === false || isOnlyLooked) return undefined
    const ofClass = Object.hasOwn(SOLID_CLASSES, className) ? SOLID_CLASSES[className] : undefined
    const said = tile?.kind?.solid ?? layer.solid ?? ofClass
    if (said) return { kind: said, isWhole: !layer.solid && !ofClass }
    if (said === false) return undefined
    if ((tile?.kind?.shapes.length ?? 0) > 0)
      this.#by.notes.add(
        where,
        "is a tile with collision shapes, but neither it, its tile nor its layer is solid: a property 'solid' says so",
      )
    return undefined
  }

  #setsOf({ path, json }: { readonly path: string; readonly json: Json }, where: string): readonly Tileset[] {
    const known = this.#templateSets.get(path)
    if (known) return known
    const listed = asRecord(json.tileset)
    const by = { ...this.#by, from: path, listed: `${where}: the tileset of its template ${path}` }
    const sets = listed ? [tilesetOf(listed, `${path}: tileset`, by)] : []
    this.#templateSets.set(path, sets)
    return sets
  }
}

function readShape(
  object: Json,
  layer: ObjectLayer,
  at: { readonly where: string; readonly thing: string; readonly notes: MapNotes },
  into: ObjectsInto,
): void {
  const { where, thing, notes } = at
  const within = { within: layer.where, thing }
  const drawn = readObject(object, into.scale, { layer: layer.name, where })
  const isPlace = layer.name === 'spawn' || layer.name === 'portals'
  if (layer.name === 'spawn') checkSpawn(drawn, where, { width: into.width, height: into.scale.height })
  if (layer.name === 'portals') checkPortal(drawn, where)
  const said = isPlace ? undefined : ownKind(drawn.properties, notes, within)
  const isText = object.text !== undefined
  if (layer.solid && said !== false && !isPlace) {
    if (!isText) {
      into.solids.push(solidOf(said ?? layer.solid, drawn, where))
      return
    }
    notes.add(within, "is a text and stands in nobody's way")
  } else if (said && (isText || drawn.shape === 'point' || hasNoSize(drawn)))
    notes.add(within, `is ${isText ? 'a text' : 'without a size'} and stands in nobody's way`)
  else if (said) into.solids.push(solidOf(said, drawn, where))
  into.objects.push(drawn)
}

/** Returns what an object's own property says; one that the game uses for something else says nothing. */
function ownKind(properties: Properties, notes: MapNotes, where: NotePlace): SolidKind | false | undefined {
  const said = saidSolid(properties)
  if (said !== 'nonsense') return said
  notes.add(
    where,
    `has ${inWords(properties.solid)} for its property 'solid', which is none of true, false, wall, water and tree`,
  )
  return undefined
}

function hasNoSize({ shape, width, height }: MapObject): boolean {
  return (shape === 'box' || shape === 'ellipse') && (width === 0 || height === 0)
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
