import { Flood } from './flood.ts'
import type { Patch, WalkGrid } from './walk-grid.ts'

/** How many cells a cluster has each way. */
export const CLUSTER = 32
/** The most ways inside clusters that are remembered; beyond it all are forgotten. */
const WAYS_MAX = 1 << 17
/** The widest opening between two clusters, in cells, that one passage in its middle serves. */
const NARROW = 6

/**
 * What the graph knows of a square of cells: its regions, its passages to the north and east, and ways between
 * passages.
 */
interface Cluster {
  /** How many separate regions of free cells it has. */
  regions: number
  /** Passages over its eastern and northern border: own cell, the other's cell. */
  east: Int32Array
  north: Int32Array
  /**
   * Distances from each passage to every cell of the cluster, by the passages' order in it; computed when first
   * asked for.
   */
  rows: (Uint16Array | undefined)[]
  /** The cells on the way from one passage to another, the second included; by first * passages + second. */
  ways: Map<number, Int32Array>
}

const NONE = new Int32Array(0)

/**
 * The grid in clusters, with passages between them: a coarse map of the fine one, after Botea, Müller and
 * Schaeffer, "Near optimal hierarchical path-finding", 2004.
 *
 *     cells --flood--> regions of a cluster --passages--> components of the whole: "no way" is a comparison
 *     passage = a cell beside a border; its partner is the cell across
 *
 * Passages are numbered cluster by cluster: those of a cluster are `starts[cluster]` up to `starts[cluster + 1]`.
 */
export class PathGraph {
  readonly grid: WalkGrid
  readonly flood = new Flood(CLUSTER)
  readonly columns: number
  readonly rows: number
  starts = new Int32Array(0)
  /** By passage: its cell, also as column and row; the passage across the border; its cluster. */
  cells = NONE
  xs = NONE
  ys = NONE
  partners = NONE
  clusterOf = NONE
  /** By cell: the number of its region within its cluster, from 1; 0 where it is not free. */
  readonly #regions: Uint16Array
  readonly #clusters: Cluster[] = []
  #firstRegions = new Int32Array(0)
  /** By region: its component. */
  #components = NONE
  #waysKnown = 0
  #loaded = -1

  constructor(grid: WalkGrid) {
    this.grid = grid
    this.columns = Math.ceil(grid.columns / CLUSTER)
    this.rows = Math.ceil(grid.rows / CLUSTER)
    this.#regions = new Uint16Array(grid.columns * grid.rows)
    for (let i = 0; i < this.columns * this.rows; i++)
      this.#clusters.push({ regions: 0, east: NONE, north: NONE, rows: [], ways: new Map() })
    this.rebuild(this.#clusters.keys())
  }

  /** Returns the cluster of a cell. */
  clusterAt(cell: number): number {
    const column = cell % this.grid.columns
    const row = (cell - column) / this.grid.columns
    return Math.floor(column / CLUSTER) + Math.floor(row / CLUSTER) * this.columns
  }

  /** Returns the number of a free cell's component; two cells have a way between them when theirs are the same. */
  componentOf(cell: number): number {
    return this.#components[this.#firstRegions[this.clusterAt(cell)] + this.#regions[cell] - 1]
  }

  /** Iterates over the clusters that a patch of cells touches. */
  *clustersIn(patch: Patch): Generator<number> {
    const right = Math.floor(patch.right / CLUSTER)
    const top = Math.floor(patch.top / CLUSTER)
    for (let row = Math.floor(patch.bottom / CLUSTER); row <= top; row++)
      for (let column = Math.floor(patch.left / CLUSTER); column <= right; column++)
        yield column + row * this.columns
  }

  /** Returns the cells of a cluster. */
  patchOf(cluster: number): Patch {
    const left = (cluster % this.columns) * CLUSTER
    const bottom = Math.floor(cluster / this.columns) * CLUSTER
    return {
      left,
      bottom,
      right: Math.min(left + CLUSTER, this.grid.columns) - 1,
      top: Math.min(bottom + CLUSTER, this.grid.rows) - 1,
    }
  }

  /**
   * Works clusters out anew after their cells changed, with their borders, and then the components of the whole.
   */
  rebuild(changed: Iterable<number>): void {
    const redone = new Set<number>()
    const borders = new Set<number>()
    for (const cluster of changed) {
      this.#label(cluster)
      redone.add(cluster)
      borders.add(cluster)
      if (cluster % this.columns > 0) borders.add(cluster - 1)
      if (cluster >= this.columns) borders.add(cluster - this.columns)
    }
    for (const cluster of borders) {
      this.#findPassages(cluster)
      redone.add(cluster)
      if ((cluster + 1) % this.columns > 0) redone.add(cluster + 1)
      if (cluster + this.columns < this.#clusters.length) redone.add(cluster + this.columns)
    }
    for (const cluster of redone) {
      const known = this.#clusters[cluster]
      this.#waysKnown -= known.ways.size
      known.ways.clear()
      known.rows = []
    }
    this.#loaded = -1
    this.#number()
    this.#join()
  }

  /** Computes the distances from a passage to every passage of its cluster. @returns whether it was needed */
  needsRow(passage: number): boolean {
    const cluster = this.clusterOf[passage]
    return this.#clusters[cluster].rows[passage - this.starts[cluster]] === undefined
  }

  row(passage: number): Uint16Array {
    const cluster = this.clusterOf[passage]
    const { rows } = this.#clusters[cluster]
    const local = passage - this.starts[cluster]
    rows[local] ??= this.distancesFrom(this.cells[passage], cluster)
    return rows[local]
  }

  /** Returns the distances within the cluster from one of its cells to its passages. */
  distancesFrom(cell: number, cluster: number): Uint16Array {
    this.#floodFrom(cell, cluster)
    const first = this.starts[cluster]
    const row = new Uint16Array(this.starts[cluster + 1] - first)
    for (let i = 0; i < row.length; i++) row[i] = this.distanceTo(this.cells[first + i], cluster)
    return row
  }

  /** Returns the distance to a cell of the cluster from where it was last flooded. */
  distanceTo(cell: number, cluster: number): number {
    const { columns } = this.grid
    const left = (cluster % this.columns) * CLUSTER
    const bottom = Math.floor(cluster / this.columns) * CLUSTER
    const column = cell % columns
    return this.flood.distances[this.flood.at(column - left, (cell - column) / columns - bottom)]
  }

  /** Returns whether `way` between these passages of one cluster is remembered. */
  knowsWay(from: number, to: number): boolean {
    return this.#clusters[this.clusterOf[from]].ways.has(this.#wayKey(from, to))
  }

  /** Returns the cells at which the way from one passage to another of its cluster turns, the last included. */
  way(from: number, to: number): Int32Array {
    const { ways } = this.#clusters[this.clusterOf[from]]
    const key = this.#wayKey(from, to)
    let way = ways.get(key)
    if (!way) {
      if (this.#waysKnown >= WAYS_MAX) {
        for (const cluster of this.#clusters) cluster.ways.clear()
        this.#waysKnown = 0
      }
      way = this.wayBetween(this.cells[from], this.cells[to], this.clusterOf[from])
      ways.set(key, way)
      this.#waysKnown++
    }
    return way
  }

  /** As `way`, between any two cells of a cluster that have a way within it. */
  wayBetween(from: number, to: number, cluster: number): Int32Array {
    if (this.cellsSee(from, to)) return Int32Array.of(to)
    const { columns } = this.grid
    const left = (cluster % this.columns) * CLUSTER
    const bottom = Math.floor(cluster / this.columns) * CLUSTER
    this.#floodFrom(from, cluster)
    const corners = this.flood.trace((to % columns) - left, Math.floor(to / columns) - bottom)
    const way = new Int32Array(corners.length / 2)
    for (let i = 0; i < way.length; i++)
      way[i] = corners[2 * i] + left + (corners[2 * i + 1] + bottom) * columns
    return way
  }

  /** Returns whether a straight line joins the middles of two cells. */
  cellsSee(a: number, b: number): boolean {
    const { columns } = this.grid
    const [ax, bx] = [a % columns, b % columns]
    return this.grid.lineIsFree(ax + 0.5, (a - ax) / columns + 0.5, bx + 0.5, (b - bx) / columns + 0.5)
  }

  #wayKey(from: number, to: number): number {
    const cluster = this.clusterOf[from]
    const first = this.starts[cluster]
    return (from - first) * (this.starts[cluster + 1] - first) + (to - first)
  }

  #floodFrom(cell: number, cluster: number): void {
    const { left, bottom } = this.patchOf(cluster)
    if (this.#loaded !== cluster) {
      const { columns, rows, free } = this.grid
      this.flood.load(free, { column: left, row: bottom, columns, rows })
      this.#loaded = cluster
    }
    const column = cell % this.grid.columns
    this.flood.from(column - left, (cell - column) / this.grid.columns - bottom)
  }

  /** Numbers the regions of a cluster: cells joined by straight steps. Slanted ones join nothing more. */
  #label(cluster: number): void {
    const { columns, free } = this.grid
    const { left, bottom, right, top } = this.patchOf(cluster)
    const regions = this.#regions
    for (let row = bottom; row <= top; row++) regions.fill(0, left + row * columns, right + 1 + row * columns)
    let count = 0
    const stack: number[] = []
    for (let row = bottom; row <= top; row++)
      for (let column = left; column <= right; column++) {
        const start = column + row * columns
        if (free[start] === 0 || regions[start] !== 0) continue
        count++
        regions[start] = count
        stack.push(start)
        for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
          const x = cell % columns
          const y = (cell - x) / columns
          for (let way = 0; way < 4; way++) {
            if (way === 0 ? x === right : way === 1 ? x === left : way === 2 ? y === top : y === bottom)
              continue
            const next = cell + (way === 0 ? 1 : way === 1 ? -1 : way === 2 ? columns : -columns)
            if (free[next] === 0 || regions[next] !== 0) continue
            regions[next] = count
            stack.push(next)
          }
        }
      }
    this.#clusters[cluster].regions = count
  }

  #findPassages(cluster: number): void {
    const { columns } = this.grid
    const { left, bottom, right, top } = this.patchOf(cluster)
    const known = this.#clusters[cluster]
    known.east =
      right + 1 < columns
        ? this.#passages(right + bottom * columns, { step: columns, across: 1, count: top - bottom + 1 })
        : NONE
    known.north =
      top + 1 < this.grid.rows
        ? this.#passages(left + top * columns, { step: 1, across: columns, count: right - left + 1 })
        : NONE
  }

  /** Finds the passages over one border: one in the middle of a narrow opening, one at each end of a wide one. */
  #passages(start: number, border: { step: number; across: number; count: number }): Int32Array {
    const { free } = this.grid
    const pairs: number[] = []
    const add = (at: number): void => {
      const cell = start + at * border.step
      pairs.push(cell, cell + border.across)
    }
    let open = 0
    for (let i = 0; i <= border.count; i++) {
      const cell = start + i * border.step
      if (i < border.count && free[cell] === 1 && free[cell + border.across] === 1) {
        open++
        continue
      }
      if (open > 0 && open <= NARROW) add(i - ((open + 1) >> 1))
      else if (open > NARROW) {
        add(i - open)
        add(i - 1)
      }
      open = 0
    }
    return Int32Array.from(pairs)
  }

  /** Numbers all passages: of each cluster those to the east, from the west, to the north, from the south. */
  #number(): void {
    const clusters = this.#clusters
    const starts = new Int32Array(clusters.length + 1)
    for (let i = 0; i < clusters.length; i++) {
      const [west, south] = [this.#west(i), this.#south(i)]
      const pairs =
        clusters[i].east.length +
        clusters[i].north.length +
        (west?.east.length ?? 0) +
        (south?.north.length ?? 0)
      starts[i + 1] = starts[i] + pairs / 2
    }
    const total = starts[clusters.length]
    this.starts = starts
    this.cells = new Int32Array(total)
    this.xs = new Int32Array(total)
    this.ys = new Int32Array(total)
    this.partners = new Int32Array(total)
    this.clusterOf = new Int32Array(total)
    for (let i = 0; i < clusters.length; i++) {
      const { east, north } = clusters[i]
      this.clusterOf.fill(i, starts[i], starts[i + 1])
      if (east.length > 0) this.#pair(east, starts[i], starts[i + 1] + clusters[i + 1].east.length / 2)
      if (north.length === 0) continue
      const above = i + this.columns
      const own = starts[i] + (east.length + (this.#west(i)?.east.length ?? 0)) / 2
      const theirs =
        starts[above] +
        (clusters[above].east.length + (this.#west(above)?.east.length ?? 0) + clusters[above].north.length) /
          2
      this.#pair(north, own, theirs)
    }
    for (let i = 0; i < total; i++) {
      this.xs[i] = this.cells[i] % this.grid.columns
      this.ys[i] = (this.cells[i] - this.xs[i]) / this.grid.columns
    }
  }

  #pair(pairs: Int32Array, own: number, theirs: number): void {
    for (let i = 0; i < pairs.length / 2; i++) {
      this.cells[own + i] = pairs[2 * i]
      this.cells[theirs + i] = pairs[2 * i + 1]
      this.partners[own + i] = theirs + i
      this.partners[theirs + i] = own + i
    }
  }

  #west(cluster: number): Cluster | undefined {
    return cluster % this.columns > 0 ? this.#clusters[cluster - 1] : undefined
  }

  #south(cluster: number): Cluster | undefined {
    return this.#clusters[cluster - this.columns]
  }

  /** Joins regions over passages into components: union-find with halved paths. */
  #join(): void {
    const clusters = this.#clusters
    const firsts = new Int32Array(clusters.length + 1)
    for (let i = 0; i < clusters.length; i++) firsts[i + 1] = firsts[i] + clusters[i].regions
    const above = new Int32Array(firsts[clusters.length])
    for (let i = 0; i < above.length; i++) above[i] = i
    const top = (region: number): number => {
      let at = region
      while (above[at] !== at) at = above[at] = above[above[at]]
      return at
    }
    for (let passage = 0; passage < this.cells.length; passage++) {
      const partner = this.partners[passage]
      if (partner < passage) continue
      const a = top(firsts[this.clusterOf[passage]] + this.#regions[this.cells[passage]] - 1)
      const b = top(firsts[this.clusterOf[partner]] + this.#regions[this.cells[partner]] - 1)
      if (a !== b) above[Math.max(a, b)] = Math.min(a, b)
    }
    for (let i = 0; i < above.length; i++) above[i] = top(i)
    this.#firstRegions = firsts
    this.#components = above
  }
}
