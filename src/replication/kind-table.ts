import type { Kind } from '../world/index.ts'

/**
 * The published state of every entity of one kind: columns of quantized values and of the ticks at which they last
 * changed. An entity has a row; rows are reused.
 *
 *     units[row * stride + f]     the value of field f, as one unsigned integer    (scalar fields)
 *     blobs[row * stride + f]     the value of field f, as its bits                (all others)
 *     changed[row * stride + f]   the tick at which it last changed
 *
 * A motion's segment says: at tick `start` it was at `place`, and moves `velocity` units a tick from there on. All
 * are whole units, so every holder of a segment computes the same places, however long it lasts.
 */
export class KindTable {
  readonly kind: Kind
  readonly stride: number
  readonly axes: number
  readonly #free: number[] = []
  #rows = 0

  units: Uint32Array
  readonly blobs: (Blob | undefined)[] = []
  /** The last values game code wrote, so that an untouched field costs one comparison. */
  readonly raws: unknown[] = []
  changed: Int32Array

  place: Float64Array
  velocity: Float64Array
  start: Int32Array
  moved: Int32Array
  movedBefore: Int32Array
  jumped: Int32Array
  isContinuous: Uint8Array

  constructor(kind: Kind, rows = 16) {
    this.kind = kind
    this.stride = kind.fields.length
    this.axes = kind.position?.axes ?? 0
    this.units = new Uint32Array(rows * this.stride)
    this.changed = new Int32Array(rows * this.stride)
    this.place = new Float64Array(rows * this.axes)
    this.velocity = new Float64Array(rows * this.axes)
    this.start = new Int32Array(rows)
    this.moved = new Int32Array(rows)
    this.movedBefore = new Int32Array(rows)
    this.jumped = new Int32Array(rows)
    this.isContinuous = new Uint8Array(rows)
  }

  /** A row for a new entity: all zeros. */
  take(): number {
    const row = this.#free.pop() ?? this.#rows++
    if (row >= this.start.length) this.#grow()
    this.units.fill(0, row * this.stride, (row + 1) * this.stride)
    this.changed.fill(0, row * this.stride, (row + 1) * this.stride)
    this.place.fill(0, row * this.axes, (row + 1) * this.axes)
    this.velocity.fill(0, row * this.axes, (row + 1) * this.axes)
    this.start[row] = 0
    this.moved[row] = 0
    this.movedBefore[row] = 0
    this.jumped[row] = 0
    this.isContinuous[row] = 0
    for (let at = row * this.stride; at < (row + 1) * this.stride; at++) {
      this.blobs[at] = undefined
      this.raws[at] = undefined
    }
    return row
  }

  free(row: number): void {
    this.#free.push(row)
  }

  /** Where the segment of `row` is at `tick` along one axis, in units. */
  placeAt(row: number, axis: number, tick: number): number {
    const at = row * this.axes + axis
    return this.place[at] + this.velocity[at] * (tick - this.start[row])
  }

  #grow(): void {
    const rows = this.start.length * 2
    this.units = grown(this.units, new Uint32Array(rows * this.stride))
    this.changed = grown(this.changed, new Int32Array(rows * this.stride))
    this.place = grown(this.place, new Float64Array(rows * this.axes))
    this.velocity = grown(this.velocity, new Float64Array(rows * this.axes))
    this.start = grown(this.start, new Int32Array(rows))
    this.moved = grown(this.moved, new Int32Array(rows))
    this.movedBefore = grown(this.movedBefore, new Int32Array(rows))
    this.jumped = grown(this.jumped, new Int32Array(rows))
    this.isContinuous = grown(this.isContinuous, new Uint8Array(rows))
  }
}

/** A value as its exact bits, first bit lowest; unused bits of the last byte are zero. */
export interface Blob {
  readonly bytes: Uint8Array
  readonly bits: number
}

export function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
