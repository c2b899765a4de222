import type { Ledger } from '../ledger/ledger.ts'
import { Stillness } from '../ledger/stillness.ts'
import { Progress } from './progress.ts'
import { Reaches } from './reach.ts'
import { Slab } from './slab.ts'

/** Tables that the views of one source share. */
export class DeskTables {
  readonly reaches: Reaches
  readonly stillness: Stillness
  /** The part of every view that each tick reads. */
  readonly slab = new Slab()
  /** A view's progress before it chose its cells anew. Each view uses it for a moment in turn. */
  readonly before = new Progress(this.slab)
  /** By chunk: one more than its row in `before`; 0 for none. */
  rowOf = new Int32Array(64)

  constructor(ledger: Ledger) {
    this.reaches = new Reaches(ledger.grid)
    this.stillness = new Stillness(ledger)
  }

  /** Makes `rowOf` long enough. */
  reserve(chunks: number): void {
    if (this.rowOf.length < chunks) this.rowOf = new Int32Array(chunks)
  }
}
