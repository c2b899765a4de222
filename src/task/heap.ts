/** An item of a heap. The least key comes first, and among equal keys the least order. The heap writes `at`. */
export interface HeapItem {
  key: number
  order: number
  /** Where the item lies in its heap; -1 in none. An item is in one heap at a time. */
  at: number
}

/** A binary heap whose items know where they lie, so that any of them can be taken out in log n. */
export class Heap<Item extends HeapItem> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  get first(): Item | undefined {
    return this.#items[0]
  }

  push(item: Item): void {
    this.#items.push(item)
    this.#rise(item, this.#items.length - 1)
  }

  pop(): Item | undefined {
    const first = this.#items[0]
    if (first) this.remove(first)
    return first
  }

  /** Takes an item out. Does nothing if it is in no heap. */
  remove(item: Item): void {
    const { at } = item
    if (at < 0) return
    item.at = -1
    const last = this.#items.pop() as Item
    if (last === item) return
    if (isBefore(last, item)) this.#rise(last, at)
    else this.#sink(last, at)
  }

  #rise(item: Item, from: number): void {
    const items = this.#items
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(item, items[above])) break
      items[at] = items[above]
      items[at].at = at
      at = above
    }
    items[at] = item
    item.at = at
  }

  #sink(item: Item, from: number): void {
    const items = this.#items
    let at = from
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && isBefore(items[below + 1], items[below])) below++
      if (!isBefore(items[below], item)) break
      items[at] = items[below]
      items[at].at = at
      at = below
    }
    items[at] = item
    item.at = at
  }
}

function isBefore(a: HeapItem, b: HeapItem): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order)
}
