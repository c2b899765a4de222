import type { Vector3 } from '../../core/index.ts'
import type { SharedEntity } from './shared-entity.ts'

/** In which square each entity of a world is, for squares of one size. */
export class Squares {
  /** Metres; 0 for none: then each place is a square of its own. */
  readonly stride: number
  #columns = new Float64Array(64).fill(Number.NaN)
  #rows = new Float64Array(64)
  #levels = new Float64Array(64)
  /** By entity: the last tick in which it entered another square. */
  #turned = new Int32Array(64)

  constructor(stride: number) {
    this.stride = stride
  }

  /** Forgets an entity, whose number may be another's now. */
  forget(number: number): void {
    if (number < this.#columns.length) this.#columns[number] = Number.NaN
  }

  /** Notes where an entity is. @returns whether that is another square than before */
  note({ number, entity: { position } }: SharedEntity, tick: number): boolean {
    if (position === undefined) return false
    if (number >= this.#columns.length) this.#grow(number)
    const column = this.#squareOf(position.x)
    const row = this.#squareOf(position.y)
    const level = this.#squareOf((position as Vector3).z ?? 0)
    if (this.#columns[number] === column && this.#rows[number] === row && this.#levels[number] === level)
      return false
    this.#columns[number] = column
    this.#rows[number] = row
    this.#levels[number] = level
    this.#turned[number] = tick
    return true
  }

  /** Returns the last tick in which an entity entered another square. */
  turnedAt({ number }: SharedEntity): number {
    return number < this.#turned.length ? this.#turned[number] : -1
  }

  #squareOf(metres: number): number {
    return this.stride > 0 ? Math.floor(metres / this.stride) : metres
  }

  #grow(number: number): void {
    const size = Math.max(2 * this.#columns.length, number + 1)
    const grown = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
      to.set(from)
      return to
    }
    this.#columns = grown(this.#columns, new Float64Array(size).fill(Number.NaN))
    this.#rows = grown(this.#rows, new Float64Array(size))
    this.#levels = grown(this.#levels, new Float64Array(size))
    this.#turned = grown(this.#turned, new Int32Array(size))
  }
}
