import type { Vector3 } from '../../core/index.ts'
import { BitReader } from '../../wire/index.ts'
import type { AnyEntity, EntityId, Kind } from '../../world/index.ts'
import { isBlob } from '../encoding/state-reader.ts'
import type { Blob } from '../ledger/kind-table.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Destination, isNearby, REMOVED, type TopicKey } from '../ledger/topic.ts'
import type { Statics } from './statics.ts'

/** Why an entity is no longer shown. */
export type LeaveReason = 'out of range' | 'removed'

/** Hears what happens to the entities a replica knows. */
export interface ReplicaListener {
  /** An entity is known completely: fields, place, statics. */
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
  /** The plain object: its fields are the newest known; its position belongs to whoever shows it. */
  readonly entity: AnyEntity
  /** Where its state is in the ledger; -1 on the way from one topic to another. */
  index: number
  /** The topic it is on its way to, and since when. */
  bound: TopicKey
  boundSince: number
  isKnown: boolean
  /** By field: the units or bits of the value shown. */
  readonly shown: (number | Blob | undefined)[]
  /** The tick that it is shown at, with a fraction, as whoever shows it says; 0 before. */
  shownTick: number
}

/** How many topics may hold one entity at a time: the one it is in, and some that are behind. */
const COPIES_MAX = 8
/** How many ticks an entity may be on its way between topics before it counts as out of range. */
const BOUND_TICKS = 20
/** How many entities may be on their way at a time; further ones are out of range. */
const BOUND_MAX = 4096

/**
 * The entities in a replica's ledger, as plain objects: who came, changed, moved, left.
 *
 * An entity on its way from one cell to another stays; one that two topics hold for a moment, because one of them is
 * behind, is shown as the later of the two has it.
 */
export class Presences {
  readonly present = new Map<EntityId, Presence>()
  /** An entity that is never out of range, however long it is on its way: the viewer's own. 0 for none. */
  kept: EntityId = 0
  readonly #ledger: Ledger
  readonly #statics: Statics
  readonly #listener: ReplicaListener
  readonly #reader = new BitReader()
  readonly #bound = new Set<Presence>()
  /** For entities that several topics hold: the other indexes, the latest last. */
  readonly #copies = new Map<EntityId, number[]>()

  constructor(ledger: Ledger, statics: Statics, listener: ReplicaListener) {
    this.#ledger = ledger
    this.#statics = statics
    this.#listener = listener
  }

  /**
   * Notes that the ledger holds all of an entity at `index`.
   *
   * @returns false when that cannot be: it was of another kind before, or is in too many topics
   */
  arrived(index: number, hasJumped: boolean, tick: number): boolean {
    const ledger = this.#ledger
    const id = ledger.entityId[index]
    const kind = ledger.entityKind[index]
    const known = this.present.get(id)
    if (known && known.kind.index !== kind) return false
    const presence = known ?? this.#meet(id, kind)
    if (presence.index !== index) {
      // It may have been a copy before.
      this.#takeCopy(id, index, presence.index)
      if (presence.index >= 0 && !this.#addCopy(id, presence.index)) return false
      presence.index = index
    }
    this.#bound.delete(presence)
    this.#show(presence, tick, hasJumped || known === undefined)
    if (presence.isKnown) return true
    const introduction = this.#statics.use(id)
    if (presence.kind.staticNames.length === 0) this.#complete(presence, {})
    else if (introduction?.kind === kind) this.#complete(presence, introduction.value)
    return true
  }

  /** Notes that the ledger holds news of an entity at `index`. */
  changed(
    index: number,
    news: { hasMoved: boolean; hasJumped: boolean; fields: number },
    tick: number,
  ): void {
    const presence = this.present.get(this.#ledger.entityId[index])
    if (presence?.index !== index) return
    if (news.hasMoved) this.#listener.moved(presence, tick, news.hasJumped)
    if (news.fields !== 0) this.#showFields(presence, news.fields)
  }

  /**
   * Notes that the ledger no longer holds an entity at `index`.
   *
   * @param bound  the followed topic that it went to, if any
   */
  vacated(
    index: number,
    where: { readonly destination: Destination; readonly bound: TopicKey | undefined },
    tick: number,
  ): void {
    const id = this.#ledger.entityId[index]
    const presence = this.present.get(id)
    if (presence === undefined) return
    const copy = this.#takeCopy(id, index, presence.index)
    if (presence.index !== index) return
    if (copy !== undefined) {
      presence.index = copy
      this.#show(presence, tick, false)
      return
    }
    presence.index = -1
    if (where.destination === REMOVED) {
      this.#leave(presence, 'removed')
      return
    }
    const isRoom = this.#bound.size < BOUND_MAX
    const isOnWay = isRoom && isNearby(where.destination) && where.bound !== undefined
    presence.bound = where.bound ?? -1
    presence.boundSince = isOnWay ? tick : tick - BOUND_TICKS - 1
    this.#bound.add(presence)
  }

  /**
   * Removes entities that have been on their way too long, or to a topic that is no longer followed: they are out
   * of range.
   */
  settle(tick: number, isFollowed: (key: TopicKey) => boolean): void {
    for (const presence of this.#bound) {
      const isLost = tick - presence.boundSince > BOUND_TICKS || !isFollowed(presence.bound)
      if (isLost && presence.id !== this.kept) this.#leave(presence, 'out of range')
    }
  }

  /** Ends all following: entities on their way are out of range. */
  clear(): void {
    for (const presence of this.#bound) this.#leave(presence, 'out of range')
  }

  /** Notes that the once-told fields of an entity came, for which it may have been waiting. */
  introduced(id: EntityId): void {
    const presence = this.present.get(id)
    const introduction = this.#statics.get(id)
    if (presence && introduction && !presence.isKnown && presence.kind.index === introduction.kind)
      this.#complete(presence, introduction.value)
  }

  #meet(id: EntityId, kindIndex: number): Presence {
    const kind = this.#ledger.game.kinds[kindIndex] as Kind
    const entity: AnyEntity = { id, kind: kind.name }
    if (kind.position) entity.position = { ...(kind.position.initial as Vector3) }
    for (const { name, field } of kind.fields) entity[name] = field.initial
    for (const name of kind.staticNames) entity[name] = kind.statics.fields[name].initial
    const shown: Presence['shown'] = kind.fields.map(() => undefined)
    const presence: Presence = {
      ...{ id, kind, entity, index: -1, bound: -1, boundSince: 0, isKnown: false, shown },
      shownTick: 0,
    }
    this.present.set(id, presence)
    return presence
  }

  #complete(presence: Presence, statics: Readonly<Record<string, unknown>>): void {
    Object.assign(presence.entity, statics)
    presence.isKnown = true
    this.#listener.entered(presence)
  }

  #leave(presence: Presence, why: LeaveReason): void {
    this.#bound.delete(presence)
    this.present.delete(presence.id)
    this.#statics.use(presence.id)
    presence.index = -1
    if (presence.isKnown) this.#listener.left(presence, why)
  }

  /** Shows an entity as the ledger has it at its index. */
  #show(presence: Presence, tick: number, hasJumped: boolean): void {
    if (presence.kind.position) this.#listener.moved(presence, tick, hasJumped)
    this.#showFields(presence, -1)
  }

  #showFields(presence: Presence, fields: number): void {
    const { entity, kind, shown, index } = presence
    const table = this.#ledger.tables[kind.index]
    const row = this.#ledger.entityRow[index]
    let before: Record<string, unknown> | undefined
    for (let f = 0; f < table.stride; f++) {
      if (((fields >>> f) & 1) === 0) continue
      const { name, field } = kind.fields[f]
      const at = row * table.stride + f
      const old = shown[f]
      let value: unknown
      if (field.scalar) {
        if (old === table.units[at]) continue
        shown[f] = table.units[at]
        value = field.scalar.fromUnits(table.units[at])
      } else {
        const blob = table.blobs[at] as Blob
        if (typeof old === 'object' && isBlob(old, blob.bytes, blob.bits)) continue
        shown[f] = blob
        value = field.read(this.#reader.reset(blob.bytes))
      }
      before ??= {}
      before[name] = entity[name]
      entity[name] = value
    }
    if (before !== undefined && presence.isKnown) this.#listener.changed(presence, before)
  }

  #addCopy(id: EntityId, index: number): boolean {
    const copies = this.#copies.get(id)
    if (copies === undefined) this.#copies.set(id, [index])
    else if (copies.length >= COPIES_MAX) return false
    else copies.push(index)
    return true
  }

  /** Forgets that `index` holds a copy. @returns the copy to show instead, when it was the one shown */
  #takeCopy(id: EntityId, index: number, shown: number): number | undefined {
    const copies = this.#copies.get(id)
    if (copies === undefined) return undefined
    const at = index === shown ? copies.length - 1 : copies.indexOf(index)
    const copy = at >= 0 ? copies.splice(at, 1)[0] : undefined
    if (copies.length === 0) this.#copies.delete(id)
    return index === shown ? copy : undefined
  }
}
