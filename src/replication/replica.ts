import { bytesEqual, NEVER } from '../core/index.ts'
import { BitReader, BitWriter } from '../wire/index.ts'
import type { AnyEntity, AnyGame, EntityId, Kind, Vector3 } from '../world/index.ts'
import type { KindTable } from './kind-table.ts'
import { kindBits, type PositionLayout, positionLayout, readCount, readDestination } from './layout.ts'
import { ENTITY_BYTES_MAX, Ledger, SLOTS_MAX, type Topic } from './ledger.ts'
import { type Destination, ELSEWHERE, type TopicKey, topicKey, topicName } from './topic.ts'

/** Why an entity is no longer shown. */
export type LeaveReason = 'out of range' | 'removed'

/** What happens to the entities a replica knows. */
export interface ReplicaListener {
  /** All of it is known: fields, place, statics. */
  entered(presence: Presence): void
  /** Fields changed; `before` holds their old values. */
  changed(presence: Presence, before: Record<string, unknown>): void
  /** A new segment or sample of its path is in the ledger, as of `tick`. */
  moved(presence: Presence, tick: number, hasJumped: boolean): void
  left(presence: Presence, why: LeaveReason): void
}

/** One entity as a replica knows it. */
export interface Presence {
  readonly id: EntityId
  readonly kind: Kind
  /** The plain object: its fields are the newest known, its position is whoever shows it. */
  readonly entity: AnyEntity
  /** Where its state is in the ledger; -1 on the way from one topic to another. */
  index: number
  /** The topic it is on its way to, and since when. */
  bound: TopicKey
  boundSince: number
  isKnown: boolean
}

/** Ticks that once-told fields are remembered after their entity was last in view. */
const STATICS_TICKS = 2400
/** Ticks that an entity may be on its way from one topic to another before it counts as out of range. */
const BOUND_TICKS = 20
const STATICS_MAX = 20_000
const scratchBytes = ENTITY_BYTES_MAX + 64

/**
 * A copy of topics that follows their author through `Advance` bytes. It holds them in a ledger of its own, so that it
 * can be followed in turn.
 *
 *     apply(topic, chunk, bytes)  ->  ledger, listener
 *
 * Bytes come from the network: whatever makes no sense is answered with false, and nothing is thrown.
 */
export class Replica {
  readonly ledger: Ledger
  readonly present = new Map<EntityId, Presence>()
  readonly #layouts: readonly (PositionLayout | undefined)[]
  readonly #kindBits: number
  readonly #reader = new BitReader()
  readonly #scratch = new BitWriter(scratchBytes)
  readonly #statics = new Map<
    EntityId,
    { kind: number; value: Record<string, unknown>; bytes: Uint8Array; used: number }
  >()
  readonly #bound = new Set<Presence>()
  readonly #followed = new Set<TopicKey>()
  /** By chunk: the tick of the last advance that said who is where. */
  readonly #structure: number[] = []
  #listener: ReplicaListener
  #tick = 0

  constructor(game: AnyGame, listener: ReplicaListener) {
    this.ledger = new Ledger(game)
    this.#listener = listener
    this.#layouts = game.kinds.map((kind) => positionLayout(game, kind))
    this.#kindBits = kindBits(game)
  }

  /** The tick of the last packet. */
  get tick(): number {
    return this.#tick
  }

  /** The topics followed, in no particular order. */
  get followed(): ReadonlySet<TopicKey> {
    return this.#followed
  }

  /** What follows is the news of `tick`. */
  begin(tick: number): void {
    this.#tick = tick
  }

  /** Ends the news of one packet: whoever was bound for a topic too long is gone. */
  end(): void {
    for (const presence of this.#bound)
      if (this.#tick - presence.boundSince > BOUND_TICKS || !this.#followed.has(presence.bound)) {
        this.#bound.delete(presence)
        this.#leave(presence, 'out of range')
      }
    if (this.#statics.size > STATICS_MAX / 2 || this.#tick % 256 === 0) this.#forgetStatics()
  }

  /** The once-told fields of an entity, before or with its arrival. */
  learnStatics(id: EntityId, kindIndex: number, bytes: Uint8Array): boolean {
    const kind = this.ledger.game.kinds[kindIndex]
    if (!kind || this.#statics.size >= STATICS_MAX) return false
    const reader = this.#reader.reset(bytes)
    const value = kind.statics.read(reader) as Record<string, unknown>
    if (reader.isBroken || reader.bitsLeft >= 8) return false
    this.#statics.set(id, { kind: kindIndex, value, bytes: bytes.slice(), used: this.#tick })
    const presence = this.present.get(id)
    if (presence && !presence.isKnown && presence.kind === kind) this.#complete(presence, value)
    return true
  }

  /** The once-told fields of an entity, as they travel; for whoever follows this replica. */
  staticsOf(index: number): Uint8Array | undefined {
    return this.#statics.get(this.ledger.entityId[index])?.bytes
  }

  /**
   * Applies what happened in one chunk.
   *
   * @param structure  the tick of the advance it stands on for who is in which slot; NEVER when it need not be checked
   * @returns          false when it cannot be applied: broken, or standing on what was lost
   */
  apply(key: TopicKey, order: number, bytes: Uint8Array, structure: number): boolean {
    const { ledger } = this
    const topic = ledger.topicByKey(key) ?? ledger.open(topicName(key))
    this.#followed.add(key)
    const chunk = ledger.chunkAt(topic, order)
    const stands = this.#structure[chunk] ?? NEVER
    const reader = this.#reader.reset(bytes)
    const head = reader.bits(3)
    const isWhole = (head & 1) !== 0
    if (!isWhole && structure > stands) return false
    const departures = (head & 2) !== 0 ? this.#readDepartures(reader, stands) : []
    const hasArrivals = (head & 4) !== 0
    const top = reader.bits(6)
    if (top > ledger.slotsPerChunk) return false
    const bitmap = top > 0 ? reader.bits(top) : 0
    const first = chunk * SLOTS_MAX
    if (isWhole) {
      for (let slot = 0; slot < ledger.slotsPerChunk; slot++)
        if (((bitmap >>> slot) & 1) === 0 || slot >= top) this.#vacate(first + slot, ELSEWHERE, topic)
    }
    const arrived: number[] = []
    for (let slot = 0; slot < top; slot++) {
      if (((bitmap >>> slot) & 1) === 0) continue
      if (isWhole || (hasArrivals && reader.bits(1) === 1)) {
        if (!this.#readArrival(reader, topic, chunk, slot, departures)) return false
        arrived.push(slot)
      } else {
        const index = ledger.slots[first + slot]
        if (index < 0 || !this.#readChange(reader, topic, index)) return false
      }
    }
    if (reader.isBroken || reader.bitsLeft >= 8) return false
    for (const { slot, destination } of departures)
      if (!arrived.includes(slot)) this.#vacate(first + slot, destination, topic)
    if (isWhole || departures.length > 0 || arrived.length > 0) this.#structure[chunk] = this.#tick
    return true
  }

  /** Follows a topic no longer: its entities are out of range unless they were met elsewhere. */
  unfollow(key: TopicKey, why: LeaveReason): void {
    const topic = this.ledger.topicByKey(key)
    this.#followed.delete(key)
    if (!topic) return
    for (const chunk of topic.chunks)
      for (let slot = 0; slot < this.ledger.slotsPerChunk; slot++)
        this.#vacate(chunk * SLOTS_MAX + slot, why === 'removed' ? { to: 'removed' } : ELSEWHERE, topic)
    for (const chunk of topic.chunks) this.#structure[chunk] = NEVER
    this.ledger.close(topic)
  }

  /** Forgets everything, as after a lost connection. Everything leaves. */
  clear(): void {
    for (const key of [...this.#followed]) this.unfollow(key, 'out of range')
    for (const presence of this.#bound) this.#leave(presence, 'out of range')
    this.#bound.clear()
    this.#statics.clear()
    this.#tick = 0
  }

  /** The departures after `stands`: earlier ones have been applied, and their slots may have been taken since. */
  #readDepartures(reader: BitReader, stands: number): { slot: number; destination: Destination }[] {
    const departures: { slot: number; destination: Destination }[] = []
    let more = true
    while (more && !reader.isBroken) {
      const word = reader.bits(6)
      more = word >= SLOTS_MAX
      const tick = this.#tick - readCount(reader)
      const destination = readDestination(reader)
      if (tick > stands) departures.push({ slot: word & (SLOTS_MAX - 1), destination })
    }
    return departures
  }

  #readArrival(
    reader: BitReader,
    topic: Topic,
    chunk: number,
    slot: number,
    departures: readonly { slot: number; destination: Destination }[],
  ): boolean {
    const { ledger } = this
    const kindIndex = reader.bits(this.#kindBits)
    const id = readCount(reader)
    if (reader.isBroken || kindIndex >= ledger.tables.length || id === 0) return false
    const at = chunk * SLOTS_MAX + slot
    const occupant = ledger.slots[at]
    if (occupant >= 0 && (ledger.entityId[occupant] !== id || ledger.entityKind[occupant] !== kindIndex)) {
      const logged = departures.find((departure) => departure.slot === slot)
      this.#vacate(at, logged?.destination ?? ELSEWHERE, topic)
    }
    const index =
      ledger.slots[at] >= 0
        ? ledger.slots[at]
        : ledger.arriveAt({ id, kind: kindIndex }, { chunk, slot }, this.#tick)
    const known = this.present.get(id)
    if (known && known.kind.index !== kindIndex) return false
    const presence = known ?? this.#meet(id, kindIndex)
    const wasElsewhere = presence.index !== index
    presence.index = index
    this.#bound.delete(presence)
    const table = ledger.tables[kindIndex]
    const row = ledger.entityRow[index]
    if (table.axes > 0) {
      this.#readCoordinatesAndMotion(reader, topic, table, row, kindIndex)
      table.moved[row] = this.#tick
      table.isContinuous[row] = 0
    }
    const before = this.#readFields(reader, presence, index, -1)
    if (reader.isBroken) return false
    ledger.touch(index, this.#tick)
    if (table.axes > 0) this.#listener.moved(presence, this.#tick, !known)
    if (!presence.isKnown) {
      const statics = this.#statics.get(id)
      if (table.kind.staticNames.length === 0) this.#complete(presence, {})
      else if (statics && statics.kind === kindIndex) {
        statics.used = this.#tick
        this.#complete(presence, statics.value)
      }
    } else if (before !== undefined && wasElsewhere) this.#listener.changed(presence, before)
    else if (before !== undefined) this.#listener.changed(presence, before)
    return true
  }

  #readChange(reader: BitReader, topic: Topic, index: number): boolean {
    const { ledger } = this
    const kindIndex = ledger.entityKind[index]
    const table = ledger.tables[kindIndex]
    const row = ledger.entityRow[index]
    const presence = this.present.get(ledger.entityId[index])
    if (!presence) return false
    let mask = 0
    let hasMoved = false
    if (table.axes > 0) {
      hasMoved = reader.bits(1) === 1
      if (!hasMoved) {
        const word = reader.bits(table.stride + 1)
        hasMoved = (word & 1) !== 0
        mask = word >>> 1
      }
    } else mask = reader.bits(table.stride)
    if (hasMoved) {
      const isTurn = table.kind.position?.style === 'motion' && reader.bits(1) === 1
      let hasJumped = false
      if (isTurn) this.#readTurn(reader, table, row, kindIndex)
      else hasJumped = this.#readPlace(reader, topic, table, row, kindIndex)
      if (presence.index === index) this.#listener.moved(presence, this.#tick, hasJumped)
    }
    const before = this.#readFields(reader, presence, index, mask)
    if (reader.isBroken) return false
    ledger.touch(index, this.#tick)
    if (before !== undefined && presence.index === index && presence.isKnown)
      this.#listener.changed(presence, before)
    return true
  }

  #readTurn(reader: BitReader, table: KindTable, row: number, kindIndex: number): void {
    // Whoever is told of a turn has the segment before it, or this very one: either leads to the same place.
    const start = this.#tick - 1 - readCount(reader)
    for (let axis = 0; axis < table.axes; axis++)
      table.place[row * table.axes + axis] = table.placeAt(row, axis, start)
    table.start[row] = start
    table.isContinuous[row] = 1
    table.movedBefore[row] = table.moved[row]
    table.moved[row] = this.#tick
    this.#readVelocity(reader, table, row, kindIndex)
  }

  /** @returns whether it jumped there */
  #readPlace(reader: BitReader, topic: Topic, table: KindTable, row: number, kindIndex: number): boolean {
    table.movedBefore[row] = table.moved[row]
    table.moved[row] = this.#tick
    table.isContinuous[row] = 0
    if (table.kind.position?.style === 'sampled') {
      const hasJumped = reader.bits(1) === 1
      this.#readCoordinates(reader, topic, table, row, kindIndex)
      if (hasJumped) table.jumped[row] = this.#tick
      return hasJumped
    }
    const start = this.#tick - readCount(reader)
    const hasJumped = reader.bits(1) === 1
    this.#readCoordinates(reader, topic, table, row, kindIndex)
    table.start[row] = start
    this.#readVelocity(reader, table, row, kindIndex)
    if (hasJumped) table.jumped[row] = this.#tick
    return hasJumped
  }

  #readCoordinatesAndMotion(
    reader: BitReader,
    topic: Topic,
    table: KindTable,
    row: number,
    kindIndex: number,
  ): void {
    if (table.kind.position?.style === 'sampled') {
      this.#readCoordinates(reader, topic, table, row, kindIndex)
      return
    }
    const start = this.#tick - readCount(reader)
    this.#readCoordinates(reader, topic, table, row, kindIndex)
    table.start[row] = start
    this.#readVelocity(reader, table, row, kindIndex)
  }

  #readCoordinates(reader: BitReader, topic: Topic, table: KindTable, row: number, kindIndex: number): void {
    const layout = this.#layouts[kindIndex] as PositionLayout
    const { unit } = table.kind.position as NonNullable<Kind['position']>
    const bits = topic.name.kind === 'cell' ? layout.cellBits : layout.mapBits
    const at = row * table.axes
    table.place[at] = reader.bits(bits) + Math.round(topic.east / unit) - layout.marginUnits
    table.place[at + 1] = reader.bits(bits) + Math.round(topic.north / unit) - layout.marginUnits
    if (table.axes === 3) table.place[at + 2] = reader.bits(layout.heightBits) - layout.marginUnits
  }

  #readVelocity(reader: BitReader, table: KindTable, row: number, kindIndex: number): void {
    const layout = this.#layouts[kindIndex] as PositionLayout
    const isMoving = reader.bits(1) === 1
    for (let axis = 0; axis < table.axes; axis++) {
      table.velocity[row * table.axes + axis] = isMoving
        ? reader.bits(layout.velocityBits) - layout.velocityOffset
        : 0
    }
  }

  /** Reads the fields of `mask` into ledger and object. @returns the old values of those that differ, if any do */
  #readFields(
    reader: BitReader,
    presence: Presence,
    index: number,
    mask: number,
  ): Record<string, unknown> | undefined {
    const { ledger } = this
    const table = ledger.tables[ledger.entityKind[index]]
    const row = ledger.entityRow[index]
    const { entity } = presence
    const isShown = presence.index === index
    let before: Record<string, unknown> | undefined
    for (let f = 0; f < table.stride; f++) {
      if (((mask >>> f) & 1) === 0) continue
      const { name, field } = table.kind.fields[f]
      const at = row * table.stride + f
      table.changed[at] = this.#tick
      let value: unknown
      let isOther = false
      const { scalar } = field
      if (scalar) {
        const units = reader.bits(scalar.bits)
        if (units >= scalar.unitsEnd) {
          reader.fail()
          return undefined
        }
        value = scalar.fromUnits(units)
        isOther = value !== entity[name]
        table.units[at] = units
      } else {
        value = field.read(reader)
        if (reader.isBroken) return undefined
        this.#scratch.reset()
        field.write(this.#scratch, value)
        const bits = this.#scratch.bitLength
        const bytes = this.#scratch.finish()
        const old = table.blobs[at]
        isOther = old === undefined || old.bits !== bits || !bytesEqual(old.bytes, bytes)
        if (isOther) table.blobs[at] = { bytes: bytes.slice(), bits }
        else value = entity[name]
      }
      if (!isShown || !isOther) continue
      before ??= {}
      before[name] = entity[name]
      entity[name] = value
    }
    return before
  }

  #meet(id: EntityId, kindIndex: number): Presence {
    const kind = this.ledger.game.kinds[kindIndex]
    const entity: AnyEntity = { id, kind: kind.name }
    if (kind.position) entity.position = { ...(kind.position.initial as Vector3) }
    for (const { name, field } of kind.fields) entity[name] = field.initial
    for (const name of kind.staticNames) entity[name] = kind.statics.fields[name].initial
    const presence: Presence = { id, kind, entity, index: -1, bound: 0, boundSince: 0, isKnown: false }
    this.present.set(id, presence)
    return presence
  }

  #complete(presence: Presence, statics: Record<string, unknown>): void {
    Object.assign(presence.entity, statics)
    presence.isKnown = true
    this.#listener.entered(presence)
  }

  #vacate(at: number, destination: Destination, topic: Topic): void {
    const { ledger } = this
    const index = ledger.slots[at]
    if (index < 0) return
    const presence = this.present.get(ledger.entityId[index])
    ledger.depart(index, destination, this.#tick)
    if (presence?.index !== index) return
    const bound = destination.to === 'near' ? this.#neighbourOf(topic, destination) : undefined
    if (bound !== undefined) {
      presence.index = -1
      presence.bound = bound
      presence.boundSince = this.#tick
      this.#bound.add(presence)
    } else this.#leave(presence, destination.to === 'removed' ? 'removed' : 'out of range')
  }

  #neighbourOf(topic: Topic, step: { east: number; north: number }): TopicKey | undefined {
    if (topic.name.kind !== 'cell') return undefined
    const { columns, cells } = this.ledger.grid
    const id = topic.name.id + step.east + step.north * columns
    return id >= 0 && id < cells ? topicKey({ kind: 'cell', id }) : undefined
  }

  #leave(presence: Presence, why: LeaveReason): void {
    this.present.delete(presence.id)
    presence.index = -1
    const statics = this.#statics.get(presence.id)
    if (statics) statics.used = this.#tick
    if (why === 'removed') this.#statics.delete(presence.id)
    if (presence.isKnown) this.#listener.left(presence, why)
  }

  #forgetStatics(): void {
    for (const [id, statics] of this.#statics)
      if (!this.present.has(id) && this.#tick - statics.used > STATICS_TICKS) this.#statics.delete(id)
  }
}
