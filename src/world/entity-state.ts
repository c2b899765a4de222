import { bytesEqual } from '../core/index.ts'
import { decode, encode, float64, type RecordField, record } from '../wire/index.ts'
import type { Kind } from './entity.ts'
import type { AnyEntity } from './resident.ts'

const AXES = ['x', 'y', 'z'] as const

/** Each is made once: regions write their entities by it each second. */
// biome-ignore lint/suspicious/noExplicitAny: see exactRecord
const exactRecords = new WeakMap<Kind, RecordField<any>>()

/** The first difference between two states of one entity. */
export interface Difference {
  /** The name of the part: 'position' or a field. */
  readonly part: string
  /**
   * The size of the difference: metres for a position, the difference of two numbers, undefined for anything else.
   */
  readonly by: number | undefined
}

/**
 * Stores the exact changing parts of one entity at one tick: a position with all its bits, fields as their
 * descriptions can express them. Prediction compares, rewinds to and replays from these states.
 */
export class EntityState {
  readonly kind: Kind
  readonly #axes: number
  readonly #place: number[] = [0, 0, 0]
  /** Values of scalar fields; the bytes of others. */
  readonly #values: unknown[] = []

  constructor(kind: Kind) {
    this.kind = kind
    this.#axes = kind.position?.axes ?? 0
  }

  /** Saves the state of an entity. */
  take(entity: AnyEntity): this {
    for (let axis = 0; axis < this.#axes; axis++) this.#place[axis] = numberAt(entity, axis)
    const { fields } = this.kind
    for (let f = 0; f < fields.length; f++) {
      const { name, field } = fields[f]
      this.#values[f] = field.scalar ? entity[name] : encode(field, entity[name])
    }
    return this
  }

  /** Restores an entity to the saved state. */
  give(entity: AnyEntity): void {
    for (let axis = 0; axis < this.#axes; axis++)
      (entity.position as unknown as Record<string, number>)[AXES[axis]] = this.#place[axis]
    for (let f = 0; f < this.kind.fields.length; f++) this.giveField(f, entity)
  }

  /** Restores one field, by its number in the kind. */
  giveField(f: number, entity: AnyEntity): void {
    const { name, field } = this.kind.fields[f]
    entity[name] = field.scalar ? this.#values[f] : decode(field, this.#values[f] as Uint8Array)
  }

  /** Returns whether the entity still equals the saved state. */
  fits(entity: AnyEntity): boolean {
    for (let axis = 0; axis < this.#axes; axis++)
      if (this.#place[axis] !== numberAt(entity, axis)) return false
    const { fields } = this.kind
    for (let f = 0; f < fields.length; f++) {
      const { name, field } = fields[f]
      const value = entity[name]
      if (field.scalar ? value !== this.#values[f] : !isWritten(encode(field, value), this.#values[f]))
        return false
    }
    return true
  }

  /** Finds the first difference between the other state and this one; undefined when they are equal. */
  firstDifference(other: EntityState): Difference | undefined {
    let squared = 0
    for (let axis = 0; axis < this.#axes; axis++) {
      const off = other.#place[axis] - this.#place[axis]
      squared += off * off
    }
    if (squared > 0) return { part: 'position', by: Math.sqrt(squared) }
    const { fields } = this.kind
    for (let f = 0; f < fields.length; f++) {
      const [ours, theirs] = [this.#values[f], other.#values[f]]
      const part = fields[f].name
      if (fields[f].field.scalar) {
        if (ours === theirs) continue
        const isNumber = typeof ours === 'number' && typeof theirs === 'number'
        return { part, by: isNumber ? Math.abs(theirs - ours) : undefined }
      }
      if (!isWritten(ours as Uint8Array, theirs)) return { part, by: undefined }
    }
    return undefined
  }
}

/** Rounds every field to what its description can express, so that both ends continue from the same values. */
export function settleFields(kind: Kind, entity: AnyEntity): void {
  for (let f = 0; f < kind.fields.length; f++) settleField(kind, f, entity)
}

/**
 * Does the same as `settleFields` after an error in game code, but resets a field with an invalid value to its old
 * value or its initial one.
 */
export function mendFields(kind: Kind, entity: AnyEntity, last?: EntityState): void {
  for (let f = 0; f < kind.fields.length; f++)
    try {
      settleField(kind, f, entity)
    } catch {
      if (last) last.giveField(f, entity)
      else entity[kind.fields[f].name] = kind.fields[f].field.initial
    }
}

function settleField(kind: Kind, f: number, entity: AnyEntity): void {
  const { name, field } = kind.fields[f]
  const { scalar } = field
  entity[name] = scalar
    ? scalar.fromUnits(scalar.toUnits(entity[name] as never))
    : decode(field, encode(field, entity[name]))
}

/**
 * Describes how the exact state of a kind travels to the player whose character it is: a position with all its
 * bits, fields as everywhere.
 */
// biome-ignore lint/suspicious/noExplicitAny: its value type differs by kind
export function exactRecord(kind: Kind): RecordField<any> {
  const known = exactRecords.get(kind)
  if (known) return known
  const axes = AXES.slice(0, kind.position?.axes ?? 0)
  const place = record('position', Object.fromEntries(axes.map((axis) => [axis, float64()])))
  const exact = record('exact', {
    ...(kind.position ? { position: place } : {}),
    ...Object.fromEntries(kind.fields.map(({ name, field }) => [name, field])),
  })
  exactRecords.set(kind, exact)
  return exact
}

function numberAt(entity: AnyEntity, axis: number): number {
  return (entity.position as unknown as Record<string, number>)[AXES[axis]]
}

function isWritten(bytes: Uint8Array, other: unknown): boolean {
  return bytesEqual(bytes, other as Uint8Array)
}
