import { bytesEqual, twoTo } from '../../core/index.ts'
import { BitReader, BitWriter } from '../../wire/index.ts'
import type { Blob, KindTable } from '../ledger/kind-table.ts'
import { ENTITY_BYTES_MAX, type Ledger, type Topic } from '../ledger/ledger.ts'
import type { StateMeter } from '../replica/state-meter.ts'
import { NEAR_BITS, nearest, readAge } from './layout.ts'
import { directionBits, type PositionLayout, SPEED_BITS, speedOf, turnedVelocity } from './position-layout.ts'
import type { Span } from './prediction.ts'
import { PredictionReader } from './prediction-reader.ts'

/**
 * Reads the state of one entity into a ledger: the other half of `StateWriter`. Bytes come from the network:
 * senseless ones break the reader, and nothing is thrown.
 */
export class StateReader {
  /** What the last reading said: whether there was a place, whether it was a jump, and which fields, by bit. */
  hasMoved = false
  hasJumped = false
  fields = 0
  /** Counts what is read; undefined while nobody wants to know. */
  meter: StateMeter | undefined
  readonly #ledger: Ledger
  readonly #scratch = new BitWriter(ENTITY_BYTES_MAX)
  readonly #whole = new BitReader()
  readonly #prediction = new PredictionReader()
  #tick = 0
  #stamp = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** Begins state that was told at `tick`, to be noted in the ledger as of `stamp`. */
  begin(tick: number, stamp: number): void {
    this.#tick = tick
    this.#stamp = stamp
    this.#prediction.standOn(tick, { age: 1, gap: 1 })
  }

  /** Says from which states of the past predicted state is told from here on [T45]. */
  standOn(span: Span): void {
    this.#prediction.standOn(this.#tick, span)
  }

  /** Reads everything of an entity but its kind and id [T11]. */
  readArrival(reader: BitReader, topic: Topic, index: number): void {
    const ledger = this.#ledger
    const table = ledger.tables[ledger.entityKind[index]]
    const row = ledger.entityRow[index]
    const { layout, stride } = table
    this.hasMoved = layout !== undefined
    this.hasJumped = false
    if (layout) {
      const before = reader.bitsLeft
      this.hasJumped = reader.bits(1) === 1
      const start = layout.isMotion ? this.#readStart(reader, 0) : 0
      table.move(row, this.#stamp, false)
      readCoordinates(reader, topic, table, row)
      if (layout.isMotion) readVelocity(reader, table, row, layout)
      table.start[row] = start
      if (this.hasJumped) table.jumped[row] = this.#stamp
      this.meter?.count(table.kind.name, 'position', before - reader.bitsLeft)
    }
    this.fields = (1 << stride) - 1
    this.#readFields(reader, table, row, true)
    table.remember(row, this.#stamp, this.#tick)
  }

  /** Reads what changed of an entity [T12]. */
  readChange(reader: BitReader, topic: Topic, index: number): void {
    const ledger = this.#ledger
    const table = ledger.tables[ledger.entityKind[index]]
    const row = ledger.entityRow[index]
    const { layout, stride } = table
    // Of these fields one bit says that they are told with the place.
    const beside = table.headingFields | table.rotationFields
    this.hasMoved = false
    this.hasJumped = false
    this.fields = 0
    const before = reader.bitsLeft
    let looksAhead = false
    if (layout === undefined) this.fields = reader.bits(stride)
    else {
      const isFirst = reader.bits(1) === 1
      looksAhead = isFirst && table.headingFields !== 0
      if (isFirst) this.fields = table.rotationFields
      this.hasMoved = isFirst || (beside !== 0 && reader.bits(1) === 1)
      if (!this.hasMoved) this.#readMask(reader, table)
    }
    const between = reader.bitsLeft
    if (table.past) this.#prediction.choose(table, row)
    if (layout && this.hasMoved) {
      if (table.past) this.#readPredicted(reader, topic, table, row)
      else if (layout.isMotion) this.#readSegment(reader, topic, table, row, layout)
      else this.#readSample(reader, topic, table, row)
      if (this.hasJumped) table.jumped[row] = this.#stamp
    }
    this.meter?.count(table.kind.name, 'what changed', before - between)
    if (this.hasMoved) this.meter?.count(table.kind.name, 'position', between - reader.bitsLeft)
    if (looksAhead) this.#lookAhead(reader, table, row)
    else this.#readFields(reader, table, row, false)
    if (!reader.isBroken) table.remember(row, this.#stamp, this.#tick)
  }

  #readSegment(reader: BitReader, topic: Topic, table: KindTable, row: number, layout: PositionLayout): void {
    const isTurn = reader.bits(1) === 1
    let start: number
    if (isTurn) {
      // Whoever is told of a turn has the segment before it, or this very one: either leads to the same place.
      start = this.#readStart(reader, 1)
      for (let axis = 0; axis < table.axes; axis++)
        table.place[row * table.axes + axis] = table.placeAt(row, axis, start)
      if (!isWithin(topic, table, row)) reader.fail()
    } else {
      this.hasJumped = reader.bits(1) === 1
      start = this.#readStart(reader, 0)
      readCoordinates(reader, topic, table, row)
    }
    table.start[row] = start
    table.move(row, this.#stamp, isTurn)
    if (isTurn && table.axes === 2 && reader.bits(1) === 1) readDirection(reader, table, row, layout)
    else readVelocity(reader, table, row, layout)
  }

  #readSample(reader: BitReader, topic: Topic, table: KindTable, row: number): void {
    const first = row * table.axes
    table.move(row, this.#stamp, false)
    const width = reader.bits(2) - 1
    if (width < 0) {
      this.hasJumped = reader.bits(1) === 1
      readCoordinates(reader, topic, table, row)
      return
    }
    for (let at = first; at < first + table.axes; at++)
      table.place[at] = nearest(table.place[at], reader.bits(NEAR_BITS[width]), NEAR_BITS[width])
    if (!isWithin(topic, table, row)) reader.fail()
  }

  #readPredicted(reader: BitReader, topic: Topic, table: KindTable, row: number): void {
    table.move(row, this.#stamp, false)
    if (reader.bits(1) === 1) {
      this.#prediction.readPlace(reader, table, row)
      if (!isWithin(topic, table, row)) reader.fail()
      return
    }
    this.hasJumped = reader.bits(1) === 1
    readCoordinates(reader, topic, table, row)
  }

  /** Reads the tick at which a segment begins, told by its age; none begins before the world did. */
  #readStart(reader: BitReader, least: number): number {
    const start = this.#tick - least - readAge(reader)
    if (start < 0) reader.fail()
    return start
  }

  /** Reads which fields changed and whether the place did, where it is not the place alone [T12]. */
  #readMask(reader: BitReader, table: KindTable): void {
    const f = reader.bits(table.fieldBits)
    if (f < table.stride) this.fields = 1 << f
    else if (f > table.stride) reader.fail()
    else {
      const word = reader.bits(table.stride + 1)
      this.hasMoved = (word & 1) !== 0
      this.fields = word >>> 1
    }
  }

  /** Sets every angle that may be the heading of the segment just read to it. */
  #lookAhead(reader: BitReader, table: KindTable, row: number): void {
    this.fields = table.headingFields
    for (let f = 0; f < table.stride; f++) {
      if (!table.isHeading[f]) continue
      const heading = table.headingOf(row, f)
      if (heading < 0) reader.fail()
      if (reader.isBroken) return
      table.units[row * table.stride + f] = heading
      table.changed[row * table.stride + f] = this.#stamp
      this.meter?.count(table.kind.name, table.kind.fields[f].name, 0)
    }
  }

  #readFields(reader: BitReader, table: KindTable, row: number, isArrival: boolean): void {
    const { fields } = table.kind
    for (let f = 0; f < table.stride; f++) {
      if (((this.fields >>> f) & 1) === 0) continue
      const { name, field } = fields[f]
      const at = row * table.stride + f
      const before = reader.bitsLeft
      const heading = this.hasMoved && table.isHeading[f] ? table.headingOf(row, f) : -1
      if (heading >= 0 && reader.bits(1) === 1) table.units[at] = heading
      else if (field.scalar) {
        const units = reader.bits(field.scalar.bits)
        if (units < field.scalar.unitsEnd) table.units[at] = units
        else reader.fail()
      } else {
        const isFromPast = !isArrival && (table.rotationFields >>> f) & 1 && reader.bits(1) === 1
        const value = isFromPast ? this.#readRotation(reader, table, f) : field.read(reader)
        if (!reader.isBroken) this.#keep(table, at, f, value)
      }
      if (reader.isBroken) return
      table.changed[at] = this.#stamp
      this.meter?.count(table.kind.name, name, before - reader.bitsLeft)
    }
  }

  #readRotation(reader: BitReader, table: KindTable, f: number): unknown {
    this.#scratch.reset()
    this.#prediction.readRotation(reader, table, f, this.#scratch)
    const whole = this.#whole.reset(this.#scratch.finish())
    const value = table.kind.fields[f].field.read(whole)
    if (whole.isBroken) reader.fail()
    return value
  }

  /** Keeps a value as its bits, in the one way of writing it. */
  #keep(table: KindTable, at: number, f: number, value: unknown): void {
    this.#scratch.reset()
    table.kind.fields[f].field.write(this.#scratch, value)
    const bits = this.#scratch.bitLength
    const bytes = this.#scratch.finish()
    if (!isBlob(table.blobs[at], bytes, bits)) table.blobs[at] = { bytes: bytes.slice(), bits }
  }
}

/** Returns whether a blob is there and has just these bits. */
export function isBlob(blob: Blob | undefined, bytes: Uint8Array, bits: number): boolean {
  return blob !== undefined && blob.bits === bits && bytesEqual(blob.bytes, bytes)
}

function readCoordinates(reader: BitReader, topic: Topic, table: KindTable, row: number): void {
  const layout = table.layout as PositionLayout
  const bits = topic.name.kind === 'cell' ? layout.cellBits : layout.mapBits
  const at = row * table.axes
  table.place[at] = reader.bits(bits) + Math.round(topic.east / layout.unit) - layout.marginUnits
  table.place[at + 1] = reader.bits(bits) + Math.round(topic.north / layout.unit) - layout.marginUnits
  if (table.axes === 3) table.place[at + 2] = reader.bits(layout.heightBits) - layout.marginUnits
}

/** Returns whether coordinates of an entity's topic can say its place. */
function isWithin(topic: Topic, table: KindTable, row: number): boolean {
  const { unit, marginUnits, cellBits, mapBits, heightBits } = table.layout as PositionLayout
  const at = row * table.axes
  const bits = topic.name.kind === 'cell' ? cellBits : mapBits
  const east = table.place[at] - Math.round(topic.east / unit) + marginUnits
  const north = table.place[at + 1] - Math.round(topic.north / unit) + marginUnits
  const up = table.axes === 3 ? table.place[at + 2] + marginUnits : 0
  return isCount(east, bits) && isCount(north, bits) && isCount(up, heightBits)
}

function isCount(value: number, bits: number): boolean {
  return value >= 0 && value < twoTo(bits)
}

function readVelocity(reader: BitReader, table: KindTable, row: number, layout: PositionLayout): void {
  const { axes, velocity } = table
  const isMoving = reader.bits(1) === 1
  for (let axis = 0; axis < axes; axis++)
    velocity[row * axes + axis] = isMoving ? reader.bits(layout.velocityBits) - layout.velocityOffset : 0
  table.direction[row] = -1
  if (axes !== 2) return
  const [x, y] = [velocity[row * 2], velocity[row * 2 + 1]]
  table.speed[row] = isMoving ? speedOf(reader.bits(SPEED_BITS), x, y) : 0
}

/** Reads the direction of a segment that has the speed of the one before [T9]. */
function readDirection(reader: BitReader, table: KindTable, row: number, layout: PositionLayout): void {
  const speed = table.speed[row]
  if (speed === 0) {
    reader.fail()
    return
  }
  const direction = reader.bits(directionBits(layout, speed))
  table.direction[row] = direction
  let isMoving = false
  for (let axis = 0; axis < 2; axis++) {
    const velocity = turnedVelocity(layout, speed, direction, axis)
    table.velocity[row * 2 + axis] = velocity
    if (velocity !== 0) isMoving = true
    if (Math.abs(velocity) > layout.velocityOffset) reader.fail()
  }
  if (!isMoving) reader.fail()
}
