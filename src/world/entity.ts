import { ShardlessError } from '../core/index.ts'
import { type Field, integer, type RecordField, record } from '../wire/index.ts'
import { EntityLayout } from './entity-layout.ts'
import type { Position, PositionSource } from './position.ts'

/** Names an entity for as long as the world lives: 1 .. 2^32 - 1, never used twice. 0 means no entity. */
export type EntityId = number

/**
 * Describes a field whose value is another entity's id, whether or not that entity is in view. 0 refers to no
 * entity.
 */
export function reference(): Field<EntityId> {
  return integer({ min: 0, max: 4294967295 })
}

/** A field that is sent to a viewer once, when the entity is first seen, and then remembered: a name, a look. */
export interface Once<T> {
  readonly isOnce: true
  readonly field: Field<T>
}

/** Marks a field as sent once. It cannot change after the entity was spawned. */
export function once<T>(field: Field<T>): Once<T> {
  return { isOnce: true, field }
}

// biome-ignore format: one alternative a line
export type AnyPart =
  // biome-ignore lint/suspicious/noExplicitAny: any value type; `unknown` would refuse every field in this position
  | Field<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | Once<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | PositionSource<any>

/** The parts of one kind of entity by name. */
export type Parts = Readonly<Record<string, AnyPart>>

type PartValue<Part> =
  Part extends Once<infer T>
    ? T
    : Part extends PositionSource<infer V>
      ? V
      : Part extends Field<infer T>
        ? T
        : never

type OnceKeys<P extends Parts> = {
  [K in keyof P]: P[K] extends { readonly isOnce: true } ? K : never
}[keyof P]
/** The plain object that game code reads and writes. */
export type EntityValue<P extends Parts, Kind extends string = string> = {
  readonly id: EntityId
  readonly kind: Kind
} & { readonly [K in OnceKeys<P>]: PartValue<P[K]> } & {
  [K in Exclude<keyof P, OnceKeys<P>>]: PartValue<P[K]>
}

/** The argument of `spawn`: a position for a kind that has one; every other part may be left out. */
export type EntityStart<P extends Parts> = { [K in keyof P & 'position']: PartValue<P[K]> } & {
  [K in Exclude<keyof P, 'position'>]?: PartValue<P[K]>
}

/** One kind of entity: the fields that change, those sent once, and how its position travels. */
export interface EntityDescription<P extends Parts> {
  readonly parts: P
}

/**
 * Describes one kind of entity. At most one part is a position (`motion`, `sampled`) and it is called `position`; a
 * kind that has one lives on a map and is sent to players near it. A kind without one is sent to the whole world or
 * to a group, as `spawn` says.
 *
 * @throws `world/bad-entity` for a part called `id` or `kind`, or a position by another name
 */
export function entity<const P extends Parts>(parts: P): EntityDescription<P> {
  for (const [name, part] of Object.entries(parts)) {
    if (name === 'id' || name === 'kind')
      throw new ShardlessError(
        'world/bad-entity',
        `a part cannot be called '${name}'; every entity has that already.`,
      )
    if ('isPosition' in part && name !== 'position')
      throw new ShardlessError('world/bad-entity', `'${name}' is a position; call it 'position'.`)
  }
  return { parts }
}

/** One kind, ready to be replicated: parts sorted by role, in the order they were described. */
export interface Kind {
  readonly index: number
  readonly name: string
  readonly position: Position<unknown> | undefined
  /** The fields that change, without positions. At most 30. */
  readonly fields: readonly { readonly name: string; readonly field: Field<unknown> }[]
  /** The fields sent once, as one record. */
  // biome-ignore lint/suspicious/noExplicitAny: its value type differs by kind
  readonly statics: RecordField<any>
  readonly staticNames: readonly string[]
  readonly description: string
  /** Makes its plain objects. */
  readonly layout: EntityLayout
}

/** The most fields of a kind: one bit per field must fit in one word beside the position's bits. */
const FIELDS_MAX = 30

export function kindOf(name: string, place: { index: number; ticksPerSecond: number }, parts: Parts): Kind {
  const fields: { name: string; field: Field<unknown> }[] = []
  const statics: Record<string, Field<unknown>> = {}
  let position: Position<unknown> | undefined
  for (const [key, part] of Object.entries(parts)) {
    if ('isPosition' in part) position = part.at(place.ticksPerSecond)
    else if ('isOnce' in part) statics[key] = part.field
    else fields.push({ name: key, field: part })
  }
  if (fields.length > FIELDS_MAX)
    throw new ShardlessError(
      'world/bad-entity',
      `'${name}' has ${fields.length} changing fields; ${FIELDS_MAX} are the most. Put some into a nested record.`,
    )
  const staticsRecord = record(name, statics)
  const described = fields.map((each) => `${each.name}: ${each.field.description}`)
  if (position) described.unshift(`position: ${position.description}`)
  return {
    index: place.index,
    name,
    position,
    fields,
    statics: staticsRecord,
    staticNames: Object.keys(statics),
    description: `${described.join(', ')}; once ${staticsRecord.description}`,
    layout: new EntityLayout(name),
  }
}
