/**
 * Dice for drawing the map. The engine has better ones; these stay as they are so that the same script always makes
 * the same town. (Mulberry32, Tommy Ettinger, 2017.)
 */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 <= v < 1 */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }

  /** least <= v < end */
  between(least: number, end: number): number {
    return least + this.fraction() * (end - least)
  }

  /** An integer, least <= v <= most. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<Thing>(things: readonly Thing[]): Thing {
    return things[this.integer(0, things.length - 1)]
  }
}
