type AnyCallback = (...values: never[]) => void

/** Who wants to be told of what: listeners under the name of what they wait for, told in the order they came. */
export class Listeners {
  readonly #byName = new Map<string, Set<AnyCallback>>()

  /** @returns takes the callback back */
  add(name: string, callback: AnyCallback): () => void {
    let listeners = this.#byName.get(name)
    if (!listeners) {
      listeners = new Set()
      this.#byName.set(name, listeners)
    }
    listeners.add(callback)
    return () => listeners.delete(callback)
  }

  /** What a callback throws is its program's mistake: it passes, and the others are not told. */
  tell(name: string, ...values: unknown[]): void {
    const listeners = this.#byName.get(name)
    if (listeners) for (const callback of listeners) (callback as (...values: unknown[]) => void)(...values)
  }
}
