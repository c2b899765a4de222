/** The ground of a world, in metres: what stands on it, where players may begin, how bodies move over it. */
import { type Body, Collision } from './collision.ts'
import type { Point, Solid } from './solid-grid.ts'

export type Properties = Readonly<Record<string, string | number | boolean>>

/** Something that blocks nobody. Metres; a box from (x, y), its south-west corner, or a point of no size. */
export interface MapObject {
  /** The layer it was drawn in. */
  readonly layer: string
  /** Its number in the editor: never used twice in a map. */
  readonly id: number
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
  readonly properties: Properties
  /** The tile whose picture it is; left out when it is none. */
  readonly tile?: MapTile
}

/** The tile that an object shows. */
export interface MapTile {
  /** The name of its tileset, and the tile's number there, from 0. */
  readonly tileset: string
  readonly number: number
  /**
   * How the picture is mirrored: first over the diagonal from the upper left, then to the side, then upside down.
   */
  readonly isMirroredDiagonally: boolean
  readonly isMirroredX: boolean
  readonly isMirroredY: boolean
  /**
   * By how many degrees it is then turned, clockwise. A box stands upright as it is; of a polygon the upper left
   * corner is first.
   */
  readonly rotation: number
}

/** The content of a map: plain data. */
export interface MapContent {
  /** Metres from west to east. */
  readonly width: number
  /** Metres from south to north. */
  readonly height: number
  /** What the map's author wrote about the map as a whole. */
  readonly properties: Properties
  readonly solids: readonly Solid[]
  /** Everything that is more than solid, in the order of layers. */
  readonly objects: readonly MapObject[]
}

/** A map ready to be walked on. It never changes: see `World.replaceMap`. */
export interface WorldMap extends MapContent {
  /** The points of layer `spawn`. */
  readonly spawns: readonly Point[]
  /** The objects of layer `decor`. */
  readonly decor: readonly MapObject[]
  /** The areas of layer `portals`: see `Realm`. */
  readonly portals: readonly MapObject[]
  /**
   * Returns where the object of this name is: a point, or the middle of an area. The first, when several have the
   * name.
   */
  place(name: string): Point | undefined
  /** See `Collision.slide`. */
  slide(position: { x: number; y: number }, dx: number, dy: number, body: Body): void
  /** See `Collision.isFree`. */
  isFree(x: number, y: number, body: Body): boolean
  /** See `Collision.nearestFree`. */
  nearestFree(x: number, y: number, body: Body): Point | undefined
  /** See `Collision.lineIsClear`. */
  lineIsClear(x0: number, y0: number, x1: number, y1: number): boolean
}

/** Makes a map with nothing on it. Sizes in metres. */
export function emptyMap(width: number, height: number): WorldMap {
  return worldMap({ width, height, properties: {}, solids: [], objects: [] })
}

/** Makes a map of this content. */
export function worldMap(content: MapContent): WorldMap {
  const { width, height, properties, solids, objects } = content
  const collision = new Collision(width, height, solids)
  const inLayer = (name: string) => objects.filter(({ layer }) => layer === name)
  const places = new Map<string, Point>()
  for (const object of objects)
    if (object.name !== '' && !places.has(object.name)) places.set(object.name, middleOf(object))
  return {
    width,
    height,
    properties,
    solids,
    objects,
    spawns: inLayer('spawn').map(({ x, y }) => ({ x, y })),
    decor: inLayer('decor'),
    portals: inLayer('portals'),
    place: (name) => places.get(name),
    slide: (position, dx, dy, body) => collision.slide(position, dx, dy, body),
    isFree: (x, y, body) => collision.isFree(x, y, body),
    nearestFree: (x, y, body) => collision.nearestFree(x, y, body),
    lineIsClear: (x0, y0, x1, y1) => collision.lineIsClear(x0, y0, x1, y1),
  }
}

/** Returns whether a place lies in an object's area; never in a point or an open line. */
export function holds(object: MapObject, x: number, y: number): boolean {
  if (object.shape === 'polygon') {
    let isInside = false
    let from = object.points[object.points.length - 1]
    for (const to of object.points) {
      if (from.y > y !== to.y > y && x < from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y))
        isInside = !isInside
      from = to
    }
    return isInside
  }
  if (object.shape === 'ellipse') {
    const east = (2 * (x - object.x)) / object.width - 1
    const north = (2 * (y - object.y)) / object.height - 1
    return east * east + north * north <= 1
  }
  const isInside =
    x >= object.x && x <= object.x + object.width && y >= object.y && y <= object.y + object.height
  return object.shape === 'box' && isInside
}

function middleOf({ x, y, width, height, points }: MapObject): Point {
  if (points.length === 0) return { x: x + width / 2, y: y + height / 2 }
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const point of points) {
    x0 = Math.min(x0, point.x)
    y0 = Math.min(y0, point.y)
    x1 = Math.max(x1, point.x)
    y1 = Math.max(y1, point.y)
  }
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }
}
