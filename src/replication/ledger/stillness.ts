import { grown } from './columns.ts'
import { type Ledger, SLOTS_MAX } from './ledger.ts'

/**
 * Tells in which chunks nobody moves. Who stands goes on standing until the chunk changes, so that this is looked up
 * once after each change, however many ask.
 */
export class Stillness {
  readonly #ledger: Ledger
  /** By chunk: the tick at which nobody in it moved, and one at which somebody did. */
  #stillAt = new Int32Array(0)
  #movingAt = new Int32Array(0)

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** Returns whether nobody in a chunk moves, at the tick that the ledger is brought up to. */
  of(chunk: number, tick: number): boolean {
    const { chunkChanged } = this.#ledger
    if (chunk >= this.#stillAt.length) this.#grow(chunkChanged.length)
    // A replica may hear more of a tick that it was asked about.
    if (this.#stillAt[chunk] > chunkChanged[chunk]) return true
    if (this.#movingAt[chunk] === tick) return false
    const isStill = this.#isStill(chunk, tick)
    if (isStill) this.#stillAt[chunk] = tick
    else this.#movingAt[chunk] = tick
    return isStill
  }

  #isStill(chunk: number, tick: number): boolean {
    const { slots, slotsPerChunk, tables, entityKind, entityRow } = this.#ledger
    const first = chunk * SLOTS_MAX
    for (let slot = first; slot < first + slotsPerChunk; slot++) {
      const index = slots[slot]
      if (index >= 0 && tables[entityKind[index]].isMoving(entityRow[index], tick)) return false
    }
    return true
  }

  #grow(chunks: number): void {
    this.#stillAt = grown(this.#stillAt, new Int32Array(chunks))
    this.#movingAt = grown(this.#movingAt, new Int32Array(chunks))
  }
}
