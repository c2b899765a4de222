/**
 * Clears a table of expired entries, a few at a time, going round and round: each addition sweeps some. So a table does
 * not keep expired entries until it is full, and no single addition pays for all of them.
 */
export class Broom<Key, Value> {
  readonly #table: ReadonlyMap<Key, Value>
  #at: Iterator<[Key, Value]>

  constructor(table: ReadonlyMap<Key, Value>) {
    this.#table = table
    this.#at = table.entries()
  }

  /** Looks at the next few; `look` may delete the entry that it is shown. */
  sweep(look: (key: Key, value: Value) => void, count = 4): void {
    for (let looked = 0; looked < count && this.#table.size > 0; looked++) {
      let next = this.#at.next()
      if (next.done) {
        this.#at = this.#table.entries()
        next = this.#at.next()
      }
      if (next.done) return
      look(next.value[0], next.value[1])
    }
  }
}
