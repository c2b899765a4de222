import type { Solid } from '../map/solid-grid.ts'
import type { WorldMap } from '../map/world-map.ts'

/** How many metres a body keeps from a solid beyond its radius, against rounding. */
const SKIN = 1 / 256

/** A piece of the grid: columns `left` to `right` and rows `bottom` to `top`, all included. */
export interface Patch {
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly top: number
}

/**
 * Where the middle of a body of one radius may be: a map cut into small square cells, each free or not.
 *
 *     cell = column + row * columns        a cell is free when the body touches nothing wherever in it its middle is
 *
 * So a straight line through free cells is a straight walk for the body, and no corner is ever cut.
 */
export class WalkGrid {
  /** The side of a cell in metres. */
  readonly cellSize: number
  /** The body's radius in metres. */
  readonly radius: number
  readonly columns: number
  readonly rows: number
  /** 1 for a free cell. Written by `set` only. */
  readonly free: Uint8Array

  constructor(map: WorldMap, options: { radius: number; cellSize: number }) {
    this.cellSize = options.cellSize
    this.radius = options.radius
    this.columns = Math.max(1, Math.ceil(map.width / this.cellSize))
    this.rows = Math.max(1, Math.ceil(map.height / this.cellSize))
    this.free = new Uint8Array(this.columns * this.rows)
    this.draw(map, this.free, this.whole)
  }

  get whole(): Patch {
    return { left: 0, bottom: 0, right: this.columns - 1, top: this.rows - 1 }
  }

  column(x: number): number {
    return Math.min(Math.max(Math.floor(x / this.cellSize), 0), this.columns - 1)
  }

  row(y: number): number {
    return Math.min(Math.max(Math.floor(y / this.cellSize), 0), this.rows - 1)
  }

  /** Works out a patch of the grid from the map's solids. @param into as long as `free` */
  draw(map: WorldMap, into: Uint8Array, patch: Patch): void {
    const { cellSize, columns, radius } = this
    for (let row = patch.bottom; row <= patch.top; row++) {
      const isInside = row * cellSize >= radius && (row + 1) * cellSize <= map.height - radius
      for (let column = patch.left; column <= patch.right; column++)
        into[column + row * columns] =
          isInside && column * cellSize >= radius && (column + 1) * cellSize <= map.width - radius ? 1 : 0
    }
    for (const solid of map.solids) this.#block(solid, into, patch)
  }

  /**
   * Returns whether a straight line touches free cells only.
   *
   * @param x0, y0, x1, y1  in cells: 2.5 is the middle of column or row 2
   */
  lineIsFree(x0: number, y0: number, x1: number, y1: number): boolean {
    const { columns, rows, free } = this
    let column = Math.floor(x0)
    let row = Math.floor(y0)
    const lastColumn = Math.floor(x1)
    const lastRow = Math.floor(y1)
    if (column < 0 || row < 0 || column >= columns || row >= rows) return false
    if (lastColumn < 0 || lastRow < 0 || lastColumn >= columns || lastRow >= rows) return false
    const dx = x1 - x0
    const dy = y1 - y0
    const east = dx > 0 ? 1 : -1
    const north = dy > 0 ? 1 : -1
    const perColumn = dx === 0 ? Infinity : Math.abs(1 / dx)
    const perRow = dy === 0 ? Infinity : Math.abs(1 / dy)
    let atColumn = dx === 0 ? Infinity : (dx > 0 ? column + 1 - x0 : x0 - column) * perColumn
    let atRow = dy === 0 ? Infinity : (dy > 0 ? row + 1 - y0 : y0 - row) * perRow
    if (free[column + row * columns] === 0) return false
    for (let left = Math.abs(lastColumn - column) + Math.abs(lastRow - row); left > 0; left--) {
      // Through a corner: both cells beside it have to be free.
      if (atColumn === atRow && free[column + (row + north) * columns] === 0) return false
      const goesEast = row === lastRow || (column !== lastColumn && atColumn <= atRow)
      if (goesEast) {
        column += east
        atColumn += perColumn
      } else {
        row += north
        atRow += perRow
      }
      if (free[column + row * columns] === 0) return false
    }
    return true
  }

  #block(solid: Solid, into: Uint8Array, patch: Patch): void {
    if (solid.shape === 'box') {
      const { x0, y0, x1, y1 } = solid
      this.#each({ x0, y0, x1, y1 }, into, patch, (left, bottom, right, top) => {
        const dx = Math.max(x0 - right, left - x1, 0)
        const dy = Math.max(y0 - top, bottom - y1, 0)
        return dx * dx + dy * dy
      })
    } else if (solid.shape === 'circle') {
      const { x, y, radius } = solid
      const bounds = { x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius }
      this.#each(bounds, into, patch, (left, bottom, right, top) => {
        const dx = Math.max(left - x, x - right, 0)
        const dy = Math.max(bottom - y, y - top, 0)
        const off = Math.max(0, Math.sqrt(dx * dx + dy * dy) - radius)
        return off * off
      })
    } else {
      const { points } = solid
      for (let i = solid.shape === 'line' ? 1 : 0; i < points.length; i++)
        this.#blockEdge(points[(i + points.length - 1) % points.length], points[i], into, patch)
      if (solid.shape === 'polygon') this.#blockInside(points, into, patch)
    }
  }

  #blockEdge(
    from: { x: number; y: number },
    to: { x: number; y: number },
    into: Uint8Array,
    patch: Patch,
  ): void {
    const bounds = {
      x0: Math.min(from.x, to.x),
      y0: Math.min(from.y, to.y),
      x1: Math.max(from.x, to.x),
      y1: Math.max(from.y, to.y),
    }
    this.#each(bounds, into, patch, (left, bottom, right, top) =>
      squaredToEdge(from, to, left, bottom, right, top),
    )
  }

  /** Blocks the inside of a polygon, row by row. Cells that its sides touch are blocked already. */
  #blockInside(points: readonly { x: number; y: number }[], into: Uint8Array, patch: Patch): void {
    const { cellSize, columns } = this
    const ys = points.map(({ y }) => y)
    const bottom = Math.max(patch.bottom, this.row(Math.min(...ys)))
    const top = Math.min(patch.top, this.row(Math.max(...ys)))
    for (let row = bottom; row <= top; row++) {
      const y = (row + 0.5) * cellSize
      const crossings: number[] = []
      for (let i = 0; i < points.length; i++) {
        const [a, b] = [points[(i + points.length - 1) % points.length], points[i]]
        if (a.y > y !== b.y > y) crossings.push(a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y))
      }
      crossings.sort((a, b) => a - b)
      for (let i = 1; i < crossings.length; i += 2) {
        const left = Math.max(patch.left, Math.ceil(crossings[i - 1] / cellSize - 0.5))
        const right = Math.min(patch.right, Math.floor(crossings[i] / cellSize - 0.5))
        for (let column = left; column <= right; column++) into[column + row * columns] = 0
      }
    }
  }

  /** Blocks the cells nearer than the radius. @param squared from a cell's rectangle to the solid */
  #each(
    bounds: { x0: number; y0: number; x1: number; y1: number },
    into: Uint8Array,
    patch: Patch,
    squared: (left: number, bottom: number, right: number, top: number) => number,
  ): void {
    const { cellSize, columns } = this
    const reach = this.radius + SKIN
    const right = Math.min(patch.right, this.column(bounds.x1 + reach))
    const top = Math.min(patch.top, this.row(bounds.y1 + reach))
    for (let row = Math.max(patch.bottom, this.row(bounds.y0 - reach)); row <= top; row++)
      for (let column = Math.max(patch.left, this.column(bounds.x0 - reach)); column <= right; column++) {
        const at = column + row * columns
        if (into[at] === 0) continue
        const x = column * cellSize
        const y = row * cellSize
        if (squared(x, y, x + cellSize, y + cellSize) < reach * reach) into[at] = 0
      }
  }
}

/** Returns the squared distance between a straight edge and a rectangle; 0 where they touch. */
function squaredToEdge(
  from: { x: number; y: number },
  to: { x: number; y: number },
  left: number,
  bottom: number,
  right: number,
  top: number,
): number {
  const dx = to.x - from.x
  const dy = to.y - from.y
  const length = dx * dx + dy * dy
  // The corners' sides of the edge's line: all on one side means that they cannot cross.
  let above = 0
  let least = Infinity
  for (let corner = 0; corner < 4; corner++) {
    const x = corner & 1 ? right : left
    const y = corner & 2 ? top : bottom
    if ((x - from.x) * dy - (y - from.y) * dx > 0) above++
    const share =
      length === 0 ? 0 : Math.min(Math.max(((x - from.x) * dx + (y - from.y) * dy) / length, 0), 1)
    const toX = x - from.x - dx * share
    const toY = y - from.y - dy * share
    least = Math.min(least, toX * toX + toY * toY)
  }
  const overlaps =
    Math.max(from.x, to.x) >= left &&
    Math.min(from.x, to.x) <= right &&
    Math.max(from.y, to.y) >= bottom &&
    Math.min(from.y, to.y) <= top
  if (overlaps && above > 0 && above < 4) return 0
  for (const { x, y } of [from, to]) {
    const toX = Math.max(left - x, x - right, 0)
    const toY = Math.max(bottom - y, y - top, 0)
    least = Math.min(least, toX * toX + toY * toY)
  }
  return least
}
