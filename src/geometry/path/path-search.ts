import { octile, STRAIGHT, UNREACHED } from './flood.ts'
import type { PathGraph } from './path-graph.ts'

/** The work of flooding a cluster, in units of one step of the search over passages. */
const FLOOD_WORK = 32
/**
 * How much the rest of a way counts beyond its least length: half as much again. Far fewer clusters are looked at,
 * for ways hardly longer.
 */
const EAGER = 1

/**
 * What a search notes of passages: one for each search under way. Numbers stamped by an earlier search count as
 * unknown, so that nothing is ever cleared.
 */
export class SearchNotes {
  readonly costs: Int32Array
  readonly from: Int32Array
  readonly seen: Uint32Array
  readonly closed: Uint32Array
  readonly heap: number[] = []
  readonly keys: number[] = []
  stamp = 0

  constructor(passages: number) {
    this.costs = new Int32Array(passages)
    this.from = new Int32Array(passages)
    this.seen = new Uint32Array(passages)
    this.closed = new Uint32Array(passages)
  }

  begin(): void {
    this.stamp++
    this.heap.length = 0
    this.keys.length = 0
  }

  push(passage: number, key: number): void {
    const { heap, keys } = this
    let at = heap.length
    heap.push(passage)
    keys.push(key)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (keys[above] <= key) break
      heap[at] = heap[above]
      keys[at] = keys[above]
      at = above
    }
    heap[at] = passage
    keys[at] = key
  }

  pop(): number {
    const { heap, keys } = this
    const first = heap[0]
    const passage = heap.pop() as number
    const key = keys.pop() as number
    const count = heap.length
    if (count === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= count) break
      if (below + 1 < count && keys[below + 1] < keys[below]) below++
      if (keys[below] >= key) break
      heap[at] = heap[below]
      keys[at] = keys[below]
      at = below
    }
    heap[at] = passage
    keys[at] = key
    return first
  }
}

/**
 * A* over passages from one cell to another of the same component, then the cells between them.
 *
 *     flood both ends' clusters -> entrances, the likeliest first -> the way, entrance by entrance
 *
 * It looks at entrances: passages by which a cluster was entered. From one, ways lead through the cluster and over
 * its borders to the entrances of its neighbours.
 *
 * `advance` does some work and may be called again in another tick. `cells` are where the way turns, both ends
 * included.
 */
export class CellSearch {
  readonly cells: number[] = []
  readonly #graph: PathGraph
  readonly #notes: SearchNotes
  readonly #from: number
  readonly #to: number
  readonly #goalCluster: number
  readonly #goalColumn: number
  readonly #goalRow: number
  #goalDistances: Uint16Array | undefined
  #best = Number.POSITIVE_INFINITY
  #bestFrom = -1
  #hops: number[] | undefined
  #hop = 0

  constructor(graph: PathGraph, notes: SearchNotes, ends: { from: number; to: number }) {
    this.#graph = graph
    this.#notes = notes
    this.#from = ends.from
    this.#to = ends.to
    this.#goalCluster = graph.clusterAt(ends.to)
    const { columns } = graph.grid
    this.#goalColumn = ends.to % columns
    this.#goalRow = Math.floor(ends.to / columns)
  }

  /** Does about so much work, at most one flood of a cluster more. @returns what it did, 0 once it is done */
  advance(work: number): number {
    let done = 0
    if (!this.#goalDistances) {
      this.#begin()
      done += 2 * FLOOD_WORK
    }
    while (done < work && !this.#hops) done += this.#step()
    while (done < work && this.#hops && this.#hop < this.#hops.length) done += this.#refine(this.#hops)
    return done
  }

  get isDone(): boolean {
    return this.#hops !== undefined && this.#hop >= this.#hops.length
  }

  #begin(): void {
    const graph = this.#graph
    this.#notes.begin()
    this.#goalDistances = graph.distancesFrom(this.#to, this.#goalCluster)
    const cluster = graph.clusterAt(this.#from)
    const row = graph.distancesFrom(this.#from, cluster)
    this.#spread(graph.starts[cluster], row, { cost: 0, from: -1 })
    if (cluster === this.#goalCluster) {
      const cost = graph.distanceTo(this.#to, cluster)
      if (cost !== UNREACHED) this.#best = cost
    }
  }

  /** Looks at the likeliest entrance. @returns the work done */
  #step(): number {
    const graph = this.#graph
    const notes = this.#notes
    const { costs, closed, stamp } = notes
    // The best whole way known is no longer than the least that any other is thought to be.
    if (notes.heap.length === 0 || notes.keys[0] >= this.#best) {
      this.#arrive()
      return 1
    }
    const entrance = notes.pop()
    if (closed[entrance] === stamp) return 1
    closed[entrance] = stamp
    const cost = costs[entrance]
    const cluster = graph.clusterOf[entrance]
    const first = graph.starts[cluster]
    if (cluster === this.#goalCluster) {
      const left = (this.#goalDistances as Uint16Array)[entrance - first]
      if (left !== UNREACHED && cost + left < this.#best) {
        this.#best = cost + left
        this.#bestFrom = entrance
      }
    }
    const work = graph.needsRow(entrance) ? FLOOD_WORK : 1
    this.#spread(first, graph.row(entrance), { cost, from: entrance })
    return work
  }

  /** Goes through the cluster to each of its passages and over the border: there the next cluster is entered. */
  #spread(first: number, row: Uint16Array, here: { cost: number; from: number }): void {
    const { partners, xs, ys } = this.#graph
    const { costs, seen, closed, from, stamp } = this.#notes
    for (let i = 0; i < row.length; i++) {
      if (row[i] === UNREACHED || first + i === here.from) continue
      const entrance = partners[first + i]
      if (closed[entrance] === stamp) continue
      const cost = here.cost + row[i] + STRAIGHT
      if (seen[entrance] === stamp && costs[entrance] <= cost) continue
      seen[entrance] = stamp
      costs[entrance] = cost
      from[entrance] = here.from
      const left = octile(Math.abs(xs[entrance] - this.#goalColumn), Math.abs(ys[entrance] - this.#goalRow))
      this.#notes.push(entrance, cost + left + (left >> EAGER))
    }
  }

  #arrive(): void {
    const hops: number[] = []
    for (let entrance = this.#bestFrom; entrance >= 0; entrance = this.#notes.from[entrance])
      hops.push(entrance)
    hops.reverse()
    this.#hops = hops
    this.cells.push(this.#from)
    // A way within one cluster has no passage at all.
    if (hops.length === 0) this.#take(this.#graph.wayBetween(this.#from, this.#to, this.#goalCluster))
  }

  /** Finds the cells to the next entrance, and from the last to the goal. @returns the work done */
  #refine(hops: number[]): number {
    const graph = this.#graph
    const { cells, partners, clusterOf } = graph
    const at = this.#hop++
    const entrance = hops[at]
    const exit = partners[entrance]
    let work = 1
    if (at === 0) {
      this.#take(graph.wayBetween(this.#from, cells[exit], clusterOf[exit]))
      work = FLOOD_WORK
    } else {
      if (!graph.knowsWay(hops[at - 1], exit)) work = FLOOD_WORK
      this.#take(graph.way(hops[at - 1], exit))
    }
    this.cells.push(cells[entrance])
    if (at === hops.length - 1) {
      this.#take(graph.wayBetween(cells[entrance], this.#to, this.#goalCluster))
      work += FLOOD_WORK
    }
    return work
  }

  #take(way: Int32Array): void {
    for (let i = 0; i < way.length; i++) this.cells.push(way[i])
  }
}
