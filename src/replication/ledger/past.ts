import { twoTo } from '../../core/index.ts'
import { BitReader } from '../../wire/index.ts'
import { grown } from './columns.ts'

/** How many states of an entity are remembered: half a second of one that changes 60 times a second. */
const PAST_STATES = 32
/** One more, into which the next is written before it is known to be another. */
const PLACES = PAST_STATES + 1
/** The numbers of a state before its place: as of which tick it is noted, and at which tick it was told. */
const HEAD = 2
/** The numbers of a rotation: which part is largest, and the three others in steps, as they travel. */
export const ROTATION = 4

/** A rotation among the fields of a kind. */
export interface RotationField {
  /** Its place among the kind's fields. */
  readonly field: number
  /** How many bits a part travels in, and what its zero is. */
  readonly bits: number
  readonly half: number
}

/** What `Past` remembers of: the columns of a kind. */
export interface Remembered {
  readonly axes: number
  readonly stride: number
  readonly place: Float64Array
  readonly blobs: readonly ({ readonly bytes: Uint8Array } | undefined)[]
}

/**
 * The latest states of every entity of a kind whose samples are predicted: place and rotations. Author and receiver
 * remember the same, as of each tick that the receiver has surely heard of: so one can say where the other was, and
 * how it moved then.
 */
export class Past {
  readonly rotations: readonly RotationField[]
  readonly #axes: number
  readonly #width: number
  readonly #reader = new BitReader()
  #states: Float64Array
  /** By row: how many states were noted since it was taken. */
  #counts: Int32Array

  constructor(axes: number, rotations: readonly RotationField[], rows: number) {
    this.rotations = rotations
    this.#axes = axes
    this.#width = HEAD + axes + ROTATION * rotations.length
    this.#states = new Float64Array(rows * PLACES * this.#width)
    this.#counts = new Int32Array(rows)
  }

  /** Where the states lie: a place in it is what `find` returns. */
  get states(): Float64Array {
    return this.#states
  }

  /** Returns where the place of a state begins, and behind it where a rotation does. */
  placeOf(state: number): number {
    return state + HEAD
  }

  rotationOf(state: number, rotation: number): number {
    return state + HEAD + this.#axes + rotation * ROTATION
  }

  /** Forgets a row. */
  clear(row: number): void {
    this.#counts[row] = 0
  }

  /** Notes the present state of a row. @param told  the tick at which it was told */
  note(
    table: Remembered,
    row: number,
    { tick, told }: { readonly tick: number; readonly told: number },
  ): void {
    const count = this.#counts[row]
    let at = this.#at(row, count)
    const newest = count > 0 ? this.#at(row, count - 1) : -1
    if (newest >= 0 && this.#states[newest] === tick && this.#states[newest + 1] === told) at = newest
    this.#copy(table, row, at)
    if (at === newest || (newest >= 0 && this.#isSame(at, newest))) return
    this.#states[at] = tick
    this.#states[at + 1] = told
    // The count stays small: whole turns of the ring say nothing.
    this.#counts[row] = count + 1 < 2 * PLACES ? count + 1 : PLACES
  }

  /** Returns where the state of a row as of `tick` lies; -1 for one that is not remembered. */
  find(row: number, tick: number): number {
    return this.#find(row, tick, 0)
  }

  /** The same as of what was told at `tick`. */
  findTold(row: number, tick: number): number {
    return this.#find(row, tick, 1)
  }

  #find(row: number, tick: number, column: number): number {
    const count = this.#counts[row]
    const least = Math.max(0, count - PAST_STATES)
    for (let n = count - 1; n >= least; n--) {
      const at = this.#at(row, n)
      if (this.#states[at + column] <= tick) return at
    }
    return -1
  }

  grow(rows: number): void {
    this.#states = grown(this.#states, new Float64Array(rows * PLACES * this.#width))
    this.#counts = grown(this.#counts, new Int32Array(rows))
  }

  #at(row: number, n: number): number {
    return (row * PLACES + (n % PLACES)) * this.#width
  }

  #isSame(one: number, other: number): boolean {
    for (let i = HEAD; i < this.#width; i++)
      if (this.#states[one + i] !== this.#states[other + i]) return false
    return true
  }

  #copy({ axes, stride, place, blobs }: Remembered, row: number, state: number): void {
    const states = this.#states
    for (let axis = 0; axis < axes; axis++) states[this.placeOf(state) + axis] = place[row * axes + axis]
    for (let n = 0; n < this.rotations.length; n++) {
      const { field } = this.rotations[n]
      const blob = blobs[row * stride + field]
      if (blob) this.readRotation(blob.bytes, n, states, this.rotationOf(state, n))
    }
  }

  /** Reads a rotation from its bytes into four numbers. */
  readRotation(bytes: Uint8Array, rotation: number, to: Float64Array, at: number): void {
    const { bits, half } = this.rotations[rotation]
    const reader = this.#reader.reset(bytes)
    to[at] = reader.bits(2)
    for (let part = 1; part < ROTATION; part++) to[at + part] = reader.bits(bits) - half
  }
}

/** Returns how a rotation of so many bits in all travels. */
export function rotationField(field: number, bitsMax: number): RotationField {
  const bits = (bitsMax - 2) / 3
  return { field, bits, half: twoTo(bits - 1) - 1 }
}
