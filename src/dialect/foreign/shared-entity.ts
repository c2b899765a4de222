import type { Vector3 } from '../../core/index.ts'
import { type Blob, isBlob, type KindTable } from '../../replication/index.ts'
import { BitReader } from '../../wire/index.ts'
import type { AnyEntity, EntityId, Kind } from '../../world/index.ts'

const reader = new BitReader()

/** The group that shows an entity. */
export interface Showing {
  readonly chunk: number
}

/**
 * An entity as all foreign viewers of its world are shown it: a plain object with the newest values, at the place
 * where it is at the world's tick.
 */
export class SharedEntity {
  readonly id: EntityId
  readonly kind: Kind
  readonly entity: AnyEntity
  /** Its number among the entities of the world: small, and used again. */
  readonly number: number
  /** Where its newest state is in the ledger. */
  index = -1
  /** The group that it is shown in; undefined while nobody follows where it is. */
  group: Showing | undefined
  /** Its slot there; -1 while it is on its way to another group. */
  slot = -1
  /** Where it was until it left, and the tick of that. */
  leftAt = -1
  leftFrom: Showing | undefined
  leftSlot = -1
  /** How many groups hold it: more than one while some of them are behind. */
  seats = 0
  /** The tick since which it is in no group, and whether it was removed from the world then. */
  goneAt = 0
  wasRemoved = false
  /** The turn of the viewer whose sight it entered last. */
  mark = 0
  /** The turn of the viewer who surveyed it last, and saw it. */
  seenIn = 0
  /** The tick of the last change of a field. */
  changedAt = -1
  /** Whether it is moving by dead reckoning. */
  isGoing = false
  /** By field: the units or the bits of the value shown, the value before, and the tick of the change. */
  readonly #shown: (number | Blob | undefined)[]
  readonly #before: unknown[]
  readonly #changed: number[]
  readonly #position: { x: number; y: number; z: number } | undefined
  /** The segment that it moves along, in units and units per tick. */
  readonly #from: number[] = [Number.NaN, 0, 0]
  readonly #speed: number[] = [0, 0, 0]
  #start = 0

  constructor(
    id: EntityId,
    kind: Kind,
    options: { number: number; statics: Readonly<Record<string, unknown>> },
  ) {
    this.id = id
    this.kind = kind
    this.number = options.number
    const entity: AnyEntity = { id, kind: kind.name }
    if (kind.position) entity.position = { ...(kind.position.initial as Vector3) }
    for (const { name, field } of kind.fields) entity[name] = field.initial
    this.entity = Object.assign(entity, options.statics)
    this.#position = entity.position as Vector3 | undefined
    this.#shown = kind.fields.map(() => undefined)
    this.#before = kind.fields.map(() => undefined)
    this.#changed = kind.fields.map(() => -1)
  }

  /**
   * Takes up the values that a row of the ledger has.
   *
   * @returns the old values of the fields that changed; undefined when none did
   */
  takeFields(table: KindTable, row: number, tick: number): Record<string, unknown> | undefined {
    const { kind, entity } = this
    const shown = this.#shown
    let before: Record<string, unknown> | undefined
    for (let f = 0; f < table.stride; f++) {
      const { name, field } = kind.fields[f]
      const at = row * table.stride + f
      let value: unknown
      if (field.scalar) {
        if (shown[f] === table.units[at]) continue
        shown[f] = table.units[at]
        value = field.scalar.fromUnits(table.units[at])
      } else {
        const blob = table.blobs[at]
        if (blob === undefined || isBlob(shown[f] as Blob | undefined, blob.bytes, blob.bits)) continue
        shown[f] = blob
        value = field.read(reader.reset(blob.bytes))
      }
      before ??= {}
      before[name] = entity[name]
      this.#before[f] = entity[name]
      this.#changed[f] = tick
      entity[name] = value
    }
    if (before !== undefined) this.changedAt = tick
    return before
  }

  /** Returns the fields that changed after a tick, each with the value before its last change. */
  changesSince(tick: number): Record<string, unknown> {
    const before: Record<string, unknown> = {}
    for (let f = 0; f < this.#changed.length; f++)
      if (this.#changed[f] > tick) before[this.kind.fields[f].name] = this.#before[f]
    return before
  }

  /** Takes up the segment or the sample that a row of the ledger has. @returns whether it is another one */
  takePlace(table: KindTable, row: number): boolean {
    const { axes, place, velocity, kind } = table
    const isSampled = kind.position?.style === 'sampled'
    const middle = isSampled ? 0.5 : 0
    const start = isSampled ? 0 : table.start[row]
    let isOther = start !== this.#start
    this.#start = start
    this.isGoing = false
    for (let axis = 0; axis < axes; axis++) {
      const from = place[row * axes + axis] + middle
      const speed = isSampled ? 0 : velocity[row * axes + axis]
      if (from !== this.#from[axis] || speed !== this.#speed[axis]) isOther = true
      this.#from[axis] = from
      this.#speed[axis] = speed
      if (speed !== 0) this.isGoing = true
    }
    return isOther
  }

  /** Puts it where it is at `tick`. */
  put(tick: number): void {
    const position = this.#position
    const place = this.kind.position
    if (position === undefined || place === undefined) return
    const { unit } = place
    const elapsed = Math.max(0, tick - this.#start)
    position.x = (this.#from[0] + this.#speed[0] * elapsed) * unit
    position.y = (this.#from[1] + this.#speed[1] * elapsed) * unit
    if (place.axes === 3) position.z = (this.#from[2] + this.#speed[2] * elapsed) * unit
  }
}
