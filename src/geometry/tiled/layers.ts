/**
 * Reads the layers of a map, groups opened: what each of them means, by its name, its property `solid` and its
 * groups.
 */
import type { SolidKind } from '../map/solid-grid.ts'
import type { Properties } from '../map/world-map.ts'
import { looksSolid, saysSolid } from './looks-solid.ts'
import { asRecord, fail, inWords, type Json, listIn, named, numberIn, propertiesOf } from './reading.ts'
import { solidKindIn } from './solid.ts'
import { type Decompress, TILES_MAX, type TileBlock, tileBlocks } from './tile-data.ts'

const LAYERS_MAX = 4096
const GROUPS_DEEP_MAX = 16
const OBJECTS_MAX = 200_000

/** What layers of these names are made of. */
const SOLID_NAMES = { walls: 'wall', water: 'water', trees: 'tree' } as const
const PLAIN_NAMES: readonly string[] = ['spawn', 'decor', 'portals']

/** The purpose of a layer, by its own name or that of its group. */
interface Meaning {
  readonly name: string
  /** Undefined if it says nothing; false if it is only to be looked at. */
  readonly solid: SolidKind | false | undefined
}

interface Layer extends Meaning {
  /** The layer's own name. */
  readonly own: string
  readonly where: string
  /** By how many pixels it is moved. */
  readonly offsetX: number
  readonly offsetY: number
  /** Whether it scrolls at its own pace. */
  readonly isParallax: boolean
  /** The name and properties that look meant to make it solid: "its property 'collides'". */
  readonly looks: readonly string[]
}

export interface TileLayer extends Layer {
  readonly is: 'tiles'
  /** Its tiles; `tiles` is empty when nobody asks which they are. */
  readonly blocks: readonly TileBlock[]
}

export interface ObjectLayer extends Layer {
  readonly is: 'objects'
  readonly objects: readonly unknown[]
}

/** A layer of pictures: it blocks nobody, and the game finds nothing in it. */
export interface PictureLayer extends Layer {
  readonly is: 'pictures'
}

export type AnyLayer = TileLayer | ObjectLayer | PictureLayer

interface Surroundings {
  readonly meaning: Meaning | undefined
  readonly offsetX: number
  readonly offsetY: number
  readonly isParallax: boolean
  readonly depth: number
}

/** @throws OutsideError for a layer that cannot be what its name says, or is more than one map may hold */
export function layersOf(
  map: Json,
  by: { readonly source: string; readonly decompress: Decompress | undefined },
): AnyLayer[] {
  const { source, decompress } = by
  const whole = `${source}: the map`
  const isInfinite = map.infinite === true
  const found: AnyLayer[] = []
  let [seen, objects, room] = [0, 0, TILES_MAX]

  const open = (group: Json, around: Surroundings): void => {
    if (around.depth > GROUPS_DEEP_MAX) fail(whole, `has groups more than ${GROUPS_DEEP_MAX} deep`)
    for (const each of listIn(group, 'layers', whole, LAYERS_MAX)) {
      const layer = asRecord(each)
      if (!layer) continue
      if (++seen > LAYERS_MAX) fail(whole, `has more than ${LAYERS_MAX} layers`)
      const own = typeof layer.name === 'string' ? layer.name : ''
      const where = `${source}: layer '${named(own)}'`
      const properties = propertiesOf(layer)
      const said = solidKindIn(properties, where)
      const meaning = meaningOf(own, said, around.meaning)
      const place = {
        offsetX: around.offsetX + numberIn(layer, 'offsetx', where, 0),
        offsetY: around.offsetY + numberIn(layer, 'offsety', where, 0),
        isParallax: around.isParallax || isMoved(layer.parallaxx) || isMoved(layer.parallaxy),
      }
      if (layer.type === 'group') {
        open(layer, { meaning, ...place, depth: around.depth + 1 })
        continue
      }
      const described = { ...meaning, own, where, ...place, looks: looksOf(layer, own, properties) }
      const isForObjects = isPlain(meaning) && meaning.name !== 'decor'
      if (layer.type === 'tilelayer' && !isForObjects) {
        const isLookedAt = meaning.solid === false || (isPlain(meaning) && meaning.solid === undefined)
        // Which tiles are only looked at does not matter, but where they lie does, in a map without edges.
        if (isLookedAt && !isInfinite) {
          found.push({ is: 'tiles', ...described, solid: false, blocks: [] })
          continue
        }
        const blocks = tileBlocks(layer, where, { decompress, room, isLookedAt })
        for (const { columns, rows } of blocks) room -= columns * rows
        found.push({ is: 'tiles', ...described, solid: isLookedAt ? false : meaning.solid, blocks })
      } else if (layer.type === 'objectgroup') {
        const list = listIn(layer, 'objects', where, OBJECTS_MAX)
        objects += list.length
        if (objects > OBJECTS_MAX) fail(where, `is too much: ${OBJECTS_MAX} objects are the most in one map`)
        found.push({ is: 'objects', ...described, objects: list })
      } else if ((Object.hasOwn(SOLID_NAMES, own) || PLAIN_NAMES.includes(own)) && own !== 'decor')
        fail(where, `is of type ${inWords(layer.type)}; it must be an object layer`)
      else if (layer.type === 'imagelayer') found.push({ is: 'pictures', ...described, solid: false })
    }
  }
  open(map, { meaning: undefined, offsetX: 0, offsetY: 0, isParallax: false, depth: 0 })
  return found
}

/**
 * Returns what a layer means. Its own name says so, or else the group it lies in. Layers where players begin or
 * portals lie must say so themselves.
 */
function meaningOf(own: string, said: SolidKind | false | undefined, group: Meaning | undefined): Meaning {
  if (Object.hasOwn(SOLID_NAMES, own))
    return { name: own, solid: said ?? SOLID_NAMES[own as keyof typeof SOLID_NAMES] }
  if (PLAIN_NAMES.includes(own)) return { name: own, solid: said }
  return { name: group?.name === 'decor' ? 'decor' : own, solid: said ?? group?.solid }
}

/** Returns whether a layer has a use other than being solid. */
export function isPlain({ name }: { readonly name: string }): boolean {
  return PLAIN_NAMES.includes(name)
}

function isMoved(factor: unknown): boolean {
  return typeof factor === 'number' && factor !== 1
}

function looksOf(layer: Json, own: string, properties: Properties): string[] {
  const looks = looksSolid(own) ? ['its name'] : []
  if (typeof layer.class === 'string' && looksSolid(layer.class))
    looks.push(`its class '${named(layer.class)}'`)
  for (const [name, value] of Object.entries(properties))
    if (saysSolid(name, value)) looks.push(`its property '${named(name)}'`)
  return looks
}
