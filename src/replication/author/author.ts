import type { Vector3 } from '../../core/index.ts'
import { bytesEqual } from '../../core/index.ts'
import { BitWriter, decode } from '../../wire/index.ts'
import { type AnyEntity, badHeight, namedOutOfRange, type Resident, type World } from '../../world/index.ts'
import { grown } from '../ledger/columns.ts'
import type { KindTable } from '../ledger/kind-table.ts'
import { ENTITY_BYTES_MAX, Ledger, type Topic } from '../ledger/ledger.ts'
import { ELSEWHERE, REMOVED, stepTo, type TopicKey, type TopicName, topicKey } from '../ledger/topic.ts'
import { Draft, UNSEEN } from './draft.ts'
import { inherit, rebase, resample, restart, sample, steer } from './segment.ts'

/** How many ticks an empty topic stays open, so that its followers hear how it became empty. */
const LINGER_TICKS = 1200

/**
 * Writes a world's state into topics. At the end of each tick it compares the plain objects of game code with what
 * was last told, and notes the differences in the ledger, in quantized units. Game code flags nothing, and a change
 * smaller than its field's step is none.
 */
export class Author {
  readonly ledger: Ledger
  readonly #world: World
  readonly #scratch = new BitWriter(ENTITY_BYTES_MAX)
  /** By kind. */
  readonly #drafts: readonly Draft[]
  // By resident index: whose it was, where it was, and where the ledger has it.
  readonly #residents: (Resident | undefined)[] = []
  #cells: Int32Array = new Int32Array(256)
  #groups: Float64Array = new Float64Array(256)
  #restricted: Uint8Array = new Uint8Array(256)
  #indexes: Int32Array = new Int32Array(256)
  /** By entity index: the once-told fields, encoded. */
  readonly #statics: (Uint8Array | undefined)[] = []
  /** Topics found empty, the longest ago first, and when. */
  readonly #emptied = new Map<TopicKey, number>()

  /** @throws `replication/entity-too-large`, `replication/too-fast`, `replication/too-fine` for what cannot travel */
  constructor(world: World) {
    this.#world = world
    this.ledger = new Ledger(world.game)
    this.#drafts = this.ledger.tables.map((table) => new Draft(table))
  }

  /**
   * Brings the ledger up to the world's tick. Call it once a tick, after `world.advance`, before `world.endTick`.
   *
   * A field that holds what it cannot carry is put back to what was last told, or to its initial value, and the
   * mistake is the game's: `wire/out-of-range`, naming kind, entity and field. An entity whose once-told fields are
   * wrong is not told.
   */
  publish(): void {
    const { tick, removed, residents } = this.#world
    for (let i = 0; i < removed.length; i++) this.#remove(removed[i], tick)
    for (let i = 0; i < residents.length; i++) {
      const resident = residents[i]
      if (resident === undefined) continue
      try {
        this.#publishOne(resident, i, tick)
      } catch (error) {
        if (!this.#world.code.isTold) throw error
        this.#failed(error, resident, '')
      }
    }
    this.#closeEmptied(tick)
  }

  /** Returns the once-told fields of an entity, as they travel; undefined for a kind that has none. */
  staticsOf(index: number): Uint8Array | undefined {
    return this.#statics[index]
  }

  /** Returns where the ledger has an entity that is real here, or was until now; -1 for none. */
  indexOf(resident: Resident): number {
    return this.#residents[resident.index] === resident ? this.#indexes[resident.index] : -1
  }

  /** The way of each entity in each tick: it goes no further than it must to see that nothing changed. */
  #publishOne(resident: Resident, i: number, tick: number): void {
    const isNew = this.#residents[i] !== resident
    if (isNew) {
      if (!this.#begin(resident, i, tick)) return
    } else if (
      resident.cell !== this.#cells[i] ||
      resident.group !== this.#groups[i] ||
      resident.isRestricted !== (this.#restricted[i] === 1)
    )
      this.#place(resident, i, tick)
    const index = this.#indexes[i]
    const draft = this.#drafts[resident.kind.index]
    draft.row = this.ledger.entityRow[index]
    const { axes } = draft
    if (axes > 0) draft.place = resident.entity.position as Vector3
    if (axes === 3) this.#checkHeight(resident, draft, tick)
    const hasMoved = axes > 0 && this.#move(resident, draft, tick)
    const hasChanged = this.#compare(resident, draft, tick)
    if (hasMoved || hasChanged || isNew) this.#touch(draft, index, { tick, isNews: hasMoved || hasChanged })
  }

  #touch({ table, row }: Draft, index: number, { tick, isNews }: { tick: number; isNews: boolean }): void {
    if (isNews) this.ledger.touch(index, tick)
    table.remember(row, tick, tick)
  }

  #failed(error: unknown, { kind, entity }: Pick<Resident, 'kind' | 'entity'>, field: string): void {
    const told = namedOutOfRange(error, entity, field)
    if (kind.fields.some(({ name }) => name === field))
      this.#world.fieldWatch.trace(told, entity, kind, field)
    this.#world.code.failed('a field', kind.name, told, entity.id)
  }

  /** Publishes an entity for the first time. @returns false where that cannot be */
  #begin(resident: Resident, i: number, tick: number): boolean {
    const { ledger } = this
    const { kind, entity } = resident
    let statics: Uint8Array | undefined
    if (kind.staticNames.length > 0) {
      try {
        this.#scratch.reset()
        kind.statics.write(this.#scratch, entity)
      } catch (error) {
        this.#failed(error, resident, '')
        return false
      }
      statics = this.#scratch.finish().slice()
    }
    const index = ledger.arrive({ id: entity.id, kind: kind.index }, ledger.open(topicOf(resident)), tick)
    const draft = this.#drafts[kind.index]
    draft.row = ledger.entityRow[index]
    draft.begin(draft.row)
    if (i >= this.#cells.length) this.#grow()
    this.#residents[i] = resident
    this.#indexes[i] = index
    this.#statics[index] = statics
    this.#notePlace(resident, i)
    if (draft.table.axes === 0) return true
    draft.place = entity.position as Vector3
    if (draft.table.axes === 3) this.#checkHeight(resident, draft, 0)
    const { path } = resident
    resident.path = undefined
    if (path && draft.table.layout?.isMotion) inherit(draft, path, tick)
    else this.#settle(draft, tick)
    return true
  }

  #remove(resident: Resident, tick: number): void {
    if (this.#residents[resident.index] !== resident) return
    const index = this.#indexes[resident.index]
    const topic = this.#topicAt(index)
    this.#residents[resident.index] = undefined
    this.#statics[index] = undefined
    this.ledger.depart(index, resident.isElsewhere ? ELSEWHERE : REMOVED, tick)
    this.#leave(topic, tick)
  }

  /** Moves an entity to the topic it belongs to now. */
  #place(resident: Resident, i: number, tick: number): void {
    const { ledger } = this
    const index = this.#indexes[i]
    this.#notePlace(resident, i)
    const from = this.#topicAt(index)
    const to = ledger.open(topicOf(resident))
    if (from === to) return
    ledger.move(index, to, stepTo(ledger.grid, from.name, to.name), tick)
    this.#leave(from, tick)
    const table = ledger.tables[resident.kind.index]
    if (table.layout?.isMotion) rebase(table, ledger.entityRow[index], tick)
  }

  #notePlace(resident: Resident, i: number): void {
    this.#cells[i] = resident.cell
    this.#groups[i] = resident.group
    this.#restricted[i] = resident.isRestricted ? 1 : 0
  }

  #topicAt(index: number): Topic {
    return this.ledger.topic(this.ledger.chunkTopic[this.ledger.entityChunk[index]])
  }

  /** Notes where an entity is. Returns whether that has to be told. */
  #move(resident: Resident, draft: Draft, tick: number): boolean {
    if (resident.hasJumped) {
      resident.hasJumped = false
      draft.table.jumped[draft.row] = tick
      this.#settle(draft, tick)
      return true
    }
    return draft.isMotion ? steer(draft, tick) : sample(draft, tick)
  }

  #settle(draft: Draft, tick: number): void {
    if (draft.table.layout?.isMotion) restart(draft, tick)
    else resample(draft, tick)
  }

  /** A height that cannot travel is the last one again. @param tick 0 for whom nothing was told of yet */
  #checkHeight(resident: Resident, { table, row, place }: Draft, tick: number): void {
    const { heightMax, unit } = table.kind.position as { readonly heightMax: number; readonly unit: number }
    if (place.z >= 0 && place.z < heightMax) return
    this.#failed(badHeight(place.z, heightMax), resident, '')
    const told = tick > 0 ? table.placeAt(row, 2, tick) * unit : 0
    place.z = told >= 0 && told < heightMax ? told : 0
  }

  /** Compares every field. Returns whether one differs from what was told. */
  #compare({ entity }: Resident, draft: Draft, tick: number): boolean {
    const { row, names, numbers, others } = draft
    const first = row * names.length
    let hasChanged = false
    for (let f = 0; f < names.length; f++) {
      const value = entity[names[f]]
      // An untouched field costs one comparison; what an object holds may have changed inside.
      const isSame =
        typeof value === 'number'
          ? value === numbers[first + f]
          : value === others[first + f] && typeof value !== 'object'
      if (!isSame && this.#noteValue(entity, draft, f, tick)) hasChanged = true
    }
    return hasChanged
  }

  /** Notes a field that the game has set. @returns whether that differs from what was told */
  #noteValue(entity: AnyEntity, { table, row, numbers, others }: Draft, f: number, tick: number): boolean {
    const at = row * table.stride + f
    const { name, field } = table.kind.fields[f]
    const value = entity[name]
    let isNews: boolean
    try {
      isNews = this.#note(table, at, f, value)
      const isNumber = typeof value === 'number'
      numbers[at] = isNumber ? value : Number.NaN
      if (!isNumber || others[at] !== UNSEEN) others[at] = isNumber ? UNSEEN : value
    } catch (error) {
      this.#failed(error, { entity, kind: table.kind }, name)
      this.#putBack(entity, table, at, f)
      // What never was told is told as it begins.
      isNews = table.changed[at] === 0 && this.#note(table, at, f, field.initial)
      numbers[at] = Number.NaN
      others[at] = UNSEEN
    }
    if (isNews) table.changed[at] = tick
    return isNews
  }

  /** Notes a value as it travels. @returns whether it differs from what was told */
  #note(table: KindTable, at: number, f: number, value: unknown): boolean {
    const { scalar } = table.kind.fields[f].field
    return scalar ? noteUnits(table, at, scalar.toUnits(value as never)) : this.#noteBits(table, at, f, value)
  }

  /** The game's object has again what was last told. */
  #putBack(entity: AnyEntity, table: KindTable, at: number, f: number): void {
    const { name, field } = table.kind.fields[f]
    const told = table.blobs[at]
    if (table.changed[at] === 0) entity[name] = field.initial
    else if (field.scalar) entity[name] = field.scalar.fromUnits(table.units[at])
    else if (told) entity[name] = decode(field, told.bytes)
  }

  /** Notes a value that is no scalar as its bits. @returns whether they differ from those told */
  #noteBits(table: KindTable, at: number, f: number, value: unknown): boolean {
    this.#scratch.reset()
    table.kind.fields[f].field.write(this.#scratch, value)
    const bits = this.#scratch.bitLength
    const bytes = this.#scratch.finish()
    const told = table.blobs[at]
    if (told !== undefined && told.bits === bits && bytesEqual(told.bytes, bytes)) return false
    table.blobs[at] = { bytes: bytes.slice(), bits }
    return true
  }

  #grow(): void {
    const size = this.#cells.length * 2
    this.#cells = grown(this.#cells, new Int32Array(size))
    this.#groups = grown(this.#groups, new Float64Array(size))
    this.#restricted = grown(this.#restricted, new Uint8Array(size))
    this.#indexes = grown(this.#indexes, new Int32Array(size))
  }

  /** Notes that an entity left a topic, which may be empty now. */
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

/** Notes the units of a scalar. @returns whether they differ from those told */
function noteUnits(table: KindTable, at: number, units: number): boolean {
  if (units === table.units[at] && table.changed[at] > 0) return false
  table.units[at] = units
  return true
}

function topicOf(resident: Resident): TopicKey {
  return topicKey(nameOf(resident))
}

function nameOf(resident: Resident): TopicName {
  if (resident.isRestricted) return { kind: 'entity', id: resident.entity.id }
  if (resident.group > 0) return { kind: 'group', id: resident.group }
  return resident.cell >= 0 ? { kind: 'cell', id: resident.cell } : { kind: 'world', id: 0 }
}
