/**
 * Dice that are handed in: the same seed gives the same throws on every platform.
 *
 * The generator is xoshiro128** (David Blackman and Sebastiano Vigna, 2018); seeds
 * are spread over its four words by SplitMix32. Not for secrets: those come from the platform's cryptography.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  /** @param seed any integer; only its low 32 bits count */
  constructor(seed: number) {
    let state = seed >>> 0
    const spread = (): number => {
      state = (state + 0x9e3779b9) >>> 0
      let z = state
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      return (z ^ (z >>> 15)) >>> 0
    }
    this.#a = spread()
    this.#b = spread()
    this.#c = spread()
    this.#d = spread() | 1
  }

  /** Returns the next 32 bits, 0 <= v < 2^32. */
  next(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotateLeft(this.#d, 11)
    return scrambled
  }

  /** Returns a number, 0 <= v < 1, in steps of 2^-32. */
  fraction(): number {
    return this.next() / 4294967296
  }

  /** Returns an integer, `least` <= v <= `most`. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  /** Returns a number, `least` <= v < `end`. */
  between(least: number, end: number): number {
    return least + this.fraction() * (end - least)
  }

  /** Returns true once in `1 / probability` throws. */
  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** Picks one of the given things. */
  pick<Thing>(things: readonly Thing[]): Thing {
    return things[this.integer(0, things.length - 1)]
  }

  /** Makes new dice, so that one part's throws never change another's. */
  fork(): Random {
    return new Random(this.next())
  }
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count))
}
