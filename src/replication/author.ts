import { bytesEqual, ShardlessError } from '../core/index.ts'
import { BitWriter } from '../wire/index.ts'
import type { Resident, Vector3, World } from '../world/index.ts'
import type { KindTable } from './kind-table.ts'
import { ENTITY_BYTES_MAX, Ledger, type Topic } from './ledger.ts'
import { type Mover, rebase, resample, restart, sample, steer } from './segment.ts'
import {
  type Destination,
  ELSEWHERE,
  nearby,
  REMOVED,
  type TopicKey,
  type TopicName,
  topicKey,
} from './topic.ts'

/** Ticks that an empty topic stays open, so that whoever follows it hears how it became empty. */
const LINGER_TICKS = 1200
/** Stands for a value that was never looked at. */
const UNSEEN = Symbol('unseen')

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
  /** Topics that were found empty, oldest first, and when. */
  readonly #emptied = new Map<TopicKey, number>()
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
    this.#closeEmptied(tick)
  }

  /** The once-told fields of an entity, as they travel; undefined for a kind that has none. */
  staticsOf(index: number): Uint8Array | undefined {
    return this.#statics[index]
  }

  #remove(resident: Resident, tick: number): void {
    const note = this.#notes[resident.index]
    if (note === undefined || note.resident !== resident) return
    this.#notes[resident.index] = undefined
    this.#statics[note.index] = undefined
    this.ledger.depart(note.index, REMOVED, tick)
    this.#leave(note.topic, tick)
  }

  #publishOne(resident: Resident, tick: number): void {
    let note = this.#notes[resident.index]
    try {
      if (note === undefined) note = this.#begin(resident, tick)
      else if (
        note.cell !== resident.cell ||
        note.group !== resident.group ||
        note.isRestricted !== resident.isRestricted
      )
        this.#place(note, tick)
      const hasMoved = note.mover !== undefined && this.#move(note, note.mover, tick)
      const hasChanged = this.#compare(note, tick)
      if (hasMoved || hasChanged) this.ledger.touch(note.index, tick)
    } catch (error) {
      throw named(error, resident, this.#comparing)
    }
  }

  #begin(resident: Resident, tick: number): Note {
    const { ledger } = this
    const { kind, entity } = resident
    this.#comparing = ''
    let statics: Uint8Array | undefined
    if (kind.staticNames.length > 0) {
      this.#scratch.reset()
      kind.statics.write(this.#scratch, entity)
      statics = this.#scratch.finish().slice()
    }
    const topic = ledger.open(topicOf(resident))
    const index = ledger.arrive({ id: entity.id, kind: kind.index }, topic, tick)
    const table = ledger.tables[kind.index]
    const row = ledger.entityRow[index]
    const mover: Mover | undefined =
      table.axes > 0
        ? { table, row, place: entity.position as Vector3, trueBefore: new Float64Array(table.axes) }
        : undefined
    const note: Note = {
      resident,
      index,
      table,
      row,
      mover,
      topic,
      cell: resident.cell,
      group: resident.group,
      isRestricted: resident.isRestricted,
      raws: new Array(table.stride).fill(UNSEEN),
    }
    this.#statics[index] = statics
    this.#notes[resident.index] = note
    if (mover) this.#settle(mover, tick)
    return note
  }

  /** Moves an entity to the topic it belongs to now. */
  #place(note: Note, tick: number): void {
    const { resident, topic: from, mover } = note
    note.cell = resident.cell
    note.group = resident.group
    note.isRestricted = resident.isRestricted
    const to = this.ledger.open(topicOf(resident))
    if (from === to) return
    note.topic = to
    this.ledger.move(note.index, to, destinationFrom(this.ledger, from.name, to.name), tick)
    this.#leave(from, tick)
    if (mover?.table.layout?.isMotion) rebase(mover.table, mover.row, tick)
  }

  /** Whether a new place has to be told. */
  #move({ resident, table }: Note, mover: Mover, tick: number): boolean {
    // Game code may have put another object there.
    if (resident.entity.position !== mover.place) mover.place = resident.entity.position as Vector3
    if (table.axes === 3) checkHeight(mover.place.z, table)
    if (resident.hasJumped) {
      resident.hasJumped = false
      table.jumped[mover.row] = tick
      this.#settle(mover, tick)
      return true
    }
    return table.layout?.isMotion ? steer(mover, tick) : sample(mover, tick)
  }

  #settle(mover: Mover, tick: number): void {
    const { table, place } = mover
    if (table.axes === 3) checkHeight(place.z, table)
    if (table.layout?.isMotion) restart(mover, tick)
    else resample(mover, tick)
  }

  /** Whether any field differs from what was told. */
  #compare(note: Note, tick: number): boolean {
    const { table, row, raws } = note
    const { stride, units, changed } = table
    const { fields } = table.kind
    const { entity } = note.resident
    let hasChanged = false
    for (let f = 0; f < stride; f++) {
      const { name, field } = fields[f]
      const value = entity[name]
      const isObject = typeof value === 'object'
      // An untouched field costs one comparison; what an object holds may have changed inside.
      if (value === raws[f] && !isObject) continue
      this.#comparing = name
      const at = row * stride + f
      if (field.scalar) {
        const told = field.scalar.toUnits(value as never)
        if (told === units[at] && changed[at] > 0) {
          raws[f] = value
          continue
        }
        units[at] = told
      } else if (!this.#compareBits(table, at, f, value)) continue
      raws[f] = value
      changed[at] = tick
      hasChanged = true
    }
    return hasChanged
  }

  /** Whether the bits of a value that is no scalar differ from those told. */
  #compareBits(table: KindTable, at: number, f: number, value: unknown): boolean {
    this.#scratch.reset()
    table.kind.fields[f].field.write(this.#scratch, value)
    const bits = this.#scratch.bitLength
    const bytes = this.#scratch.finish()
    const told = table.blobs[at]
    if (told !== undefined && told.bits === bits && bytesEqual(told.bytes, bytes)) return false
    table.blobs[at] = { bytes: bytes.slice(), bits }
    return true
  }

  /** Somebody left a topic: it may be empty now. */
  #leave(topic: Topic, tick: number): void {
    if (!this.ledger.isEmpty(topic)) return
    this.#emptied.delete(topic.key)
    this.#emptied.set(topic.key, tick)
  }

  #closeEmptied(tick: number): void {
    for (const [key, since] of this.#emptied) {
      if (tick - since < LINGER_TICKS) return
      this.#emptied.delete(key)
      const topic = this.ledger.topicByKey(key)
      if (topic && this.ledger.isEmpty(topic)) this.ledger.close(topic)
    }
  }
}

/** What the author remembers of one entity. */
interface Note {
  readonly resident: Resident
  readonly index: number
  readonly table: KindTable
  readonly row: number
  readonly mover: Mover | undefined
  topic: Topic
  cell: number
  group: number
  isRestricted: boolean
  /** By field: the last value game code wrote. */
  readonly raws: unknown[]
}

function topicOf(resident: Resident): TopicKey {
  return topicKey(nameOf(resident))
}

function nameOf(resident: Resident): TopicName {
  if (resident.isRestricted) return { kind: 'entity', id: resident.entity.id }
  if (resident.group > 0) return { kind: 'group', id: resident.group }
  return resident.cell >= 0 ? { kind: 'cell', id: resident.cell } : { kind: 'world', id: 0 }
}

function destinationFrom(ledger: Ledger, from: TopicName, to: TopicName): Destination {
  if (from.kind !== 'cell' || to.kind !== 'cell') return ELSEWHERE
  const { columns } = ledger.grid
  const east = (to.id % columns) - (from.id % columns)
  const north = Math.floor(to.id / columns) - Math.floor(from.id / columns)
  return Math.abs(east) <= 1 && Math.abs(north) <= 1 ? nearby(east, north) : ELSEWHERE
}

/** @throws `wire/out-of-range` */
function checkHeight(z: number, table: KindTable): void {
  const { heightMax } = table.kind.position as { readonly heightMax: number }
  if (!(z >= 0 && z < heightMax))
    throw new ShardlessError(
      'wire/out-of-range',
      `position.z is ${z}; it travels as 0 <= z < ${heightMax}. Clamp it, or widen heightMax.`,
    )
}

/** An out-of-range value, told with the entity and field that hold it. */
function named(error: unknown, resident: Resident, field: string): unknown {
  if (!(error instanceof ShardlessError) || error.code !== 'wire/out-of-range') return error
  const sentence = error.message.slice(error.code.length + 3)
  const { kind, entity } = resident
  const who = `${kind.name} ${entity.id}`
  if (sentence.startsWith('position.')) return new ShardlessError(error.code, `${who}.${sentence}`)
  if (field === '') return new ShardlessError(error.code, `${who}: ${sentence}`)
  const path = sentence.startsWith('The value is') ? sentence.slice('The value'.length) : `.${sentence}`
  return new ShardlessError(error.code, `${who}.${field}${path}`)
}
