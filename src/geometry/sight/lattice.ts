/**
 * Sight works in whole units of 1/256 m. Whole numbers this small multiply and subtract without rounding, so that which
 * side of a line a point lies on is decided exactly, and alike on every platform.
 */
export const UNITS_PER_METRE = 256

/**
 * The farthest from the origin that sight works, 131 km each way; anything further off counts as there. 2^26
 * squared, twice, is 2^53.
 */
const UNITS_MAX = 2 ** 25

/** A straight piece of wall, in metres. It hides what is behind it from either side. */
export interface Segment {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** Rounds metres to the nearest unit; NaN stays NaN. */
export function unitsOf(metres: number): number {
  return Math.min(Math.max(Math.round(metres * UNITS_PER_METRE), -UNITS_MAX), UNITS_MAX)
}

/**
 * Returns twice the area of the triangle a, b, c: above 0 when c lies to the left of the way from a to b, 0 when it
 * lies on their line. Exact for whole units.
 */
export function orient(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}

/**
 * Returns whether the wall from (sx, sy) to (tx, ty) hides a from b: whether it meets the line between them other
 * than at their own two places. So a touched corner hides, two walls that meet leave no gap, and someone on a wall
 * sees both of its sides. Exact for whole units.
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
