/** Turns what was drawn into solids. */
import type { Point, Solid, SolidKind } from '../map/solid-grid.ts'
import type { MapObject, Properties } from '../map/world-map.ts'
import { fail, inWords } from './reading.ts'
import { ellipse } from './turn.ts'

/** The most sides of a polygon that are checked for crossings: longer outlines are taken as they are. */
const CROSSINGS_MAX = 512

/**
 * Reads the property `solid`: true is a wall, false nothing. Before Tiled 0.16 every property was a text.
 *
 * @returns undefined when it is missing
 */
export function solidKindIn(properties: Properties, where: string): SolidKind | false | undefined {
  const said = saidSolid(properties)
  if (said !== 'nonsense') return said
  const { solid } = properties
  return fail(where, `has ${inWords(solid)} for its property 'solid'; it is true, false, wall, water or tree`)
}

/** As `solidKindIn`, where it may be the game's own word for something else. */
export function saidSolid({ solid }: Properties): SolidKind | false | undefined | 'nonsense' {
  if (solid === undefined) return undefined
  if (solid === false || solid === 'false') return false
  if (solid === true || solid === 'true') return 'wall'
  return solid === 'wall' || solid === 'water' || solid === 'tree' ? solid : 'nonsense'
}

/** @throws OutsideError for a shape that has no size or crosses itself */
export function solidOf(kind: SolidKind, object: MapObject, where: string): Solid {
  const { x, y, width, height, points } = object
  const variety = object.kind
  if (object.shape === 'polygon') {
    if (points.length < 3) fail(where, `is a polygon of ${points.length} corners; it needs three or more`)
    if (crossesItself(points)) fail(where, 'is a polygon whose sides cross; draw it as two')
    return { kind, variety, shape: 'polygon', points }
  }
  if (object.shape === 'polyline') {
    if (points.length < 2) fail(where, `is a line of ${points.length} points; it needs two or more`)
    return { kind, variety, shape: 'line', points }
  }
  if (object.shape === 'point') fail(where, 'is a point; a solid needs a size')
  if (width === 0) fail(where, 'has a width of 0; a solid needs a size')
  if (height === 0) fail(where, 'has a height of 0; a solid needs a size')
  if (object.shape === 'box')
    return { kind, variety, shape: 'box', x0: x, y0: y, x1: x + width, y1: y + height }
  if (width === height)
    return { kind, variety, shape: 'circle', x: x + width / 2, y: y + height / 2, radius: width / 2 }
  const corners = ellipse(width, height).map((corner) => ({ x: x + corner.x, y: y + corner.y }))
  return { kind, variety, shape: 'polygon', points: corners }
}

/** Returns whether two sides that are not neighbours cross. */
function crossesItself(points: readonly Point[]): boolean {
  const count = points.length
  if (count > CROSSINGS_MAX) return false
  for (let i = 0; i < count; i++) {
    const { y: from } = points[i]
    const { y: to } = points[(i + 1) % count]
    const [south, north] = from < to ? [from, to] : [to, from]
    for (let k = i + 2; k < count; k++) {
      if (i === 0 && k === count - 1) continue
      // Most sides lie wholly north or south of each other.
      const [a, b] = [points[k].y, points[(k + 1) % count].y]
      if ((a < south && b < south) || (a > north && b > north)) continue
      if (cross(points[i], points[i + 1], points[k], points[(k + 1) % count])) return true
    }
  }
  return false
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

/** Returns above 0 when `c` lies left of the way from `a` to `b`, below 0 when right of it. */
function side(a: Point, b: Point, c: Point): number {
  return Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x))
}
