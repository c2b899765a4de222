import type { Point } from '../map/solid-grid.ts'

/**
 * Returns the cosine and sine of an angle in degrees, the same bits on every platform, which Math.cos does not
 * promise: a quarter turn is exact, the rest is a series of + - * / on -45 .. 45 degrees, off by less than 1e-15.
 */
export function turnBy(degrees: number): { cos: number; sin: number } {
  const quarters = Math.round(degrees / 90)
  const x = ((degrees - quarters * 90) * Math.PI) / 180
  const squared = x * x
  let cos = 0
  let sin = 0
  for (let n = 18; n >= 0; n -= 2) {
    cos = 1 - (squared * cos) / ((n + 1) * (n + 2))
    sin = 1 - (squared * sin) / ((n + 2) * (n + 3))
  }
  sin *= x
  const side = ((quarters % 4) + 4) % 4
  if (side === 0) return { cos, sin }
  if (side === 1) return { cos: -sin, sin: cos }
  return side === 2 ? { cos: -cos, sin: -sin } : { cos: sin, sin: -cos }
}

/** How many corners the polygon has that stands for an ellipse. */
const CORNERS = 32

/** Returns the corners of an ellipse in a box from (0, 0). */
export function ellipse(width: number, height: number): Point[] {
  return Array.from({ length: CORNERS }, (_, i) => {
    const { cos, sin } = turnBy((i * 360) / CORNERS)
    return { x: (width / 2) * (1 + cos), y: (height / 2) * (1 + sin) }
  })
}

/** Returns the corners of a box from (0, 0) whose shorter sides are half circles, as Tiled 1.12 draws a capsule. */
export function capsule(width: number, height: number): Point[] {
  const radius = Math.min(width, height) / 2
  const isWide = width > height
  const points: Point[] = []
  for (let i = 0; i <= CORNERS / 2; i++) {
    const { cos, sin } = turnBy((i * 360) / CORNERS - (isWide ? 90 : 0))
    points.push(
      isWide
        ? { x: width - radius + radius * cos, y: radius + radius * sin }
        : { x: radius + radius * cos, y: height - radius + radius * sin },
    )
  }
  // The other end is the same, turned by half.
  return [...points, ...points.map(({ x, y }) => ({ x: width - x, y: height - y }))]
}
