/** Samples between two looks at all of them. */
const LOOK_EVERY = 8

/** The value below which a given share of the last samples lie. */
export class Quantile {
  readonly #samples: Float64Array
  readonly #sorted: Float64Array
  readonly #share: number
  #count = 0
  #value = 0

  /**
   * @param size   samples remembered
   * @param share  0 < share <= 1
   */
  constructor(size: number, share: number) {
    this.#samples = new Float64Array(size)
    this.#sorted = new Float64Array(size)
    this.#share = share
  }

  /** 0 before the first sample. */
  get value(): number {
    return this.#value
  }

  add(sample: number): void {
    this.#samples[this.#count % this.#samples.length] = sample
    this.#count++
    // The first ones count at once, and so does one above all before it.
    if (this.#count % LOOK_EVERY === 0 || this.#count < 2 * LOOK_EVERY) this.#look()
  }

  #look(): void {
    const held = Math.min(this.#count, this.#samples.length)
    const sorted = this.#sorted.subarray(0, held)
    sorted.set(this.#samples.subarray(0, held))
    sorted.sort()
    this.#value = sorted[Math.min(held - 1, Math.floor(held * this.#share))]
  }
}
