/** Remembers how to undo what was done since the last `commit`. */
export class Journal {
  readonly #undoings: (() => void)[] = []
  readonly #beforeStep: () => void

  /** @param beforeStep  called before each step; what it throws ends the transaction there */
  constructor(beforeStep: () => void) {
    this.#beforeStep = beforeStep
  }

  /** Does one step, and remembers how to undo it. */
  step(doing: () => void, undoing: () => void): void {
    this.#beforeStep()
    doing()
    this.#undoings.push(undoing)
  }

  commit(): void {
    this.#beforeStep()
    this.#undoings.length = 0
  }

  rollBack(): void {
    for (let undoing = this.#undoings.pop(); undoing; undoing = this.#undoings.pop()) undoing()
  }
}

/**
 * Rows in memory, found by key and by further indexes. Each change leaves its undoing in the journal. Rows are
 * never changed in place.
 */
export class Table<Row, IndexName extends string = never> {
  readonly #rows = new Map<string, Row>()
  readonly #indexes: readonly (readonly [IndexName, (row: Row) => string, Map<string, Set<string>>])[]
  readonly #keyOf: (row: Row) => string
  readonly #journal: Journal

  constructor(
    journal: Journal,
    keyOf: (row: Row) => string,
    indexes: Readonly<Record<IndexName, (row: Row) => string>>,
  ) {
    this.#journal = journal
    this.#keyOf = keyOf
    this.#indexes = (Object.keys(indexes) as IndexName[]).map((name) => [name, indexes[name], new Map()])
  }

  get size(): number {
    return this.#rows.size
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key)
  }

  /** Lists the rows whose index has this value, in no order. */
  by(index: IndexName, value: string): Row[] {
    const keys = this.#indexes.find(([name]) => name === index)?.[2].get(value) ?? []
    return [...keys].map((key) => this.#rows.get(key)!)
  }

  values(): IterableIterator<Row> {
    return this.#rows.values()
  }

  /** Puts a row in; it replaces the one with its key. */
  set(row: Row): void {
    const key = this.#keyOf(row)
    const before = this.#rows.get(key)
    this.#journal.step(
      () => this.#put(key, row),
      () => this.#put(key, before),
    )
  }

  delete(key: string): boolean {
    const before = this.#rows.get(key)
    if (before === undefined) return false
    this.#journal.step(
      () => this.#put(key, undefined),
      () => this.#put(key, before),
    )
    return true
  }

  #put(key: string, row: Row | undefined): void {
    const before = this.#rows.get(key)
    for (const [, indexOf, keys] of this.#indexes) {
      if (before !== undefined) {
        const value = indexOf(before)
        const others = keys.get(value)
        others?.delete(key)
        if (others?.size === 0) keys.delete(value)
      }
      if (row !== undefined) {
        const value = indexOf(row)
        const others = keys.get(value)
        if (others === undefined) keys.set(value, new Set([key]))
        else others.add(key)
      }
    }
    if (row === undefined) this.#rows.delete(key)
    else this.#rows.set(key, row)
  }
}
