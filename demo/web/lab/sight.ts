/** Knows whether an element is in sight: what nobody sees need not be drawn. */
export class Sight {
  isInSight = false

  constructor(element: Element) {
    new IntersectionObserver((changes) => {
      this.isInSight = changes[changes.length - 1].isIntersecting
    }).observe(element)
  }
}

/** Knows whether what is to be drawn is other than what was. */
export class Drawn {
  #last: readonly unknown[] = []

  /** Returns whether any of these is another one than the last time. */
  isStale(...parts: readonly unknown[]): boolean {
    const last = this.#last
    if (parts.length === last.length && parts.every((part, index) => part === last[index])) return false
    this.#last = parts
    return true
  }
}
