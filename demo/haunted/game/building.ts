/** How a house is built on: walls and light posts that come, go and move on its map. Each makes a map of its own. */
import { type MapObject, type Solid, type WorldMap, worldMap } from 'shardless'
import { LAMPS } from './house.ts'
import { heightPixels, pixelsPerMetre, px, type Rectangle, widthPixels } from './measure.ts'

/** The most walls and light posts of a house: what screens and dark are made for. */
export const wallsMax = 200
export const lampsMax = 12
/** The side of a light post, in pixels. */
const POST = 10

type Wall = Solid & { readonly shape: 'box' }

/** Lists the walls of a house, as they are numbered from 1 on. */
export function wallsOf({ solids }: WorldMap): readonly Wall[] {
  return solids.filter((solid): solid is Wall => solid.shape === 'box' && solid.kind !== 'water')
}

/** Says where a wall or a post is, in pixels from the upper left corner. */
export function rectangleOf({ x0, y0, x1, y1 }: Wall): Rectangle {
  return {
    x: Math.round(x0 * pixelsPerMetre),
    y: Math.round(heightPixels - y1 * pixelsPerMetre),
    w: Math.round((x1 - x0) * pixelsPerMetre),
    h: Math.round((y1 - y0) * pixelsPerMetre),
  }
}

/** Returns whether a rectangle lies in the house and has a size. */
export function isInHouse({ x, y, w, h }: Rectangle): boolean {
  const isWhole = [x, y, w, h].every((value) => Number.isInteger(value))
  return isWhole && x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= widthPixels && y + h <= heightPixels
}

export function withWall(map: WorldMap, rectangle: Rectangle): WorldMap {
  return worldMap({ ...map, solids: [...map.solids, box(rectangle, 'wall')] })
}

export function withoutWall(map: WorldMap, wall: Wall): WorldMap {
  return worldMap({ ...map, solids: map.solids.filter((one) => one !== wall) })
}

/** Moves a wall, which keeps its number. */
export function withWallAt(
  map: WorldMap,
  wall: Wall,
  to: { readonly x: number; readonly y: number },
): WorldMap {
  const moved = box({ ...rectangleOf(wall), ...to }, 'wall')
  return worldMap({ ...map, solids: map.solids.map((one) => (one === wall ? moved : one)) })
}

/** Puts up a light post. @param reach  how far it shines, in metres */
export function withLamp(
  map: WorldMap,
  at: { readonly x: number; readonly y: number },
  reach: number,
): WorldMap {
  const rectangle = { ...at, w: POST, h: POST }
  // In the way like a wall, and hiding as little as water.
  const post = box(rectangle, 'water')
  const id = 1 + Math.max(0, ...map.objects.map((object) => object.id))
  const object: MapObject = {
    ...{ id, name: '', kind: '', layer: LAMPS, shape: 'box', points: [] },
    ...{ x: post.x0, y: post.y0, width: POST * px, height: POST * px, properties: { reach } },
  }
  return worldMap({ ...map, solids: [...map.solids, post], objects: [...map.objects, object] })
}

/** Takes down the light post at a place in metres: the middle of one of `postsOf`. */
export function withoutLamp(map: WorldMap, at: { readonly x: number; readonly y: number }): WorldMap {
  const isThere = ({
    x,
    y,
    width,
    height,
  }: {
    x: number
    y: number
    width: number
    height: number
  }): boolean => Math.abs(x + width / 2 - at.x) < px && Math.abs(y + height / 2 - at.y) < px
  const solids = map.solids.filter(
    (one) =>
      one.shape !== 'box' ||
      one.kind !== 'water' ||
      !isThere({ x: one.x0, y: one.y0, width: one.x1 - one.x0, height: one.y1 - one.y0 }),
  )
  const objects = map.objects.filter((one) => one.layer !== LAMPS || !isThere(one))
  return worldMap({ ...map, solids, objects })
}

function box({ x, y, w, h }: Rectangle, kind: Wall['kind']): Wall {
  const [x0, y1] = [x * px, (heightPixels - y) * px]
  return { shape: 'box', kind, variety: '', x0, y0: y1 - h * px, x1: x0 + w * px, y1 }
}
