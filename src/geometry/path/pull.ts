import type { PathGraph } from './path-graph.ts'

/** How many cells a straight piece may span, which keeps each check along it short. */
const SPAN_MAX = 160
/** How often a corner's way inwards is halved. */
const HALVINGS = 5

/**
 * Pulls a way tight, like a string: leaves out corners that can be skipped, moves the others inwards as far as they
 * go, and leaves out again.
 *
 * @param cells  where the way turns, both ends included
 * @returns      the same, fewer; each sees the next
 */
export function pull(graph: PathGraph, cells: readonly number[]): number[] {
  let corners = skip(graph, cells)
  for (let round = 0; round < 2 && corners.length > 2; round++) {
    tighten(graph, corners)
    corners = skip(graph, corners)
  }
  return corners
}

/** Goes from each corner straight to the last of those after it that it sees without a gap. */
function skip(graph: PathGraph, cells: readonly number[]): number[] {
  const { columns } = graph.grid
  const kept = [cells[0]]
  let at = 0
  while (at < cells.length - 1) {
    const from = cells[at]
    let next = at + 1
    while (next + 1 < cells.length) {
      const cell = cells[next + 1]
      const span = Math.max(
        Math.abs((cell % columns) - (from % columns)),
        Math.abs(Math.floor(cell / columns) - Math.floor(from / columns)),
      )
      if (span > SPAN_MAX || !graph.cellsSee(from, cell)) break
      next++
    }
    at = next
    if (cells[at] !== from) kept.push(cells[at])
  }
  return kept
}

/** Moves each corner towards the middle of its neighbours, as far as both still see it. */
function tighten(graph: PathGraph, corners: number[]): void {
  const { columns } = graph.grid
  for (let i = 1; i < corners.length - 1; i++) {
    const [before, after] = [corners[i - 1], corners[i + 1]]
    const x = corners[i] % columns
    const y = Math.floor(corners[i] / columns)
    const [bx, by] = [before % columns, Math.floor(before / columns)]
    const [ax, ay] = [after % columns, Math.floor(after / columns)]
    // The foot of the corner on the straight line between its neighbours.
    const [dx, dy] = [ax - bx, ay - by]
    const length = dx * dx + dy * dy
    if (length === 0) continue
    const share = Math.min(Math.max(((x - bx) * dx + (y - by) * dy) / length, 0), 1)
    const [toX, toY] = [bx + dx * share - x, by + dy * share - y]
    let reach = 0
    let step = 0.5
    for (let halving = 0; halving < HALVINGS; halving++, step /= 2) {
      const cell = Math.round(x + toX * (reach + step)) + Math.round(y + toY * (reach + step)) * columns
      if (graph.grid.free[cell] === 0 || !graph.cellsSee(before, cell) || !graph.cellsSee(cell, after))
        continue
      reach += step
      corners[i] = cell
    }
  }
}
