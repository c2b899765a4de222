import type { Solid } from '../map/solid-grid.ts'
import type { Segment } from './lattice.ts'

/**
 * The corners of a circle of radius 1, counter-clockwise from the east, as x, y, x, y: the cosines and sines of
 * sixteenths of a turn, written out because platforms may round their own differently.
 */
const [A, B, C] = [0.9238795325112867, Math.SQRT1_2, 0.3826834323650898]
const ROUND: readonly number[] = [
  ...[1, 0, A, C, B, B, C, A, 0, 1, -C, A, -B, B, -A, C],
  ...[-1, 0, -A, -C, -B, -B, -C, -A, 0, -1, C, -A, B, -B, A, -C],
]

/**
 * Returns what of a map's solids hides what is behind it: the four sides of a box, the sides of a polygon, the
 * pieces of a line, and for a circle the sixteen sides of a regular polygon with its corners on the circle (at most
 * 2 % of the radius inside it). Water hides nothing.
 */
export function outlines(solids: readonly Solid[]): Segment[] {
  const segments: Segment[] = []
  const ring = (corners: readonly number[], isClosed = true): void => {
    for (let i = 0; i < corners.length - (isClosed ? 0 : 2); i += 2) {
      const next = (i + 2) % corners.length
      segments.push({ x0: corners[i], y0: corners[i + 1], x1: corners[next], y1: corners[next + 1] })
    }
  }
  for (const solid of solids) {
    if (solid.kind === 'water') continue
    if (solid.shape === 'box') {
      const { x0, y0, x1, y1 } = solid
      ring([x0, y0, x1, y0, x1, y1, x0, y1])
    } else if (solid.shape === 'circle') {
      ring(ROUND.map((part, i) => (i % 2 === 0 ? solid.x : solid.y) + part * solid.radius))
    } else {
      ring(
        solid.points.flatMap(({ x, y }) => [x, y]),
        solid.shape === 'polygon',
      )
    }
  }
  return segments
}
