/**
 * Sight works in whole units of 1/256 m. Whole numbers this small multiply and subtract without rounding, so that which
 * side of a line a point lies on is decided exactly, and alike on every platform.
 */
export const UNITS_PER_METRE = 256

/** 131 km to each side of the origin; what lies further off counts as lying there. 2^26 squared, twice, is 2^53. */
const UNITS_MAX = 2 ** 25

/** A straight piece of wall, in metres. It hides what is behind it from either side. */
export interface Segment {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** Metres to the nearest unit; NaN stays NaN. */
export function unitsOf(metres: number): number {
  return Math.min(Math.max(Math.round(metres * UNITS_PER_METRE), -UNITS_MAX), UNITS_MAX)
}

/**
 * Twice the area of the triangle a, b, c: above 0 when c lies to the left of the way from a to b, 0 when it lies on their
 * line. Exact for whole units.
 */
export function orient(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}

/**
 * Whether the wall from (sx, sy) to (tx, ty) hides a from b: it has a point in common with the line between them, their two
 * places themselves left out. So a corner that is touched hides, two walls that meet leave no gap, and whoever stands on a
 * wall sees both of its sides. Exact for whole units.
 */
export function hides(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  sx: number,
  sy: number,
  tx: number,
  ty: number,
): boolean {
  const s = orient(ax, ay, bx, by, sx, sy)
  const t = orient(ax, ay, bx, by, tx, ty)
  if (s * t > 0) return false
  if (s === 0 && t === 0) {
    // Along one line: measured along the way from a to b.
    const dx = bx - ax
    const dy = by - ay
    const toS = (sx - ax) * dx + (sy - ay) * dy
    const toT = (tx - ax) * dx + (ty - ay) * dy
    return Math.max(toS, toT) > 0 && Math.min(toS, toT) < dx * dx + dy * dy
  }
  return orient(sx, sy, tx, ty, ax, ay) * orient(sx, sy, tx, ty, bx, by) < 0
}
