type AnyCallback = (...values: never[]) => void

/** Who wants to be told of what: callbacks under the name of what they wait for, told in the order they came. */
export class Listeners {
  readonly #byName = new Map<string, Set<AnyCallback>>()

  /** @returns takes the callback back */
  add(name: string, callback: AnyCallback): () => void {
    let callbacks = this.#byName.get(name)
    if (!callbacks) {
      callbacks = new Set()
      this.#byName.set(name, callbacks)
    }
    callbacks.add(callback)
    return () => callbacks.delete(callback)
  }

  /** What a callback throws is its program's mistake: it passes, and the others are not told. */
  tell(name: string, ...values: unknown[]): void {
    const callbacks = this.#byName.get(name)
    if (callbacks) for (const callback of callbacks) (callback as (...values: unknown[]) => void)(...values)
  }
}
