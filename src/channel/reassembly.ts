import { concat } from '../core/index.ts'

/** A large message of which some fragments have come. Holds what has come and no more. */
export class Reassembly {
  readonly #fragments: (Uint8Array | undefined)[]
  #left: number
  /** Bytes held. */
  bytes = 0

  constructor(count: number) {
    this.#fragments = new Array(count)
    this.#left = count
  }

  get count(): number {
    return this.#fragments.length
  }

  has(index: number): boolean {
    return this.#fragments[index] !== undefined
  }

  /** Whether the fragment to come is the last missing one. */
  get isNearlyWhole(): boolean {
    return this.#left === 1
  }

  /** @returns the whole message when this was the last missing fragment */
  add(index: number, fragment: Uint8Array): Uint8Array | undefined {
    this.#fragments[index] = fragment
    this.bytes += fragment.length
    return --this.#left === 0 ? concat(this.#fragments as Uint8Array[]) : undefined
  }
}
