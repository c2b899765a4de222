import { FOREVER, type Instant } from '../core/index.ts'

interface Entry {
  readonly at: Instant
  readonly order: number
  readonly run: () => void
}

/** Keeps what is to happen when: a binary heap, earliest first; of two at one instant, the one noted first. */
export class Agenda {
  readonly #heap: Entry[] = []
  #order = 0

  /** When the next thing is due; FOREVER when nothing is. */
  get wakeAt(): Instant {
    return this.#heap.length === 0 ? FOREVER : this.#heap[0].at
  }

  note(at: Instant, run: () => void): void {
    const heap = this.#heap
    const entry: Entry = { at, order: this.#order++, run }
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(entry, heap[parent])) break
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = entry
  }

  /**
   * Runs what is due at `now`. What that adds for `now` waits for the next call, so two parties that answer each
   * other at once can never hold the caller.
   *
   * @returns how many things were run
   */
  run(now: Instant): number {
    const end = this.#order
    let count = 0
    for (; this.#heap.length > 0; count++) {
      const first = this.#heap[0]
      if (first.at > now || first.order >= end) break
      this.#takeFirst()
      first.run()
    }
    return count
  }

  #takeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
