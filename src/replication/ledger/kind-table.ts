import { atan2, bitsFor } from '../../core/index.ts'
import type { AnyGame, Kind } from '../../world/index.ts'
import { type PositionLayout, positionLayout } from '../encoding/position-layout.ts'
import { grown } from './columns.ts'
import { Past, rotationField } from './past.ts'

/** After so many ticks without a new sample, who is sampled rests. */
const RESTING_TICKS = 4

/**
 * The published state of every entity of one kind: columns of quantized values and of the ticks at which they last
 * changed. An entity has a row; rows are reused.
 *
 *     units[row * stride + f]     the value of field f, as one unsigned integer    (scalar fields)
 *     blobs[row * stride + f]     the value of field f, as its bits                (all others)
 *     changed[row * stride + f]   the tick at which it last changed
 *
 * A motion's segment says: at tick `start` it was at `place`, and moves `velocity` units a tick from there on. All
 * are whole units, so every holder of a segment computes the same places, however long it lasts. A segment on a plane
 * also has a `speed`, not rounded along each axis as a velocity is, with which the next one may begin in another
 * direction. A sample says only `place`, and remembers the one before.
 */
export class KindTable {
  readonly kind: Kind
  readonly stride: number
  /** How many bits name one field, or none of them. */
  readonly fieldBits: number
  readonly axes: number
  readonly layout: PositionLayout | undefined
  readonly #free: number[] = []
  #rows = 0

  /** By field: whether it is an angle of one who moves by segments, which may be where the segment leads. */
  readonly isHeading: readonly boolean[]
  /** All such fields, by bit; 0 for none. */
  readonly headingFields: number = 0
  /** What was told lately, of a kind whose samples are predicted. */
  readonly past: Past | undefined
  /** Its rotations, by bit, which are predicted with its samples. */
  readonly rotationFields: number = 0
  /** The first such field, whose headings are remembered; -1 for none. */
  readonly #heading: number

  units: Uint32Array
  readonly blobs: (Blob | undefined)[] = []
  changed: Int32Array

  place: Float64Array
  placeBefore: Float64Array
  velocity: Float64Array
  start: Int32Array
  /** The tick at which the place was last told, and the tick of the time before. */
  moved: Int32Array
  movedBefore: Int32Array
  /** The tick at which it last jumped. */
  jumped: Int32Array
  /** Whether the segment continues where the one before it ends. */
  isContinuous: Uint8Array
  /** The angle last asked for that a velocity leads to, and that velocity: many viewers ask of one turn. */
  #headings: Float64Array
  #headingsOf: Float64Array
  /** The speed of a segment on a plane, in units a tick; 0 for one that rests. */
  speed: Float64Array
  /** The direction of a segment that has the speed of the one before, as `turnedVelocity` takes it; -1 for others. */
  direction: Int32Array

  constructor(game: AnyGame, kind: Kind, rows = 16) {
    this.kind = kind
    this.stride = kind.fields.length
    this.fieldBits = bitsFor(this.stride + 1)
    this.axes = kind.position?.axes ?? 0
    this.layout = positionLayout(game, kind)
    this.isHeading = kind.fields.map(({ field }) => field.kind === 'angle' && this.layout?.isMotion === true)
    this.#heading = this.isHeading.indexOf(true)
    for (let f = 0; f < this.stride; f++) if (this.isHeading[f]) this.headingFields |= 1 << f
    if (kind.position?.isPredicted) {
      const rotations = kind.fields.flatMap(({ field }, f) =>
        field.kind === 'quaternion' ? [rotationField(f, field.bitsMax)] : [],
      )
      this.past = new Past(this.axes, rotations, rows)
      for (const { field } of rotations) this.rotationFields |= 1 << field
    }
    this.units = new Uint32Array(rows * this.stride)
    this.changed = new Int32Array(rows * this.stride)
    this.place = new Float64Array(rows * this.axes)
    this.placeBefore = new Float64Array(rows * this.axes)
    this.velocity = new Float64Array(rows * this.axes)
    this.start = new Int32Array(rows)
    this.moved = new Int32Array(rows)
    this.movedBefore = new Int32Array(rows)
    this.jumped = new Int32Array(rows)
    this.isContinuous = new Uint8Array(rows)
    this.#headings = new Float64Array(rows)
    this.#headingsOf = new Float64Array(rows * 2)
    this.speed = new Float64Array(rows)
    this.direction = new Int32Array(rows)
  }

  /** Takes a row for a new entity: all zeros. */
  take(): number {
    const row = this.#free.pop() ?? this.#rows++
    if (row >= this.start.length) this.#grow()
    const { stride, axes } = this
    this.units.fill(0, row * stride, (row + 1) * stride)
    this.changed.fill(0, row * stride, (row + 1) * stride)
    this.place.fill(0, row * axes, (row + 1) * axes)
    this.placeBefore.fill(0, row * axes, (row + 1) * axes)
    this.velocity.fill(0, row * axes, (row + 1) * axes)
    this.start[row] = 0
    this.moved[row] = 0
    this.movedBefore[row] = 0
    this.jumped[row] = 0
    this.isContinuous[row] = 0
    this.speed[row] = 0
    this.direction[row] = -1
    this.past?.clear(row)
    for (let at = row * stride; at < (row + 1) * stride; at++) this.blobs[at] = undefined
    return row
  }

  free(row: number): void {
    this.#free.push(row)
  }

  /** Returns where the segment of `row` is at `tick` along one axis, in units. */
  placeAt(row: number, axis: number, tick: number): number {
    const at = row * this.axes + axis
    return this.place[at] + this.velocity[at] * (tick - this.start[row])
  }

  /** Returns whether the entity of a row moves at `tick`: its segment leads on, or its last sample is a new one. */
  isMoving(row: number, tick: number): boolean {
    if (this.layout?.isMotion !== true) return this.axes > 0 && tick - this.moved[row] < RESTING_TICKS
    for (let at = row * this.axes; at < (row + 1) * this.axes; at++) if (this.velocity[at] !== 0) return true
    return false
  }

  /** Returns the units of an angle that leads where the segment of a row does; -1 for one that rests. */
  headingOf(row: number, f: number): number {
    const at = row * this.axes
    const x = this.velocity[at]
    const y = this.velocity[at + 1]
    if (x === 0 && y === 0) return -1
    const { scalar } = this.kind.fields[f].field
    if (scalar === undefined) return -1
    if (f !== this.#heading) return scalar.toUnits(atan2(y, x) as never)
    const of = this.#headingsOf
    if (of[row * 2] !== x || of[row * 2 + 1] !== y) {
      of[row * 2] = x
      of[row * 2 + 1] = y
      this.#headings[row] = scalar.toUnits(atan2(y, x) as never)
    }
    return this.#headings[row]
  }

  /** Notes that the place is told anew at `tick`. Call it while the place is still the old one. */
  move(row: number, tick: number, isContinuous: boolean): void {
    this.movedBefore[row] = this.moved[row]
    this.moved[row] = tick
    this.isContinuous[row] = isContinuous ? 1 : 0
    if (this.layout?.isMotion) return
    for (let at = row * this.axes; at < (row + 1) * this.axes; at++) this.placeBefore[at] = this.place[at]
  }

  /** Notes the state of a row, if its samples are predicted. @param told  the tick at which it was told */
  remember(row: number, tick: number, told: number): void {
    this.past?.note(this, row, { tick, told })
  }

  #grow(): void {
    const rows = this.start.length * 2
    this.past?.grow(rows)
    const { stride, axes } = this
    this.units = grown(this.units, new Uint32Array(rows * stride))
    this.changed = grown(this.changed, new Int32Array(rows * stride))
    this.place = grown(this.place, new Float64Array(rows * axes))
    this.placeBefore = grown(this.placeBefore, new Float64Array(rows * axes))
    this.velocity = grown(this.velocity, new Float64Array(rows * axes))
    this.start = grown(this.start, new Int32Array(rows))
    this.moved = grown(this.moved, new Int32Array(rows))
    this.movedBefore = grown(this.movedBefore, new Int32Array(rows))
    this.jumped = grown(this.jumped, new Int32Array(rows))
    this.isContinuous = grown(this.isContinuous, new Uint8Array(rows))
    this.#headings = grown(this.#headings, new Float64Array(rows))
    this.#headingsOf = grown(this.#headingsOf, new Float64Array(rows * 2))
    this.speed = grown(this.speed, new Float64Array(rows))
    this.direction = grown(this.direction, new Int32Array(rows))
  }
}

/** A value as its exact bits, first bit lowest; unused bits of the last byte are zero. */
export interface Blob {
  readonly bytes: Uint8Array
  readonly bits: number
}
