import { grown } from '../ledger/columns.ts'

const PIECE_LEAST = 64

/**
 * Holds whole numbers of many owners in one piece of memory, so that going through all owners in order goes through
 * memory in order too. Each has a stretch of a power of two; a longer one is another stretch.
 */
export class Slab {
  /** All numbers. A `take` that needs more replaces the array: read this again. */
  data = new Int32Array(1024)
  /** As many others beside them, which fewer read. */
  beside = new Int32Array(1024)
  #end = 0
  /** By the power of two: where returned stretches begin. */
  readonly #free: number[][] = []

  /** @returns where a stretch of at least so many zeros begins */
  take(length: number): number {
    const power = powerOf(length)
    const start = this.#free[power]?.pop() ?? this.#extend(1 << power)
    this.data.fill(0, start, start + (1 << power))
    this.beside.fill(0, start, start + (1 << power))
    return start
  }

  /** Gives back a stretch that was taken for so many. */
  give(start: number, length: number): void {
    const power = powerOf(length)
    this.#free[power] ??= []
    this.#free[power].push(start)
  }

  /** Returns how many numbers fit into the stretch that is taken for `length`. */
  static sizeFor(length: number): number {
    return 1 << powerOf(length)
  }

  /** Copies numbers from one place to another. */
  copy(to: number, from: number, length: number): void {
    this.data.copyWithin(to, from, from + length)
    this.beside.copyWithin(to, from, from + length)
  }

  #extend(taken: number): number {
    const start = this.#end
    this.#end += taken
    if (this.#end > this.data.length) {
      const length = Math.max(this.#end, this.data.length * 2)
      this.data = grown(this.data, new Int32Array(length))
      this.beside = grown(this.beside, new Int32Array(length))
    }
    return start
  }
}

function powerOf(length: number): number {
  return 32 - Math.clz32(Math.max(PIECE_LEAST, length) - 1)
}
