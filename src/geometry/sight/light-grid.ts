import { UNITS_PER_METRE, unitsOf } from './lattice.ts'
import type { Light } from './light.ts'

/** The side of a square in which lights are looked up: 16 m, in units. */
const SQUARE = 16 * UNITS_PER_METRE
/** More squares each way than there can be, so that each has its own number. */
const ACROSS = 2 ** 20

/** Finds lights by the squares of ground that they may shine on. */
export class LightGrid {
  readonly #squares = new Map<number, Light[]>()
  readonly #ranges = new Map<Light, readonly [west: number, south: number, east: number, north: number]>()

  /** Lists a light at its present place. */
  put(light: Light): void {
    const [x, y, reach] = [unitsOf(light.at.x), unitsOf(light.at.y), unitsOf(light.reach)]
    const range = [x - reach, y - reach, x + reach, y + reach].map((units) => Math.floor(units / SQUARE)) as [
      number,
      number,
      number,
      number,
    ]
    const before = this.#ranges.get(light)
    if (before?.every((side, i) => side === range[i])) return
    this.remove(light)
    this.#ranges.set(light, range)
    this.#each(range, (square) => {
      const list = this.#squares.get(square)
      if (list) list.push(light)
      else this.#squares.set(square, [light])
    })
  }

  remove(light: Light): void {
    const range = this.#ranges.get(light)
    if (!range) return
    this.#ranges.delete(light)
    this.#each(range, (square) => {
      const list = this.#squares.get(square) as Light[]
      list.splice(list.indexOf(light), 1)
      if (list.length === 0) this.#squares.delete(square)
    })
  }

  /** Returns the lights that may shine on a place, in units; perhaps some more. */
  at(x: number, y: number): readonly Light[] {
    return this.#squares.get(Math.floor(x / SQUARE) + Math.floor(y / SQUARE) * ACROSS) ?? NONE
  }

  #each([west, south, east, north]: readonly number[], visit: (square: number) => void): void {
    for (let row = south; row <= north; row++)
      for (let column = west; column <= east; column++) visit(column + row * ACROSS)
  }
}

const NONE: readonly Light[] = []
