/** What happens when, in virtual time: a heap of callbacks. Of two at one moment, the one added first comes first. */
export class Happenings {
  now = 0
  readonly #at: number[] = []
  readonly #order: number[] = []
  readonly #what: (() => void)[] = []
  #count = 0

  /** Has something happen at a moment; at once, if that is over. */
  add(at: number, what: () => void): void {
    const time = Math.max(at, this.now)
    const order = ++this.#count
    let i = this.#at.length
    this.#at.push(time)
    this.#order.push(order)
    this.#what.push(what)
    while (i > 0) {
      const up = (i - 1) >> 1
      if (!this.#isBefore(i, up)) break
      this.#swap(i, up)
      i = up
    }
  }

  /** Lets everything up to a moment happen. */
  run(until: number): void {
    while (this.#at.length > 0 && this.#at[0] <= until) {
      this.now = this.#at[0]
      const what = this.#what[0]
      const last = this.#at.length - 1
      this.#swap(0, last)
      this.#at.pop()
      this.#order.pop()
      this.#what.pop()
      this.#sink()
      what()
    }
    this.now = until
  }

  #sink(): void {
    const { length } = this.#at
    for (let i = 0; ; ) {
      const left = 2 * i + 1
      if (left >= length) return
      const right = left + 1
      const least = right < length && this.#isBefore(right, left) ? right : left
      if (!this.#isBefore(least, i)) return
      this.#swap(i, least)
      i = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#at[a] < this.#at[b] || (this.#at[a] === this.#at[b] && this.#order[a] < this.#order[b])
  }

  #swap(a: number, b: number): void {
    const at = this.#at[a]
    this.#at[a] = this.#at[b]
    this.#at[b] = at
    const order = this.#order[a]
    this.#order[a] = this.#order[b]
    this.#order[b] = order
    const what = this.#what[a]
    this.#what[a] = this.#what[b]
    this.#what[b] = what
  }
}
