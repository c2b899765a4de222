/**
 * Puts a large message together from its fragments. Holds what has come and no more, however many are announced.
 */
export class Reassembly {
  readonly count: number
  readonly #fragments = new Map<number, Uint8Array>()
  /** Bytes held. */
  bytes = 0

  constructor(count: number) {
    this.count = count
  }

  has(index: number): boolean {
    return this.#fragments.has(index)
  }

  /** Whether one fragment is missing. */
  get isNearlyWhole(): boolean {
    return this.#fragments.size === this.count - 1
  }

  /** @returns the whole message when this was the last missing fragment */
  add(index: number, fragment: Uint8Array): Uint8Array | undefined {
    this.#fragments.set(index, fragment)
    this.bytes += fragment.length
    return this.#fragments.size === this.count ? this.#join() : undefined
  }

  #join(): Uint8Array {
    const whole = new Uint8Array(this.bytes)
    let at = 0
    for (let index = 0; index < this.count; index++) {
      const fragment = this.#fragments.get(index)!
      whole.set(fragment, at)
      at += fragment.length
    }
    return whole
  }
}
