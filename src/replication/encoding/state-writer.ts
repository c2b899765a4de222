import type { BitWriter } from '../../wire/index.ts'
import type { Blob, KindTable } from '../ledger/kind-table.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { NEAR_BITS, nearWidth, writeAge, writeCount } from './layout.ts'
import { directionBits, kindBits, type PositionLayout, SPEED_BITS, speedUnits } from './position-layout.ts'
import { PredictionWriter } from './prediction-writer.ts'

/**
 * Writes the state of one entity out of a ledger: all of it on arrival, or what changed. `state-reader.ts` reads
 * it. Every value is absolute, but for some that build on what a receiver surely has: a motion's turn on the segment
 * before it [T9], a nearby sample on the sample before [T10], a predicted one, and rotations with it, on two states of
 * the past [T45].
 *
 * What was written holds for every `ackedUntil` from `ackedFrom` to short of `ackedEnd`, both set back by `begin`.
 */
export class StateWriter {
  ackedFrom = 0
  ackedEnd = 0
  /** What is written from two states of the past. */
  readonly prediction: PredictionWriter
  readonly #ledger: Ledger
  readonly #kindBits: number
  #tick = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.prediction = new PredictionWriter(ledger)
    this.#kindBits = kindBits(ledger.game)
  }

  /** Begins state that is told at `tick`. */
  begin(tick: number): void {
    this.#tick = tick
    this.ackedFrom = 0
    this.ackedEnd = 2 ** 31 - 1
    this.prediction.begin(tick)
  }

  /** Writes every repeated field of an entity [T11]. */
  writeArrival(writer: BitWriter, index: number, sentUntil: number): void {
    const ledger = this.#ledger
    const table = ledger.tables[ledger.entityKind[index]]
    const row = ledger.entityRow[index]
    writer.bits(ledger.entityKind[index], this.#kindBits)
    writeCount(writer, ledger.entityId[index])
    if (table.layout) {
      // Who sees it come out of another topic has to know whether it jumped.
      writer.bits(table.jumped[row] > sentUntil ? 1 : 0, 1)
      if (table.layout.isMotion) writeAge(writer, this.#tick - table.start[row])
      this.#writeCoordinates(writer, index, table, table.layout)
      if (table.layout.isMotion) writeVelocity(writer, table, row, table.layout)
    }
    for (let f = 0; f < table.stride; f++) writeField(writer, table, row, f, true)
  }

  /** Writes what changed after `sentUntil` [T12]. */
  writeChange(writer: BitWriter, index: number, sentUntil: number, ackedUntil: number): void {
    const ledger = this.#ledger
    const table = ledger.tables[ledger.entityKind[index]]
    const row = ledger.entityRow[index]
    const { stride, changed, layout } = table
    // Of these fields one bit says that they are told with the place.
    const beside = table.headingFields | table.rotationFields
    let mask = 0
    let hasMoved = false
    for (let f = 0; f < stride; f++) if (changed[row * stride + f] > sentUntil) mask |= 1 << f
    if (layout) {
      hasMoved = table.moved[row] > sentUntil
      if (hasMoved && mask === 0) writer.bits(beside === 0 ? 1 : 2, beside === 0 ? 1 : 2)
      else if (hasMoved && mask !== 0 && mask === table.rotationFields) writer.bits(1, 1)
      else if (hasMoved && mask === table.headingFields && looksAhead(table, row)) {
        // Whoever turns looks the new way: the most frequent news by far.
        writer.bits(1, 1)
        mask = 0
      } else {
        writer.bits(0, beside === 0 ? 1 : 2)
        const isOne = !hasMoved && mask !== 0 && (mask & (mask - 1)) === 0
        writer.bits(isOne ? 31 - Math.clz32(mask) : stride, table.fieldBits)
        if (!isOne) writer.bits((mask << 1) | (hasMoved ? 1 : 0), stride + 1)
      }
      if (table.past && (hasMoved || (mask & table.rotationFields) !== 0))
        this.prediction.choose(table, index)
      if (hasMoved) {
        if (table.past) this.#writePredicted(writer, index, table, sentUntil)
        else if (layout.isMotion) this.#writeSegment(writer, index, table, sentUntil, ackedUntil)
        else this.#writeSample(writer, index, table, sentUntil, ackedUntil)
      }
    } else writer.bits(mask, stride)
    for (let f = 0; f < stride; f++) {
      if (((mask >>> f) & 1) === 0) continue
      if ((table.rotationFields >>> f) & 1 && this.prediction.writeRotation(writer, table, row, f)) continue
      writeField(writer, table, row, f, hasMoved)
    }
  }

  #writeSegment(
    writer: BitWriter,
    index: number,
    table: KindTable,
    sentUntil: number,
    ackedUntil: number,
  ): void {
    const row = this.#ledger.entityRow[index]
    const layout = table.layout as PositionLayout
    const age = this.#tick - table.start[row]
    if (table.isContinuous[row] === 1 && this.#hasAcked(table.movedBefore[row], ackedUntil)) {
      writer.bits(1, 1)
      writeAge(writer, age - 1)
      if (table.axes === 2) {
        const direction = table.direction[row]
        writer.bits(direction >= 0 ? 1 : 0, 1)
        if (direction >= 0) {
          writer.bits(direction, directionBits(layout, table.speed[row]))
          return
        }
      }
    } else {
      writer.bits(table.jumped[row] > sentUntil ? 2 : 0, 2)
      writeAge(writer, age)
      this.#writeCoordinates(writer, index, table, layout)
    }
    writeVelocity(writer, table, row, layout)
  }

  #writeSample(
    writer: BitWriter,
    index: number,
    table: KindTable,
    sentUntil: number,
    ackedUntil: number,
  ): void {
    const row = this.#ledger.entityRow[index]
    const layout = table.layout as PositionLayout
    const hasJumped = table.jumped[row] > sentUntil
    const width = hasJumped || !this.#hasAcked(table.movedBefore[row], ackedUntil) ? -1 : widthOf(table, row)
    if (width < 0) {
      writer.bits(0, 2)
      writer.bits(hasJumped ? 1 : 0, 1)
      this.#writeCoordinates(writer, index, table, layout)
      return
    }
    writer.bits(width + 1, 2)
    for (let axis = 0; axis < table.axes; axis++)
      writer.bits(table.place[row * table.axes + axis], NEAR_BITS[width])
  }

  #writePredicted(writer: BitWriter, index: number, table: KindTable, sentUntil: number): void {
    const row = this.#ledger.entityRow[index]
    const layout = table.layout as PositionLayout
    const hasJumped = table.jumped[row] > sentUntil
    const wholeBits = 1 + (layout.cellBits << 1) + layout.heightBits
    if (!hasJumped && this.prediction.writePlace(writer, table, row, wholeBits)) return
    writer.bits(hasJumped ? 2 : 0, 2)
    this.#writeCoordinates(writer, index, table, layout)
  }

  /** Returns whether a receiver who is sure of what was told up to `ackedUntil` has what was told at `tick`. */
  #hasAcked(tick: number, ackedUntil: number): boolean {
    if (tick <= ackedUntil) {
      if (tick > this.ackedFrom) this.ackedFrom = tick
      return true
    }
    if (tick < this.ackedEnd) this.ackedEnd = tick
    return false
  }

  #writeCoordinates(writer: BitWriter, index: number, table: KindTable, layout: PositionLayout): void {
    const ledger = this.#ledger
    const topic = ledger.topic(ledger.chunkTopic[ledger.entityChunk[index]])
    const at = ledger.entityRow[index] * table.axes
    const bits = topic.name.kind === 'cell' ? layout.cellBits : layout.mapBits
    writer.bits(table.place[at] - Math.round(topic.east / layout.unit) + layout.marginUnits, bits)
    writer.bits(table.place[at + 1] - Math.round(topic.north / layout.unit) + layout.marginUnits, bits)
    if (table.axes === 3) writer.bits(table.place[at + 2] + layout.marginUnits, layout.heightBits)
  }
}

function writeVelocity(writer: BitWriter, table: KindTable, row: number, layout: PositionLayout): void {
  const { axes, velocity } = table
  const at = row * axes
  let isMoving = 0
  for (let axis = 0; axis < axes; axis++) if (velocity[at + axis] !== 0) isMoving = 1
  writer.bits(isMoving, 1)
  if (isMoving === 0) return
  for (let axis = 0; axis < axes; axis++)
    writer.bits(velocity[at + axis] + layout.velocityOffset, layout.velocityBits)
  if (axes === 2) writer.bits(speedUnits(table.speed[row], velocity[at], velocity[at + 1]), SPEED_BITS)
}

/** Returns whether every angle that may be the heading of a row's segment is. */
function looksAhead(table: KindTable, row: number): boolean {
  for (let f = 0; f < table.stride; f++)
    if (table.isHeading[f] && table.headingOf(row, f) !== table.units[row * table.stride + f]) return false
  return true
}

/** Returns which width holds the way from the sample before to this one, along every axis; -1 for none. */
function widthOf(table: KindTable, row: number): number {
  let widest = 0
  for (let at = row * table.axes; at < (row + 1) * table.axes; at++) {
    const width = nearWidth(table.place[at] - table.placeBefore[at])
    if (width < 0) return -1
    if (width > widest) widest = width
  }
  return widest
}

/** @param hasMoved  whether the place was told just before */
function writeField(writer: BitWriter, table: KindTable, row: number, f: number, hasMoved: boolean): void {
  const { scalar } = table.kind.fields[f].field
  const at = row * table.stride + f
  if (hasMoved && table.isHeading[f]) {
    // Most look where they walk.
    const heading = table.headingOf(row, f)
    if (heading >= 0) writer.bits(heading === table.units[at] ? 1 : 0, 1)
    if (heading === table.units[at]) return
  }
  if (scalar) writer.bits(table.units[at], scalar.bits)
  else writeBlob(writer, table.blobs[at] as Blob)
}

function writeBlob(writer: BitWriter, blob: Blob): void {
  const whole = blob.bits >>> 3
  writer.bytes(blob.bytes, 0, whole)
  if (blob.bits & 7) writer.bits(blob.bytes[whole], blob.bits & 7)
}
