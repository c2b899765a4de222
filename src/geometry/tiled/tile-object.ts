/** Reads an object of the Tiled editor that is a tile: a picture, and the solids of it. */
import type { Point, Solid, SolidKind } from '../map/solid-grid.ts'
import type { MapObject, MapTile } from '../map/world-map.ts'
import { boxAround, checkNearness, type Placed, polygon, type Scale, sizeIn, tagsOf } from './object.ts'
import { MIRRORED_DIAGONALLY, MIRRORED_X, MIRRORED_Y, NUMBER, Picture, putShape } from './picture.ts'
import { classOf, integerIn, type Json, numberIn, propertiesOf } from './reading.ts'
import { type FoundTile, findTile, type Tileset } from './tileset.ts'
import { turnBy } from './turn.ts'

export interface TileObject {
  readonly object: MapObject
  /** Undefined when its number is in no tileset. */
  readonly tile: FoundTile | undefined
  /** Its number in the map, without the flags. */
  readonly gid: number
  /**
   * Returns the solids: the tile's own shapes, or all of it when it has none or `isWhole`. None when nobody knows
   * its size.
   */
  solids(kind: SolidKind, by: { readonly isWhole: boolean }): Solid[]
}

/** @throws OutsideError naming the object, by `where` */
export function readTileObject(
  object: Json,
  scale: Scale,
  at: { readonly layer: string; readonly where: string; readonly tilesets: readonly Tileset[] },
): TileObject {
  const { where, layer } = at
  const flagged = integerIn(object, 'gid', where, { least: 0, most: 0xffff_ffff })
  const gid = flagged & NUMBER
  const tile = findTile(at.tilesets, gid)
  const said = sizeIn(object, where)
  // Old files leave the size out where it is that of the tile.
  const size = { width: said.width || tile?.size?.width || 0, height: said.height || tile?.size?.height || 0 }
  const hang = tile?.set.hang ?? { x: 0, y: 1 }
  const picture = new Picture({
    tile: tile?.size ?? { width: size.width || 1, height: size.height || 1 },
    size,
    left: 0 - hang.x * size.width,
    bottom: (1 - hang.y) * size.height,
    gid: flagged,
    offset: tile?.set.offset ?? { x: 0, y: 0 },
    isFitted: tile?.set.isFitted ?? false,
  })
  const rotation = numberIn(object, 'rotation', where, 0)
  const from = { x: numberIn(object, 'x', where), y: numberIn(object, 'y', where) }
  const { cos, sin } = turnBy(rotation)
  /** Returns a point measured from where it hangs, turned clockwise as Tiled does. */
  const put = ({ x, y }: Point): Point => ({
    x: (from.x + (x * cos - y * sin) + scale.offsetX) / scale.pixelsPerMetre,
    y: scale.height - (from.y + (x * sin + y * cos) + scale.offsetY) / scale.pixelsPerMetre,
  })
  const isUpright = sin === 0 || cos === 0
  const placed = placedAt(picture.frame, put, { isUpright, rotation, pixelsPerMetre: scale.pixelsPerMetre })
  checkNearness(placed, where)
  const kind = classOf(object) || (tile?.kind?.variety ?? '')
  const { id, name } = tagsOf(object)
  return {
    object: {
      ...{ layer, id, kind, name, ...placed },
      properties: { ...tile?.kind?.properties, ...propertiesOf(object) },
      tile: mapTile(flagged, tile, rotation),
    },
    tile,
    gid,
    solids: (solidKind, { isWhole }) => {
      const box = tile?.size
      if (!box) return []
      const up = { kind: solidKind, variety: kind }
      const shapes = isWhole ? [] : (tile.kind?.shapes ?? [])
      const whole: Solid = { ...up, shape: 'box', x0: 0, y0: 0, x1: box.width, y1: box.height }
      const by = {
        put: ({ x, y }: Point) => put(picture.put({ x, y: box.height - y })),
        scale: picture.scale === undefined ? undefined : picture.scale / scale.pixelsPerMetre,
        isUpright,
      }
      return (shapes.length > 0 ? shapes : [whole]).map((shape) => putShape({ ...shape, ...up }, by))
    },
  }
}

function placedAt(
  frame: Picture['frame'],
  put: (point: Point) => Point,
  by: { readonly isUpright: boolean; readonly rotation: number; readonly pixelsPerMetre: number },
): Placed {
  const { left, top, width, height } = frame
  if (by.rotation === 0) {
    const size = { width: width / by.pixelsPerMetre, height: height / by.pixelsPerMetre }
    const shape = width === 0 && height === 0 ? 'point' : 'box'
    return { shape, ...put({ x: left, y: top + height }), ...size, points: [] }
  }
  const corners = [
    { x: left, y: top },
    { x: left + width, y: top },
    { x: left + width, y: top + height },
    { x: left, y: top + height },
  ].map(put)
  if (width === 0 && height === 0) return { ...boxAround(corners), shape: 'point' }
  return by.isUpright ? boxAround(corners) : polygon(corners)
}

function mapTile(gid: number, tile: FoundTile | undefined, rotation: number): MapTile {
  return {
    tileset: tile?.set.name ?? '',
    number: tile?.number ?? gid & NUMBER,
    isMirroredDiagonally: (gid & MIRRORED_DIAGONALLY) !== 0,
    isMirroredX: (gid & MIRRORED_X) !== 0,
    isMirroredY: (gid & MIRRORED_Y) !== 0,
    rotation,
  }
}
