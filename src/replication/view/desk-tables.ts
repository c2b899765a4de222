import type { Ledger } from '../ledger/ledger.ts'
import { Progress } from './progress.ts'
import { Reaches } from './reach.ts'
import { Slab } from './slab.ts'

/** Tables that the views of one source share. */
export class DeskTables {
  readonly reaches: Reaches
  /** What each tick looks at of every view. */
  readonly slab = new Slab()
  /** How far a view was before it looked anew. Each uses it for a moment, as the next. */
  readonly before = new Progress(this.slab)
  /** By chunk: one more than its row in `before`; 0 for none. */
  rowOf = new Int32Array(64)

  constructor(ledger: Ledger) {
    this.reaches = new Reaches(ledger.grid)
  }

  /** Makes `rowOf` long enough. */
  reserve(chunks: number): void {
    if (this.rowOf.length < chunks) this.rowOf = new Int32Array(chunks)
  }
}
