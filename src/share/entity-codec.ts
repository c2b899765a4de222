import { bytesEqual } from '../core/index.ts'
import { type CarriedPlayer, carriedPlayer, type PlayerLuggage, playerLuggage } from '../region/index.ts'
import {
  type AnyField,
  bool,
  bytes,
  decode,
  encode,
  type Field,
  float64,
  list,
  optional,
  record,
  varint,
} from '../wire/index.ts'
import type { AnyEntity, AnyGame, InheritedPath, Kind, Stood } from '../world/index.ts'
import { exactRecord } from '../world/index.ts'

const blob = bytes({ bytesMax: 0xffffff })
const numbers = list(float64(), { lengthMax: 3 })

/** What the store has of an entity. */
const stateRecord = record({
  kind: varint(),
  /** The tick at whose end it was so. */
  tick: varint(),
  exact: blob,
  once: blob,
  group: varint(),
  isRestricted: bool(),
  /** Its attributes: JSON. */
  attributes: optional(blob),
  player: optional(carriedPlayer),
})

/** An entity, as it goes to another region or into the store. */
export interface EntityPacket {
  readonly kind: Kind
  readonly tick: number
  readonly exact: Uint8Array
  readonly once: Uint8Array
  readonly group: number
  readonly isRestricted: boolean
  readonly attributes?: Uint8Array | undefined
  readonly player?: CarriedPlayer | undefined
}

/** What only a living region hands on. */
export interface EntityLuggage {
  readonly path: Omit<InheritedPath, 'stood'> | undefined
  /** Where it stood lately. */
  readonly stood: readonly Stood[]
  readonly player: PlayerLuggage | undefined
}

/** Writes and reads entities on the way from one region to another. */
export class EntityCodec {
  readonly #game: AnyGame
  readonly #luggage: Field<EntityLuggage>
  /** By kind: its fields, each of which may be left out; of an amount, by how much it changes. */
  readonly #changes = new Map<string, Field<Record<string, unknown>>>()

  constructor(game: AnyGame) {
    this.#game = game
    this.#luggage = record({
      path: optional(record({ start: varint(), place: numbers, velocity: numbers })),
      stood: list(record({ tick: varint(), x: float64(), y: float64() }), { lengthMax: 64 }),
      player: optional(playerLuggage(game)),
    }) as unknown as Field<EntityLuggage>
  }

  /** Writes an entity as it is now, with all its fields. @throws `wire/out-of-range` for one that cannot travel */
  write(
    entity: AnyEntity,
    of: Omit<EntityPacket, 'exact' | 'once' | 'attributes'> & { readonly attributes: unknown },
  ): Uint8Array {
    const { kind, tick, group, isRestricted, attributes, player } = of
    return encode(stateRecord, {
      ...{ kind: kind.index, tick, group, isRestricted, player },
      exact: encode(exactRecord(kind), entity),
      once: encode(kind.statics, entity),
      attributes: attributes === undefined ? undefined : new TextEncoder().encode(JSON.stringify(attributes)),
    })
  }

  /** @returns undefined for bytes that are none */
  read(state: Uint8Array): EntityPacket | undefined {
    const read = decode(stateRecord, state)
    const kind = read && (this.#game.kinds[read.kind] as Kind | undefined)
    return kind && { ...read, kind }
  }

  /** Gives an object what was written. @returns false for bytes that are none */
  give({ kind, exact, once }: EntityPacket, entity: AnyEntity): boolean {
    const told = decode(exactRecord(kind), exact) as Record<string, unknown> | undefined
    const statics = decode(kind.statics, once) as Record<string, unknown> | undefined
    if (!told || !statics) return false
    const { position, ...fields } = told
    Object.assign(entity, statics, fields)
    if (!position) return true
    if (entity.position) Object.assign(entity.position, position)
    else entity.position = position as never
    return true
  }

  /** Writes the changing parts of an entity alone. @throws as `write` */
  exact(kind: Kind, entity: AnyEntity): Uint8Array {
    return encode(exactRecord(kind), entity)
  }

  /**
   * Writes those fields in which `entity` differs from `before`: an amount by how much, others as they are now. So what
   * several change at once, or of what they know an older state, is changed by each of them.
   *
   * @returns undefined where there are none. @throws as `write`
   */
  changes(kind: Kind, entity: AnyEntity, before: AnyEntity): Uint8Array | undefined {
    const changed: Record<string, unknown> = {}
    let has = false
    for (const { name, field } of kind.fields) {
      if (bytesEqual(encode(field, entity[name]), encode(field, before[name]))) continue
      changed[name] = amountOf(field) ? Number(entity[name]) - Number(before[name]) : entity[name]
      has = true
    }
    return has ? encode(this.#changesOf(kind), changed) : undefined
  }

  /** Gives an entity changed fields. @returns false for bytes that are none */
  giveChanges(kind: Kind, entity: AnyEntity, bytes: Uint8Array): boolean {
    const changed = decode(this.#changesOf(kind), bytes) as Record<string, unknown> | undefined
    if (!changed) return false
    for (const { name, field } of kind.fields) {
      const value = changed[name]
      if (value === undefined) continue
      const amount = amountOf(field)
      entity[name] = amount ? addTo(Number(entity[name]), Number(value), amount) : value
    }
    return true
  }

  #changesOf(kind: Kind): Field<Record<string, unknown>> {
    const known = this.#changes.get(kind.name)
    if (known) return known
    const fields = Object.fromEntries(
      kind.fields.map(({ name, field }) => [name, amountOf(field) ? optional(float64()) : optional(field)]),
    )
    const changes = record(fields) as unknown as Field<Record<string, unknown>>
    this.#changes.set(kind.name, changes)
    return changes
  }

  writeLuggage(luggage: EntityLuggage): Uint8Array {
    return encode(this.#luggage, luggage)
  }

  readLuggage(bytes: Uint8Array): EntityLuggage | undefined {
    return decode(this.#luggage, bytes)
  }
}

/** Between which values an amount is. */
interface Amount {
  readonly min: number
  readonly max: number
}

/**
 * Returns the bounds of an amount: a whole number, unless it is said to be none; undefined for all else, and for one of
 * 32 bits, which may name an entity.
 */
function amountOf({ kind, scalar, isAmount = true }: AnyField): Amount | undefined {
  if (!isAmount) return undefined
  if (kind === 'varint') return { min: 0, max: Number.MAX_SAFE_INTEGER }
  if (kind !== 'integer' || !scalar || scalar.bits >= 32) return undefined
  return { min: Number(scalar.fromUnits(0)), max: Number(scalar.fromUnits(scalar.unitsEnd - 1)) }
}

/** Adds to an amount, as far as it goes. What is no whole number leaves it as it is. */
function addTo(amount: number, by: number, { min, max }: Amount): number {
  return Number.isSafeInteger(by) ? Math.min(Math.max(amount + by, min), max) : amount
}

/** Stands among a district's rows for: what exists from the start has been set up here. */
const MARKER_FIRST = 2 ** 40

export function markerOf(district: number): number {
  return MARKER_FIRST + district
}

/** @returns the district; undefined for an entity */
export function markedBy(entity: number): number | undefined {
  return entity >= MARKER_FIRST ? entity - MARKER_FIRST : undefined
}

/** @returns undefined for bytes that are no JSON */
export function attributesOf(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(json))
  } catch {
    return undefined
  }
}
