import { NEVER } from '../../core/index.ts'
import { Slab } from './slab.ts'

/** The numbers of a row in the slab: the chunk and the head. */
export const HOT = 2
/** The chunk, as the ledger numbers it; its complement while the row is behind the view as a whole. */
export const CHUNK = 0
/**
 * How an advance of it begins. From 0: with this byte, which names the cell near the anchor. `LONG`: in the general
 * form. Below: it is not its topic's first chunk; its place among them is `-1 - head`.
 */
export const HEAD = 1
export const LONG = -1
/**
 * The numbers of a row beside those in the slab, of rows told by the circle: the slots whose entities the viewer holds,
 * or will once everything sent has arrived; and 1 for such a row.
 */
export const HELD = 0
export const ROUND = 1

/** The numbers of a row that each view holds for itself. */
/** The topic: its kind and id, which together are its key, and which of that name it is. */
export const KIND = 0
export const ID = 1
export const BORN = 2
/** The chunk's place in its topic. */
export const ORDER = 3
/** Metres from the viewer; 0 without a place. */
export const DISTANCE = 4
/** The fewest ticks from one telling to the next. */
export const EVERY = 5
/** The tick up to which the viewer has been told, where that is behind the view as a whole. */
export const SENT_UNTIL = 6
/** How many ticks it has been waiting for room. */
export const WAITED = 7
/** 1 once anything may have reached the viewer: it may then follow the topic, whatever was lost since. */
export const SENT = 8
/** The tick up to which the viewer has surely heard. This and the following are for links that lose packets. */
export const ACKED_UNTIL = 9
/** The tick of the last advance sent that told who is where, and of the last one known to have arrived. */
export const STRUCTURE_SENT = 10
export const STRUCTURE_ACKED = 11
/** The first packet after the last fall-back: the loss of an earlier one tells nothing new. */
export const FRESH = 12
/** A number of its own, for packets under way to name a row by. */
export const SERIAL = 13
/**
 * `SENT_UNTIL` and `STRUCTURE_SENT` as before the last advance, while that has to be told once more; else `ONCE`.
 */
export const SENT_BEFORE = 14
export const STRUCTURE_BEFORE = 15
export const ONCE = -1
/** The ticks of the last two packets known to have arrived with which the viewer surely had all of the chunk. */
export const BASE = 16
export const BASE_BEFORE = 17
const COLD = 18

/**
 * How far one viewer is with each chunk it follows: a small table of whole numbers, one row a chunk, nearest first.
 *
 * The numbers that each tick reads lie in a slab, together with those of all other views; the rest lies here, for
 * rows that are new or behind. With many thousand views, how much each tick touches of each decides how long it
 * takes.
 */
export class Progress {
  count = 0
  /** Where this table begins in the slab. */
  start: number
  readonly #slab: Slab
  #capacity: number
  #cold = new Int32Array(0)

  constructor(slab: Slab) {
    this.#slab = slab
    this.#capacity = Math.floor(Slab.sizeFor(0) / HOT)
    this.start = slab.take(this.#capacity * HOT)
  }

  /** Returns the row's chunk. */
  chunk(row: number): number {
    const chunk = this.#slab.data[this.start + row * HOT + CHUNK]
    return chunk < 0 ? ~chunk : chunk
  }

  /** Returns whether the row is behind the view as a whole. */
  isBehind(row: number): boolean {
    return this.#slab.data[this.start + row * HOT + CHUNK] < 0
  }

  setBehind(row: number, isBehind: boolean): void {
    const chunk = this.chunk(row)
    this.#slab.data[this.start + row * HOT + CHUNK] = isBehind ? ~chunk : chunk
  }

  /** Makes the row say for itself, from here on, how far it is. */
  fallBehind(row: number, sentUntil: number): void {
    this.setBehind(row, true)
    this.set(SENT_UNTIL, row, sentUntil)
  }

  /** Resets a row, as if nothing had ever been told of its chunk. */
  forget(row: number): void {
    this.begin(row, 0)
    this.setHeld(row, 0)
  }

  /** Begins a row: the viewer surely has what was in its chunk at `tick`. */
  begin(row: number, tick: number): void {
    this.fallBehind(row, tick)
    for (const column of [ACKED_UNTIL, STRUCTURE_SENT, STRUCTURE_ACKED]) this.set(column, row, tick)
    this.set(SENT_BEFORE, row, ONCE)
    this.set(BASE, row, NEVER)
    this.set(BASE_BEFORE, row, NEVER)
  }

  /** Makes a row that was told by the circle one that is told whole, anew. */
  forgetCircle(row: number): void {
    this.setRound(row, false)
    this.forget(row)
  }

  /** Returns whether a row is told by the circle. */
  isRound(row: number): boolean {
    return this.#slab.beside[this.start + row * HOT + ROUND] === 1
  }

  setRound(row: number, isRound: boolean): void {
    this.#slab.beside[this.start + row * HOT + ROUND] = isRound ? 1 : 0
  }

  /** Returns the slots of a row told by the circle whose entities the viewer holds. */
  held(row: number): number {
    return this.#slab.beside[this.start + row * HOT + HELD]
  }

  setHeld(row: number, held: number): void {
    this.#slab.beside[this.start + row * HOT + HELD] = held
  }

  head(row: number): number {
    return this.#slab.data[this.start + row * HOT + HEAD]
  }

  setHead(row: number, head: number): void {
    this.#slab.data[this.start + row * HOT + HEAD] = head
  }

  get(column: number, row: number): number {
    return this.#cold[row * COLD + column]
  }

  set(column: number, row: number, value: number): void {
    this.#cold[row * COLD + column] = value
  }

  /** Returns the key of the row's topic. */
  key(row: number): number {
    return (this.get(ID, row) >>> 0) * 4 + this.get(KIND, row)
  }

  /** Returns the row of this serial number; -1 when it is gone. */
  find(serial: number): number {
    for (let row = 0; row < this.count; row++) if (this.get(SERIAL, row) === serial) return row
    return -1
  }

  /** Appends a row for a chunk of which nothing was told. @returns the row */
  add(chunk: number): number {
    const row = this.count++
    this.#reserve(this.count)
    this.#slab.data[this.start + row * HOT + CHUNK] = ~chunk
    this.setHeld(row, 0)
    this.setRound(row, false)
    this.#cold.fill(0, row * COLD, (row + 1) * COLD)
    this.set(SENT_BEFORE, row, ONCE)
    return row
  }

  /** Appends a copy of another table's row. @returns the row */
  take(from: Progress, row: number): number {
    const own = this.count++
    this.#reserve(this.count)
    const { data, beside } = this.#slab
    const at = this.start + own * HOT
    const source = from.start + row * HOT
    for (let i = 0; i < HOT; i++) {
      data[at + i] = data[source + i]
      beside[at + i] = beside[source + i]
    }
    const cold = this.#cold
    const coldBefore = from.#cold
    for (let i = 0; i < COLD; i++) cold[own * COLD + i] = coldBefore[row * COLD + i]
    return own
  }

  /** Becomes a copy of another table. */
  copy(from: Progress): void {
    this.count = from.count
    this.#reserve(from.count)
    this.#slab.copy(this.start, from.start, from.count * HOT)
    this.#cold.set(from.#cold.subarray(0, from.count * COLD))
  }

  /** Gives its place in the slab back. */
  close(): void {
    this.count = 0
    this.#slab.give(this.start, this.#capacity * HOT)
    this.#capacity = 0
  }

  #reserve(count: number): void {
    if (count > this.#capacity) {
      const start = this.#slab.take(count * HOT)
      this.#slab.copy(start, this.start, this.#capacity * HOT)
      if (this.#capacity > 0) this.#slab.give(this.start, this.#capacity * HOT)
      this.start = start
      this.#capacity = Math.floor(Slab.sizeFor(count * HOT) / HOT)
    }
    if (count * COLD > this.#cold.length) {
      const cold = this.#cold
      this.#cold = new Int32Array(this.#capacity * COLD)
      this.#cold.set(cold)
    }
  }
}
