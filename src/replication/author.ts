import { bytesEqual, ShardlessError } from '../core/index.ts'
import { BitWriter } from '../wire/index.ts'
import type { Kind, Resident, Vector3, World } from '../world/index.ts'
import type { KindTable } from './kind-table.ts'
import { ENTITY_BYTES_MAX, Ledger, type Topic } from './ledger.ts'
import { type Destination, ELSEWHERE, REMOVED, type TopicName } from './topic.ts'

/** Ticks over which a segment makes up for the rounding of the one before. */
const HEALING_TICKS = 20
const AXES = ['x', 'y', 'z'] as const

/**
 * The author of a world's topics: at the end of each tick it compares what game code left in its plain objects with
 * what was last told, and notes in the ledger what differs, in quantized units. Nothing is flagged by game code, and a
 * change smaller than its field's step is none.
 */
export class Author {
  readonly ledger: Ledger
  readonly #world: World
  readonly #scratch = new BitWriter(ENTITY_BYTES_MAX)
  /** By resident index. */
  readonly #notes: (Note | undefined)[] = []
  /** By entity index: the once-told fields, encoded. */
  readonly #statics: (Uint8Array | undefined)[] = []
  /** The field being looked at, for whoever has to say what was wrong. */
  #comparing = ''

  constructor(world: World) {
    this.#world = world
    this.ledger = new Ledger(world.game)
  }

  /**
   * Brings the ledger up to the world's tick. Call once a tick, after `world.advance`, before `world.endTick`.
   *
   * @throws `wire/out-of-range` for a field that holds what it cannot carry, naming kind, entity and field
   */
  publish(): void {
    const { tick, removed, residents } = this.#world
    for (let i = 0; i < removed.length; i++) this.#remove(removed[i], tick)
    for (let i = 0; i < residents.length; i++) {
      const resident = residents[i]
      if (resident !== undefined) this.#publishOne(resident, tick)
    }
  }

  /** The once-told fields of an entity, as they travel; undefined for a kind that has none. */
  staticsOf(index: number): Uint8Array | undefined {
    return this.#statics[index]
  }

  /** Where the engine keeps an entity, once it was published. */
  indexOf(resident: Resident): number | undefined {
    return this.#notes[resident.index]?.index
  }

  #remove(resident: Resident, tick: number): void {
    const note = this.#notes[resident.index]
    if (note === undefined || note.resident !== resident) return
    this.#notes[resident.index] = undefined
    this.#statics[note.index] = undefined
    this.ledger.depart(note.index, REMOVED, tick)
  }

  #publishOne(resident: Resident, tick: number): void {
    const known = this.#notes[resident.index]
    const note = known ?? this.#begin(resident, tick)
    if (known !== undefined) this.#place(note, tick)
    try {
      const hasMoved = note.table.axes > 0 && this.#move(note, tick)
      const hasChanged = this.#compare(note, tick)
      if (hasMoved || hasChanged) this.ledger.touch(note.index, tick)
    } catch (error) {
      throw named(error, resident, this.#comparing)
    }
  }

  #begin(resident: Resident, tick: number): Note {
    const { ledger } = this
    const { kind, entity } = resident
    const topic = ledger.open(topicOf(resident))
    const index = ledger.arrive({ id: entity.id, kind: kind.index }, topic, tick)
    const table = ledger.tables[kind.index]
    const note: Note = {
      resident,
      index,
      table,
      row: ledger.entityRow[index],
      topic,
      cell: resident.cell,
      group: resident.group,
      isRestricted: resident.isRestricted,
      trueBefore: [0, 0, 0],
    }
    this.#notes[resident.index] = note
    try {
      if (kind.staticNames.length > 0) {
        this.#scratch.reset()
        kind.statics.write(this.#scratch, entity)
        this.#statics[index] = this.#scratch.finish().slice()
      }
      if (table.axes > 0) this.#restart(note, tick)
    } catch (error) {
      throw named(error, resident, '')
    }
    return note
  }

  /** Moves an entity to the topic it belongs to now. */
  #place(note: Note, tick: number): void {
    const { resident } = note
    if (
      note.cell === resident.cell &&
      note.group === resident.group &&
      note.isRestricted === resident.isRestricted
    )
      return
    const from = note.topic
    const to = this.ledger.open(topicOf(resident))
    note.cell = resident.cell
    note.group = resident.group
    note.isRestricted = resident.isRestricted
    if (from === to) return
    note.topic = to
    this.ledger.move(note.index, to, destinationFrom(this.ledger, from.name, to.name), tick)
    if (note.table.kind.position?.style === 'motion') rebase(note.table, note.row, tick)
  }

  /** Whether a new place has to be told. */
  #move(note: Note, tick: number): boolean {
    const { table, row, resident, trueBefore } = note
    const position = table.kind.position as NonNullable<Kind['position']>
    const { unit, axes } = position
    const place = resident.entity.position as Vector3
    if (resident.hasJumped) {
      resident.hasJumped = false
      table.jumped[row] = tick
      this.#restart(note, tick)
      return true
    }
    if (position.style === 'sampled') {
      let hasMoved = false
      for (let axis = 0; axis < axes; axis++) {
        const units = Math.floor(place[AXES[axis]] / unit)
        const delta = Math.abs(units - table.place[row * axes + axis])
        if (delta === 0) continue
        hasMoved = true
        if (delta > position.speedUnitsMax) table.jumped[row] = tick
        table.place[row * axes + axis] = units
      }
      if (hasMoved) table.moved[row] = tick
      return hasMoved
    }
    const x = place.x / unit
    const y = place.y / unit
    const z = axes === 3 ? place.z / unit : 0
    const errorX = x - table.placeAt(row, 0, tick)
    const errorY = y - table.placeAt(row, 1, tick)
    const errorZ = axes === 3 ? z - table.placeAt(row, 2, tick) : 0
    const tolerance = position.toleranceUnits
    const isOff = errorX * errorX + errorY * errorY + errorZ * errorZ > tolerance * tolerance
    if (isOff) this.#turn(note, position, tick)
    trueBefore[0] = x
    trueBefore[1] = y
    trueBefore[2] = z
    return isOff
  }

  /**
   * Begins the segment that leads from the last tick's place to this one's. Where receivers are close enough to the
   * truth, it begins where they compute the entity to be, so that only the velocity is news.
   */
  #turn(note: Note, position: NonNullable<Kind['position']>, tick: number): void {
    const { table, row, trueBefore, resident } = note
    const { axes, unit, toleranceUnits: tolerance, speedUnitsMax } = position
    const place = resident.entity.position as Vector3
    let offSquared = 0
    let isTooFast = false
    let isResting = true
    for (let axis = 0; axis < axes; axis++) {
      const off = trueBefore[axis] - table.placeAt(row, axis, tick - 1)
      offSquared += off * off
      const speed = Math.abs(place[AXES[axis]] / unit - trueBefore[axis])
      if (speed > speedUnitsMax) isTooFast = true
      if (speed >= 0.5) isResting = false
    }
    const slack = isResting ? tolerance / 4 : tolerance / 2
    if (isTooFast || offSquared > slack * slack) {
      if (isTooFast) table.jumped[row] = tick
      this.#restart(note, tick)
      return
    }
    table.movedBefore[row] = table.moved[row]
    table.moved[row] = tick
    table.isContinuous[row] = 1
    for (let axis = 0; axis < axes; axis++) {
      const at = row * axes + axis
      const begin = table.placeAt(row, axis, tick - 1)
      const off = trueBefore[axis] - begin
      const heading = place[AXES[axis]] / unit - trueBefore[axis]
      const velocity = Math.round(isResting ? 0 : heading + off / HEALING_TICKS)
      table.place[at] = begin
      table.velocity[at] = Math.max(-speedUnitsMax, Math.min(speedUnitsMax, velocity))
    }
    table.start[row] = tick - 1
  }

  /** Begins a segment that stands on nothing: here, at this tick, with the speed of the last step if that was one. */
  #restart(note: Note, tick: number): void {
    const { table, row, trueBefore, resident } = note
    const position = table.kind.position as NonNullable<Kind['position']>
    const { axes, unit, speedUnitsMax, style } = position
    const place = resident.entity.position as Vector3
    const canTellSpeed = style === 'motion' && table.jumped[row] !== tick && table.moved[row] > 0
    table.movedBefore[row] = table.moved[row]
    table.moved[row] = tick
    table.start[row] = tick
    table.isContinuous[row] = 0
    for (let axis = 0; axis < axes; axis++) {
      const now = place[AXES[axis]] / unit
      const step = Math.round(now - trueBefore[axis])
      table.place[row * axes + axis] = style === 'motion' ? Math.round(now) : Math.floor(now)
      table.velocity[row * axes + axis] = canTellSpeed && Math.abs(step) <= speedUnitsMax ? step : 0
      trueBefore[axis] = now
    }
  }

  /** Whether any field differs from what was told. */
  #compare(note: Note, tick: number): boolean {
    const { table, row, resident } = note
    const { stride, raws, units, blobs, changed, kind } = table
    const { entity } = resident
    let hasChanged = false
    for (let f = 0; f < stride; f++) {
      const { name, field } = kind.fields[f]
      const at = row * stride + f
      const value = entity[name]
      this.#comparing = name
      if (field.scalar) {
        if (value === raws[at]) continue
        const told = field.scalar.toUnits(value)
        if (told !== units[at] || raws[at] === undefined) {
          units[at] = told
          changed[at] = tick
          hasChanged = true
        }
        raws[at] = value
        continue
      }
      if (value === raws[at] && typeof value !== 'object' && blobs[at] !== undefined) continue
      raws[at] = value
      this.#scratch.reset()
      field.write(this.#scratch, value)
      const bits = this.#scratch.bitLength
      const bytes = this.#scratch.finish()
      const told = blobs[at]
      if (told !== undefined && told.bits === bits && bytesEqual(told.bytes, bytes)) continue
      blobs[at] = { bytes: bytes.slice(), bits }
      changed[at] = tick
      hasChanged = true
    }
    return hasChanged
  }
}

interface Note {
  readonly resident: Resident
  readonly index: number
  readonly table: KindTable
  readonly row: number
  topic: Topic
  cell: number
  group: number
  isRestricted: boolean
  /** Units: where it truly was a tick ago. */
  readonly trueBefore: [number, number, number]
}

/** Begins the same straight line anew at `tick`, so that a segment never begins far outside its cell. */
function rebase(table: KindTable, row: number, tick: number): void {
  for (let axis = 0; axis < table.axes; axis++)
    table.place[row * table.axes + axis] = table.placeAt(row, axis, tick)
  table.start[row] = tick
  table.movedBefore[row] = table.moved[row]
  table.moved[row] = tick
  table.isContinuous[row] = 0
}

function topicOf(resident: Resident): TopicName {
  if (resident.isRestricted) return { kind: 'entity', id: resident.entity.id }
  if (resident.group > 0) return { kind: 'group', id: resident.group }
  return resident.cell >= 0 ? { kind: 'cell', id: resident.cell } : { kind: 'world', id: 0 }
}

function destinationFrom(ledger: Ledger, from: TopicName, to: TopicName): Destination {
  if (from.kind !== 'cell' || to.kind !== 'cell') return ELSEWHERE
  const { columns } = ledger.grid
  const east = (to.id % columns) - (from.id % columns)
  const north = Math.floor(to.id / columns) - Math.floor(from.id / columns)
  return Math.abs(east) <= 1 && Math.abs(north) <= 1 ? { to: 'near', east, north } : ELSEWHERE
}

/** An out-of-range value, told with the entity and field that hold it. */
function named(error: unknown, resident: Resident, field: string): unknown {
  if (!(error instanceof ShardlessError) || error.code !== 'wire/out-of-range') return error
  const sentence = error.message.slice(error.code.length + 3)
  const path = sentence.startsWith('The value is') ? sentence.slice('The value'.length) : `.${sentence}`
  const where = field === '' ? `: ${sentence}` : `.${field}${path}`
  return new ShardlessError(error.code, `${resident.kind.name} ${resident.entity.id}${where}`)
}
