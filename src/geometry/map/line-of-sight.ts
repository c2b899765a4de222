import { AREA, BOX, CIRCLE, EDGE, nearestShare, type SolidGrid } from './solid-grid.ts'

/** By how many metres the search in a row of squares reaches beyond the line's ends, against rounding. */
const SKIN = 1 / 1024

/** Returns whether one can see from one point to the other: no wall and no tree between. Water hides nothing. */
export function lineIsClear(grid: SolidGrid, x0: number, y0: number, x1: number, y1: number): boolean {
  const size = grid.squareSize
  const dx = x1 - x0
  const dy = y1 - y0
  if (!(Math.abs(dx) < Infinity && Math.abs(dy) < Infinity)) return false
  // Row by row through the squares that the line crosses.
  const bottom = grid.row(Math.min(y0, y1))
  const top = grid.row(Math.max(y0, y1))
  for (let row = bottom; row <= top; row++) {
    let from = 0
    let to = 1
    if (dy !== 0 && bottom !== top) {
      const a = (row * size - y0) / dy
      const b = ((row + 1) * size - y0) / dy
      from = Math.max(0, Math.min(a, b))
      to = Math.min(1, Math.max(a, b))
      // The line may start or end outside the map: its border rows hold what lies beyond.
      if (row === (dy > 0 ? bottom : top)) from = 0
      if (row === (dy > 0 ? top : bottom)) to = 1
    }
    const left = grid.column(Math.min(x0 + dx * from, x0 + dx * to) - SKIN)
    const right = grid.column(Math.max(x0 + dx * from, x0 + dx * to) + SKIN)
    for (let column = left; column <= right; column++) {
      const square = row * grid.columns + column
      for (let i = grid.starts[square]; i < grid.starts[square + 1]; i++) {
        const item = grid.items[i]
        if (grid.hides[item] === 1 && crosses(grid, item, x0, y0, dx, dy)) return false
      }
    }
  }
  return true
}

/** Returns whether the line from (x, y) over (dx, dy) meets the item. */
function crosses(grid: SolidGrid, item: number, x: number, y: number, dx: number, dy: number): boolean {
  const shapes = grid.shapes
  const at = item * 4
  const type = grid.types[item]
  if (type === BOX) {
    let from = 0
    let to = 1
    for (let axis = 0; axis < 2; axis++) {
      const start = axis === 0 ? x : y
      const way = axis === 0 ? dx : dy
      const least = shapes[at + axis]
      const most = shapes[at + 2 + axis]
      if (way === 0) {
        if (start < least || start > most) return false
        continue
      }
      const a = (least - start) / way
      const b = (most - start) / way
      from = Math.max(from, Math.min(a, b))
      to = Math.min(to, Math.max(a, b))
    }
    return from <= to
  }
  if (type === CIRCLE) {
    const share = nearestShare(shapes[at], shapes[at + 1], x, y, x + dx, y + dy)
    const toX = x + dx * share - shapes[at]
    const toY = y + dy * share - shapes[at + 1]
    return toX * toX + toY * toY <= shapes[at + 2] * shapes[at + 2]
  }
  if (type === EDGE) {
    const alongX = shapes[at + 2] - shapes[at]
    const alongY = shapes[at + 3] - shapes[at + 1]
    const turn = dx * alongY - dy * alongX
    if (turn === 0) return false // Along the edge: its neighbours are met instead.
    const toX = shapes[at] - x
    const toY = shapes[at + 1] - y
    const share = (toX * alongY - toY * alongX) / turn
    const shareOfEdge = (toX * dy - toY * dx) / turn
    return share >= 0 && share <= 1 && shareOfEdge >= 0 && shareOfEdge <= 1
  }
  return type === AREA && isInArea(grid, at, x, y)
}

/** Returns whether the place lies in the polygon. */
function isInArea(grid: SolidGrid, at: number, x: number, y: number): boolean {
  const { corners, shapes } = grid
  const first = shapes[at] * 2
  const end = first + shapes[at + 1] * 2
  let isInside = false
  for (let to = first, from = end - 2; to < end; from = to, to += 2) {
    const [y0, y1] = [corners[from + 1], corners[to + 1]]
    if (y0 > y !== y1 > y && x < corners[from] + ((corners[to] - corners[from]) * (y - y0)) / (y1 - y0))
      isInside = !isInside
  }
  return isInside
}
