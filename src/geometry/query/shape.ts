import type { Vector2 } from '../../core/index.ts'

/**
 * A piece of ground, in metres: a box with its sides, or a polygon that does not cross itself, turning either way.
 */
export type Shape =
  | { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
  | readonly Readonly<Vector2>[]

/**
 * Returns the smallest box around a shape: west, south, east, north. A polygon without corners has none: it is
 * nowhere.
 */
export function boundsOf(shape: Shape): readonly [number, number, number, number] {
  if (!isPolygon(shape)) return [shape.x0, shape.y0, shape.x1, shape.y1]
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of shape) {
    west = Math.min(west, x)
    south = Math.min(south, y)
    east = Math.max(east, x)
    north = Math.max(north, y)
  }
  return [west, south, east, north]
}

/**
 * Returns whether a place lies in a shape. All four sides of a box belong to it; of a polygon only those to its
 * west and south, so that of two that meet exactly one has what lies between.
 */
export function isInside(shape: Shape, x: number, y: number): boolean {
  if (!isPolygon(shape)) return x >= shape.x0 && x <= shape.x1 && y >= shape.y0 && y <= shape.y1
  let isIn = false
  for (let i = 0, from = shape[shape.length - 1]; i < shape.length; from = shape[i++]) {
    const to = shape[i]
    if (from.y > y === to.y > y) continue
    // The crossing east of the place, measured from the lower end whichever way round the side is told.
    const [low, high] = from.y < to.y ? [from, to] : [to, from]
    if ((x - low.x) * (high.y - low.y) < (high.x - low.x) * (y - low.y)) isIn = !isIn
  }
  return isIn
}

function isPolygon(shape: Shape): shape is readonly Readonly<Vector2>[] {
  return Array.isArray(shape)
}
