/** Points, lines and polygons of the plan: metres, x east, y north. */
import { hypot } from 'shardless'

export interface Point {
  readonly x: number
  readonly y: number
}
export type Polygon = readonly Point[]

export const point = (x: number, y: number): Point => ({ x, y })

export function add(a: Point, b: Point, times = 1): Point {
  return { x: a.x + b.x * times, y: a.y + b.y * times }
}

export function distance(a: Point, b: Point): number {
  return hypot(a.x - b.x, a.y - b.y)
}

/** The way from a to b, of length 1. */
export function direction(a: Point, b: Point): Point {
  const length = distance(a, b)
  return length > 0 ? { x: (b.x - a.x) / length, y: (b.y - a.y) / length } : { x: 1, y: 0 }
}

/** A quarter turn to the left. */
export function leftOf(way: Point): Point {
  return { x: -way.y, y: way.x }
}

/**
 * A rectangle seen from its own corner: `u` metres along `way`, `v` metres to the left of it.
 * Its corners run round from the origin, first along `way`.
 */
export function rectangle(
  origin: Point,
  way: Point,
  size: { u0: number; v0: number; u1: number; v1: number },
): Polygon {
  const at = (u: number, v: number): Point => add(add(origin, way, u), leftOf(way), v)
  return [at(size.u0, size.v0), at(size.u1, size.v0), at(size.u1, size.v1), at(size.u0, size.v1)]
}

export function centreOf(polygon: Polygon): Point {
  const sum = polygon.reduce((a, b) => add(a, b), point(0, 0))
  return { x: sum.x / polygon.length, y: sum.y / polygon.length }
}

export function distanceToSegment(p: Point, a: Point, b: Point): number {
  const along = { x: b.x - a.x, y: b.y - a.y }
  const squared = along.x * along.x + along.y * along.y
  const share = squared > 0 ? ((p.x - a.x) * along.x + (p.y - a.y) * along.y) / squared : 0
  return distance(p, add(a, along, Math.min(Math.max(share, 0), 1)))
}

export function distanceToLine(p: Point, line: readonly Point[]): number {
  let nearest = line.length === 1 ? distance(p, line[0]) : Infinity
  for (let i = 1; i < line.length; i++)
    nearest = Math.min(nearest, distanceToSegment(p, line[i - 1], line[i]))
  return nearest
}

export function isInside(p: Point, polygon: Polygon): boolean {
  let inside = false
  let from = polygon[polygon.length - 1]
  for (const to of polygon) {
    if (from.y > p.y !== to.y > p.y && p.x < from.x + ((to.x - from.x) * (p.y - from.y)) / (to.y - from.y))
      inside = !inside
    from = to
  }
  return inside
}

/** Closed: the first corner again at the end. */
export function outline(polygon: Polygon): readonly Point[] {
  return [...polygon, polygon[0]]
}

/** The least distance between two lines of straight pieces; 0 where they cross. */
export function distanceBetween(a: readonly Point[], b: readonly Point[]): number {
  let nearest = Infinity
  for (let i = 1; i < a.length; i++) {
    for (let j = 1; j < b.length; j++) {
      if (cross(a[i - 1], a[i], b[j - 1], b[j])) return 0
      nearest = Math.min(
        nearest,
        distanceToSegment(a[i], b[j - 1], b[j]),
        distanceToSegment(a[i - 1], b[j - 1], b[j]),
        distanceToSegment(b[j], a[i - 1], a[i]),
        distanceToSegment(b[j - 1], a[i - 1], a[i]),
      )
    }
  }
  return nearest
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
  return side(a, b, c) > 0 !== side(a, b, d) > 0 && side(c, d, a) > 0 !== side(c, d, b) > 0
}

/** A line through the points without corners (Catmull-Rom), cut into pieces of about `step` metres. */
export function smooth(points: readonly Point[], step: number): Point[] {
  const line: Point[] = []
  for (let i = 1; i < points.length; i++) {
    const [a, b, c, d] = [
      points[Math.max(i - 2, 0)],
      points[i - 1],
      points[i],
      points[Math.min(i + 1, points.length - 1)],
    ]
    const pieces = Math.max(1, Math.round(distance(b, c) / step))
    for (let piece = 0; piece < pieces; piece++) {
      const t = piece / pieces
      const bend = (p: number, q: number, r: number, s: number): number =>
        q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)))
      line.push({ x: bend(a.x, b.x, c.x, d.x), y: bend(a.y, b.y, c.y, d.y) })
    }
  }
  line.push(points[points.length - 1])
  return line
}

/** A closed shape through the points without corners. */
export function smoothRing(points: readonly Point[], step: number): Point[] {
  const n = points.length
  const line = smooth([points[n - 1], ...points, points[0], points[1]], step)
  const first = line.findIndex((p) => p.x === points[0].x && p.y === points[0].y)
  const last = line.findLastIndex((p) => p.x === points[0].x && p.y === points[0].y)
  return line.slice(first, last)
}

/** The middle of a line, and points every `step` metres along it, with the way they look. */
export function along(line: readonly Point[], step: number): { at: Point; way: Point; metres: number }[] {
  const places: { at: Point; way: Point; metres: number }[] = []
  let metres = 0
  let next = 0
  for (let i = 1; i < line.length; i++) {
    const way = direction(line[i - 1], line[i])
    const length = distance(line[i - 1], line[i])
    for (; next <= metres + length; next += step)
      places.push({ at: add(line[i - 1], way, next - metres), way, metres: next })
    metres += length
  }
  return places
}
