/** The columns of `Progress`. All are whole numbers. */
/** The chunk, as the ledger numbers it. */
export const CHUNK = 0
/** The tick up to which the viewer has been told. */
export const TOLD = 1
/** The tick up to which it is known to have heard. */
export const SURE = 2
/** The topic: its kind and id, which together are its key, and which of that name it is. */
export const KIND = 3
export const ID = 4
export const BORN = 5
/** The chunk's place among its topic's. */
export const ORDER = 6
/** The byte that names the topic near the anchor; -1 for one that needs a longer name. */
export const NAME = 7
/** Metres from the viewer; 0 for what has no place. */
export const DISTANCE = 8
/** Ticks from one telling to the next, at the least. */
export const EVERY = 9
/** Ticks that news of it have been waiting for room. */
export const WAITED = 10
/** The ticks of the first and of the last telling; 0 before it. */
export const SINCE = 11
export const LAST = 17
/** 1 once anything may have reached the viewer: then it may follow the topic, whatever was lost since. */
export const SENT = 12
/** The tick of the last advance sent that said who is where, and of the last one known to have arrived. */
export const STRUCTURE_TOLD = 13
export const STRUCTURE_SURE = 14
/** The first packet after the last fall-back: the loss of an earlier one tells nothing new. */
export const FRESH = 15
/** A number of its own, for packets under way to name a row by. */
export const SERIAL = 16
const COLUMNS = 18

/**
 * How far one viewer is with each chunk it follows: a small table of whole numbers, one row a chunk, nearest first.
 *
 *     data[column * capacity + row]
 *
 * It lies in one piece, column after column: what each tick looks at, chunk and told, are the first two.
 */
export class Progress {
  count = 0
  capacity = 0
  data = new Int32Array(0)

  get(column: number, row: number): number {
    return this.data[column * this.capacity + row]
  }

  set(column: number, row: number, value: number): void {
    this.data[column * this.capacity + row] = value
  }

  /** The row's topic. */
  key(row: number): number {
    return (this.get(ID, row) >>> 0) * 4 + this.get(KIND, row)
  }

  /** The row of this serial number; -1 when it is gone. */
  find(serial: number): number {
    const start = SERIAL * this.capacity
    for (let row = 0; row < this.count; row++) if (this.data[start + row] === serial) return row
    return -1
  }

  /** Appends a row of zeros. @returns the row */
  add(): number {
    if (this.count === this.capacity) this.#grow()
    const row = this.count++
    for (let column = 0; column < COLUMNS; column++) this.data[column * this.capacity + row] = 0
    return row
  }

  /** Appends a copy of another table's row. @returns the row */
  take(from: Progress, row: number): number {
    if (this.count === this.capacity) this.#grow()
    const own = this.count++
    for (let column = 0; column < COLUMNS; column++)
      this.data[column * this.capacity + own] = from.data[column * from.capacity + row]
    return own
  }

  #grow(): void {
    const capacity = Math.max(16, this.capacity * 2)
    const data = new Int32Array(COLUMNS * capacity)
    for (let column = 0; column < COLUMNS; column++)
      data.set(
        this.data.subarray(column * this.capacity, column * this.capacity + this.count),
        column * capacity,
      )
    this.capacity = capacity
    this.data = data
  }
}
