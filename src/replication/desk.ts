import type { Ledger } from './ledger.ts'
import { Letter } from './letter.ts'
import { PacketWriter } from './packet.ts'
import { Progress } from './progress.ts'
import { Reaches } from './reach.ts'
import { Slab } from './slab.ts'
import { defaultViewOptions, Terms, type ViewOptions } from './terms.ts'

/** Different terms remembered, at most. */
const TERMS_MAX = 64

/** What the views of one source share: lists of cells seen, terms, and tables each uses for a moment. */
export class Desk {
  readonly reaches: Reaches
  readonly letter = new Letter(new PacketWriter(0))
  /** What each tick looks at of every view. */
  readonly slab = new Slab()
  /** How far a view was before it looked anew. */
  readonly before = new Progress(this.slab)
  /** By chunk: one more than its row in the table being looked through; 0 for none. */
  rowOf = new Int32Array(64)
  /** Counts the views, so that not all look at the crowd in the same tick. */
  views = 0
  readonly #ticksPerSecond: number
  readonly #terms = new Map<string, Terms>()
  readonly #order: number[] = []
  readonly #weights: number[] = []

  constructor(ledger: Ledger) {
    this.reaches = new Reaches(ledger.grid)
    this.#ticksPerSecond = ledger.game.ticksPerSecond
  }

  /** @throws `replication/small-budget` */
  termsOf(asked: Partial<ViewOptions>): Terms {
    const options = { ...defaultViewOptions, ...asked }
    const key = Object.values(options).join()
    const known = this.#terms.get(key)
    if (known) return known
    const { seatSize } = this.reaches
    const terms = new Terms(options, { ticksPerSecond: this.#ticksPerSecond, seatSize })
    if (this.#terms.size >= TERMS_MAX) this.#terms.clear()
    this.#terms.set(key, terms)
    return terms
  }

  /** Makes `rowOf` long enough. */
  reserve(chunks: number): void {
    if (this.rowOf.length < chunks) this.rowOf = new Int32Array(chunks)
  }

  /** The rows 0 to count - 1, the heaviest first, equal ones in their order. Good until the next call. */
  rank(count: number, weigh: (row: number) => number): readonly number[] {
    const order = this.#order
    const weights = this.#weights
    order.length = count
    for (let row = 0; row < count; row++) {
      order[row] = row
      weights[row] = weigh(row)
    }
    return order.sort((a, b) => weights[b] - weights[a] || a - b)
  }
}
