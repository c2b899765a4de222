import type { Ledger } from './ledger.ts'
import { Letter } from './letter.ts'
import { PacketWriter } from './packet.ts'
import { Progress } from './progress.ts'
import { Reaches } from './reach.ts'

/** What the views of one source share: the lists of cells seen, and tables each uses for a moment. */
export class Desk {
  readonly reaches: Reaches
  readonly letter = new Letter(new PacketWriter(0))
  /** The table that the next view to look anew fills; it leaves its old one here. */
  spare = new Progress()
  /** By chunk: one more than its row in the table being looked through; 0 for none. */
  rowOf = new Int32Array(64)
  /** Counts the views, so that not all look at the crowd in the same tick. */
  views = 0
  readonly #order: number[] = []
  readonly #weights: number[] = []

  constructor(ledger: Ledger) {
    this.reaches = new Reaches(ledger.grid)
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
