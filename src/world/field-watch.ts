import { encode, type Field } from '../wire/index.ts'
import type { Kind } from './entity.ts'
import type { AnyEntity } from './resident.ts'

/** The most entities of which one field is watched: those of a kind make the same mistake. */
const WATCHED_MAX = 16

interface Watched {
  /** Made where the game last set a value that the field cannot hold; undefined before that. */
  seen: Error | undefined
}

/**
 * Finds the line of the game that sets a field to what it cannot hold. That is noticed at the end of the tick only, so
 * fields are watched: one entity of each kind from its spawn on, since those of a kind are treated by the same lines;
 * and a field that was found wrong from then on, on that very entity. All others cost nothing; what the game changes
 * inside a list or a record is not seen.
 */
export class FieldWatch {
  readonly #byEntity = new WeakMap<AnyEntity, Map<string, Watched>>()
  readonly #counts = new Map<string, number>()
  /** By kind: the one that is watched from its spawn on, while it is there. */
  readonly #firsts: (AnyEntity | undefined)[] = []

  /** Notes that an entity was spawned. */
  spawned(entity: AnyEntity, kind: Kind): void {
    if (this.#firsts[kind.index] !== undefined) return
    this.#firsts[kind.index] = entity
    for (const { name, field } of kind.fields) this.#watch(entity, name, field)
  }

  /** Notes that an entity is gone: the next of its kind is watched. */
  gone(entity: AnyEntity, kind: Kind): void {
    if (this.#firsts[kind.index] === entity) this.#firsts[kind.index] = undefined
  }

  /**
   * Gives an error of a field the line where its value was set, if that was seen, and watches the field from now on.
   *
   * @param name  of the field
   */
  trace(error: unknown, entity: AnyEntity, { name, field }: { name: string; field: Field<unknown> }): void {
    if (!(error instanceof Error)) return
    const watched = this.#byEntity.get(entity)?.get(name)
    if (watched === undefined) this.#watchAnother(entity, name, field)
    else if (watched.seen !== undefined) error.stack = `${error}\n${linesOf(watched.seen)}`
    if (watched) watched.seen = undefined
  }

  #watchAnother(entity: AnyEntity, name: string, field: Field<unknown>): void {
    const sort = `${entity.kind}.${name}`
    const count = this.#counts.get(sort) ?? 0
    if (count === WATCHED_MAX) return
    this.#counts.set(sort, count + 1)
    this.#watch(entity, name, field)
  }

  #watch(entity: AnyEntity, name: string, field: Field<unknown>): void {
    const watched: Watched = { seen: undefined }
    let fields = this.#byEntity.get(entity)
    if (fields === undefined) {
      fields = new Map()
      this.#byEntity.set(entity, fields)
    }
    fields.set(name, watched)
    let value = entity[name]
    Object.defineProperty(entity, name, {
      configurable: true,
      enumerable: true,
      get: () => value,
      set(next: unknown) {
        value = next as never
        try {
          if (field.scalar) field.scalar.toUnits(next as never)
          else encode(field, next)
          watched.seen = undefined
        } catch {
          watched.seen = new Error()
        }
      },
    })
  }
}

/** Returns the lines of a stack from the one that set the value: without the heading and the setter itself. */
function linesOf({ stack = '' }: Error): string {
  return stack.split('\n').slice(2).join('\n')
}
