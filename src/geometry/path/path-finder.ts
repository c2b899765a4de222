import { hypot, ShardlessError, type Vector2 } from '../../core/index.ts'
import type { TaskSteps } from '../../task/index.ts'
import type { WorldMap } from '../map/world-map.ts'
import { PathGraph } from './path-graph.ts'
import { CellSearch, SearchNotes } from './path-search.ts'
import { pull } from './pull.ts'
import { type Patch, WalkGrid } from './walk-grid.ts'

/** A way for a body to walk. */
export interface Path {
  /** The corners of the way, in metres, its end last and its beginning left out. Straight in between. */
  readonly waypoints: readonly Vector2[]
  /** The length of the way in metres. */
  readonly length: number
}

export interface PathOptions {
  /** The radius of the walking bodies in metres. */
  readonly radius: number
  /**
   * The size of the cells in metres. Openings narrower than a body and two cells may count as closed. 0.5 when left
   * out.
   */
  readonly cellSize?: number
}

/** How many cells around a blocked place are searched for free ground. */
const NEAR_CELLS = 4
/** The most whole ways that are remembered. */
const KNOWN_MAX = 4096
const CELLS_MAX = 1 << 24

/**
 * Finds ways for bodies of one radius over a map of any size.
 *
 *     WorldMap -> WalkGrid (free cells) -> PathGraph (clusters and passages) -> CellSearch -> pull -> Path
 *
 * Ways are straight from corner to corner, touch nothing on the way and cut no corner. They are near the shortest,
 * not the shortest: as a rule a few hundredths longer. The same map and question give the same way, whatever was
 * asked before.
 */
export class PathFinder {
  /** Raised by each `update` that changed something. */
  version = 0
  readonly radius: number
  readonly #grid: WalkGrid
  readonly #graph: PathGraph
  readonly #spare: SearchNotes[] = []
  readonly #known = new Map<number, readonly number[]>()

  /** @throws `world/bad-path` for a radius or cell that cannot be, or more than 16,777,216 cells */
  constructor(map: WorldMap, options: PathOptions) {
    const { radius, cellSize = 0.5 } = options
    if (!(radius >= 0 && radius < Infinity && cellSize > 0))
      throw new ShardlessError(
        'world/bad-path',
        `a body of ${radius} m on cells of ${cellSize} m; the radius is 0 or more, the cell above 0.`,
      )
    const cells = Math.ceil(map.width / cellSize) * Math.ceil(map.height / cellSize)
    if (!(cells <= CELLS_MAX))
      throw new ShardlessError(
        'world/bad-path',
        `the map would be ${cells} cells of ${cellSize} m; ${CELLS_MAX} are the most. Take larger cells.`,
      )
    this.radius = radius
    this.#grid = new WalkGrid(map, { radius, cellSize })
    this.#graph = new PathGraph(this.#grid)
  }

  /** Finds a way at once. Undefined when there is none, which is known without a search. */
  find(from: Vector2, to: Vector2): Path | undefined {
    const search = this.search(from, to)
    while (!search.advance(1 << 16)) {}
    return search.path
  }

  /** Begins a search that can be spread over ticks; see `PathSearch` and `pathTo`. */
  search(from: Vector2, to: Vector2): PathSearch {
    return new PathSearch(this, { ...from }, { ...to })
  }

  /** Returns whether there is a way. Costs next to nothing. */
  isReachable(from: Vector2, to: Vector2): boolean {
    const [a, b] = [this.cellNear(from), this.cellNear(to)]
    return a >= 0 && b >= 0 && this.#graph.componentOf(a) === this.#graph.componentOf(b)
  }

  /**
   * Finds the place nearest to this one to which a body has a way; undefined if there is none within four cells.
   */
  nearest(place: Vector2): Vector2 | undefined {
    const cell = this.cellNear(place)
    return cell < 0 ? undefined : this.#standing(place, cell)
  }

  /**
   * Takes over a changed map, of the same size. Only clusters in which a cell changed are worked out anew.
   *
   * @param area  where it changed, in metres; the whole map when left out
   * @returns     how many clusters, of 32 x 32 cells, were
   */
  update(map: WorldMap, area?: { x0: number; y0: number; x1: number; y1: number }): number {
    const grid = this.#grid
    const reach = this.radius + grid.cellSize
    const patch: Patch = area
      ? {
          left: grid.column(area.x0 - reach),
          bottom: grid.row(area.y0 - reach),
          right: grid.column(area.x1 + reach),
          top: grid.row(area.y1 + reach),
        }
      : grid.whole
    const drawn = grid.free.slice()
    grid.draw(map, drawn, patch)
    const changed = [...this.#graph.clustersIn(patch)].filter((cluster) => this.#differs(drawn, cluster))
    if (changed.length === 0) return 0
    grid.free.set(drawn)
    this.#graph.rebuild(changed)
    this.#known.clear()
    this.#spare.length = 0
    this.version++
    return changed.length
  }

  /** For searches: returns the free cell nearest to a place, -1 if there is none near. */
  cellNear(place: Vector2): number {
    const grid = this.#grid
    const [middle, level] = [grid.column(place.x), grid.row(place.y)]
    const own = middle + level * grid.columns
    if (grid.free[own] === 1) return own
    let [nearest, least] = [-1, Infinity]
    for (let row = level - NEAR_CELLS; row <= level + NEAR_CELLS; row++)
      for (let column = middle - NEAR_CELLS; column <= middle + NEAR_CELLS; column++) {
        if (row < 0 || column < 0 || row >= grid.rows || column >= grid.columns) continue
        const cell = column + row * grid.columns
        if (grid.free[cell] === 0) continue
        const dx = (column + 0.5) * grid.cellSize - place.x
        const dy = (row + 0.5) * grid.cellSize - place.y
        const squared = dx * dx + dy * dy
        if (squared < least) [nearest, least] = [cell, squared]
      }
    return nearest
  }

  /** For searches: begins one between two cells. */
  begin(
    from: number,
    to: number,
  ): { known: readonly number[] } | { search: CellSearch; notes: SearchNotes } | undefined {
    if (this.#graph.componentOf(from) !== this.#graph.componentOf(to)) return undefined
    const known = from === to ? [from] : this.#known.get(this.#key(from, to))
    if (known) return { known }
    const notes = this.#spare.pop() ?? new SearchNotes(this.#graph.cells.length)
    return { search: new CellSearch(this.#graph, notes, { from, to }), notes }
  }

  /** For searches: pulls the found way tight, and remembers it. */
  finish(from: number, to: number, found: { search: CellSearch; notes: SearchNotes }): readonly number[] {
    this.release(found.notes)
    const cells = pull(this.#graph, found.search.cells)
    for (const key of this.#known.keys()) {
      if (this.#known.size < KNOWN_MAX) break
      this.#known.delete(key)
    }
    this.#known.set(this.#key(from, to), cells)
    return cells
  }

  /** For searches: gives back a search's notes. */
  release(notes: SearchNotes): void {
    if (notes.costs.length === this.#graph.cells.length) this.#spare.push(notes)
  }

  /** For searches: turns cells into metres, from and to the very places where one can stand there. */
  pathOf(cells: readonly number[], from: Vector2, to: Vector2): Path {
    const grid = this.#grid
    const { cellSize } = grid
    const waypoints: Vector2[] = []
    const end = this.#standing(to, cells[cells.length - 1])
    for (let i = 0; i < cells.length; i++) waypoints.push(this.#middle(cells[i]))
    const sees = (a: Vector2, b: Vector2): boolean =>
      grid.lineIsFree(a.x / cellSize, a.y / cellSize, b.x / cellSize, b.y / cellSize)
    // The middles of the end cells are passed only where the straight way past them is not free.
    const start = this.#standing(from, cells[0])
    if (cells.length === 1 || sees(start, waypoints[1])) waypoints.shift()
    const last = waypoints[waypoints.length - 2] ?? start
    if (waypoints.length === 0 || !sees(last, end)) waypoints.push(end)
    else waypoints[waypoints.length - 1] = end
    let length = 0
    let at = from
    for (const point of waypoints) {
      length += hypot(point.x - at.x, point.y - at.y)
      at = point
    }
    return { waypoints, length }
  }

  #differs(drawn: Uint8Array, cluster: number): boolean {
    const { free, columns } = this.#grid
    const { left, bottom, right, top } = this.#graph.patchOf(cluster)
    for (let row = bottom; row <= top; row++)
      for (let cell = left + row * columns; cell <= right + row * columns; cell++)
        if (drawn[cell] !== free[cell]) return true
    return false
  }

  #key(from: number, to: number): number {
    return from * CELLS_MAX + to
  }

  #middle(cell: number): Vector2 {
    const { cellSize, columns } = this.#grid
    const column = cell % columns
    return { x: (column + 0.5) * cellSize, y: ((cell - column) / columns + 0.5) * cellSize }
  }

  /** Returns a place itself if it lies in the cell, else the cell's middle. */
  #standing(place: Vector2, cell: number): Vector2 {
    const { columns } = this.#grid
    const isIn = this.#grid.column(place.x) + this.#grid.row(place.y) * columns === cell
    return isIn ? { x: place.x, y: place.y } : this.#middle(cell)
  }
}

/**
 * One search: call `advance` until it is done, in as many ticks as it needs, then read `path`. When the map changes
 * meanwhile it begins again.
 */
export class PathSearch {
  /** The way, once done; undefined if there is none. */
  path: Path | undefined
  isDone = false
  /** Units of work of the last `advance`: about a microsecond each. */
  worked = 0
  readonly #finder: PathFinder
  readonly #from: Vector2
  readonly #to: Vector2
  #version = -1
  #cells: { from: number; to: number } = { from: -1, to: -1 }
  #found: { search: CellSearch; notes: SearchNotes } | undefined

  constructor(finder: PathFinder, from: Vector2, to: Vector2) {
    this.#finder = finder
    this.#from = from
    this.#to = to
  }

  /** Works on, for about so many units. @returns whether it is done */
  advance(work: number): boolean {
    this.worked = 0
    if (this.isDone) return true
    if (this.#version !== this.#finder.version && !this.#begin()) return true
    const found = this.#found as { search: CellSearch; notes: SearchNotes }
    if (!found.search.isDone) {
      this.worked += found.search.advance(work)
      if (!found.search.isDone || this.worked >= work) return false
    }
    const { from, to } = this.#cells
    this.worked += found.search.cells.length
    this.#end(this.#finder.finish(from, to, found))
    return true
  }

  /** Gives up a search that is not done. */
  close(): void {
    if (this.#found) this.#finder.release(this.#found.notes)
    this.#found = undefined
    this.isDone = true
  }

  /** @returns whether there is something to search */
  #begin(): boolean {
    const finder = this.#finder
    this.#version = finder.version
    this.#found = undefined
    const from = finder.cellNear(this.#from)
    const to = finder.cellNear(this.#to)
    const begun = from < 0 || to < 0 ? undefined : finder.begin(from, to)
    this.worked++
    this.#cells = { from, to }
    if (begun && 'search' in begun) {
      this.#found = begun
      return true
    }
    this.#end(begun?.known)
    return false
  }

  #end(cells: readonly number[] | undefined): void {
    if (cells) this.path = this.#finder.pathOf(cells, this.#from, this.#to)
    this.#found = undefined
    this.isDone = true
  }
}

/** How much work one search does in one tick of a task. */
const WORK_PER_TICK = 2000

/**
 * Finds a way as a task, over as many ticks as it needs: `const path = yield* pathTo(tasks, finder, { from, to })`.
 * Its work is charged to the tick's budget.
 */
export function* pathTo(
  tasks: { charge(units: number): void; readonly running: { readonly priority: number } | undefined },
  finder: PathFinder,
  way: { from: Vector2; to: Vector2 },
): TaskSteps<Path | undefined> {
  const search = finder.search(way.from, way.to)
  try {
    for (;;) {
      const isDone = search.advance(WORK_PER_TICK)
      tasks.charge(search.worked)
      if (isDone) return search.path
      yield tasks.running?.priority ?? 0
    }
  } finally {
    search.close()
  }
}
