import { encode, type Field } from '../wire/index.ts'
import type { Kind } from './entity.ts'
import type { FieldListener } from './entity-layout.ts'
import type { AnyEntity } from './resident.ts'

/** The most entities of which one field is watched: those of a kind make the same mistake. */
const WATCHED_MAX = 16

/** Sees the fields of one entity set. */
class WatchedFields implements FieldListener {
  readonly #fields: ReadonlyMap<string, Field<unknown>>
  /** By field: made where the game last set a value that the field cannot hold; undefined before that. */
  readonly #seen = new Map<string, Error | undefined>()

  constructor({ fields }: Kind) {
    this.#fields = new Map(fields.map(({ name, field }) => [name, field]))
  }

  set(name: string, value: unknown): void {
    const field = this.#fields.get(name) as Field<unknown>
    try {
      if (field.scalar) field.scalar.toUnits(value as never)
      else encode(field, value)
      this.#seen.set(name, undefined)
    } catch {
      this.#seen.set(name, new Error())
    }
  }

  /** Returns what was seen of a field, and forgets it. */
  take(name: string): Error | undefined {
    const seen = this.#seen.get(name)
    this.#seen.set(name, undefined)
    return seen
  }
}

/**
 * Finds the line of the game that sets a field to what it cannot hold. That is noticed at the end of the tick only, so
 * fields are watched: one entity of each kind from its spawn on, since those of a kind are treated by the same lines;
 * and a field that was found wrong from then on, on that very entity. All others cost nothing; what the game changes
 * inside a list or a record is not seen.
 */
export class FieldWatch {
  readonly #byEntity = new WeakMap<
    AnyEntity,
    { readonly names: Set<string>; readonly fields: WatchedFields }
  >()
  readonly #counts = new Map<string, number>()
  /** By kind: the one that is watched from its spawn on, while it is there. */
  readonly #firsts: (AnyEntity | undefined)[] = []

  /** Returns what watches the next entity of a kind; undefined where one is watched already. */
  listenerFor(kind: Kind): WatchedFields | undefined {
    return this.#firsts[kind.index] === undefined ? new WatchedFields(kind) : undefined
  }

  /** Notes that an entity was spawned whose fields are watched. */
  spawned(entity: AnyEntity, kind: Kind, fields: WatchedFields): void {
    this.#firsts[kind.index] = entity
    this.#byEntity.set(entity, { names: new Set(kind.fields.map(({ name }) => name)), fields })
  }

  /** Notes that an entity is gone: the next of its kind is watched. */
  gone(entity: AnyEntity, kind: Kind): void {
    if (this.#firsts[kind.index] === entity) this.#firsts[kind.index] = undefined
  }

  /** Gives an error of a field the line that set its value, if that was seen, and watches the field from now on. */
  trace(error: unknown, entity: AnyEntity, kind: Kind, name: string): void {
    if (!(error instanceof Error)) return
    const watched = this.#byEntity.get(entity)
    if (!watched?.names.has(name)) {
      this.#watchAnother(entity, kind, name)
      return
    }
    const seen = watched.fields.take(name)
    if (seen !== undefined) error.stack = `${error}\n${linesOf(seen)}`
  }

  #watchAnother(entity: AnyEntity, kind: Kind, name: string): void {
    const sort = `${kind.name}.${name}`
    const count = this.#counts.get(sort) ?? 0
    if (count === WATCHED_MAX) return
    this.#counts.set(sort, count + 1)
    const watched = this.#byEntity.get(entity) ?? { names: new Set(), fields: new WatchedFields(kind) }
    this.#byEntity.set(entity, watched)
    watched.names.add(name)
    kind.layout.watch(entity, name, entity[name], watched.fields)
  }
}

/** Returns the lines of a stack from the one that set the value: without the heading, the listener and the setter. */
function linesOf({ stack = '' }: Error): string {
  return stack.split('\n').slice(3).join('\n')
}
