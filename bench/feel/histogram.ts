/** Many values in little room: counts by bins that grow by a fiftieth. Percentiles are exact to that. */
export class Histogram {
  readonly #counts = new Float64Array(2048)
  readonly #least: number
  #count = 0

  /** @param least  smaller values count as this */
  constructor(least: number) {
    this.#least = least
  }

  get count(): number {
    return this.#count
  }

  add(value: number): void {
    const bin = value <= this.#least ? 0 : Math.ceil(Math.log(value / this.#least) / GROWTH)
    this.#counts[Math.min(this.#counts.length - 1, bin)]++
    this.#count++
  }

  /** @returns NaN when there is nothing */
  percentile(percent: number): number {
    let left = (this.#count * percent) / 100
    for (let bin = 0; bin < this.#counts.length; bin++) {
      left -= this.#counts[bin]
      if (left <= 0 && this.#count > 0) return bin === 0 ? 0 : this.#least * Math.exp(bin * GROWTH)
    }
    return Number.NaN
  }
}

const GROWTH = Math.log(1.02)
