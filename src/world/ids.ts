import { ShardlessError } from '../core/index.ts'
import type { EntityId } from './entity.ts'

/** Allocates entity ids. The worlds of one server share one allocator, so that no two entities have the same id. */
export class Ids {
  #entity = 0
  #player = 0
  /** The last id of the range lent; Infinity for who has all ids. */
  #last = Number.POSITIVE_INFINITY
  readonly #next: { readonly first: number; readonly count: number }[] = []
  #serial = 0

  /** Goes on from a number that nobody else gives ids from: of several servers with one world. */
  goOnFrom(first: number): void {
    this.#entity = Math.max(this.#entity, first)
    this.#player = Math.max(this.#player, first)
  }

  /**
   * Gives ids from this range only, and from those lent later when it is used up: of several servers with one world.
   * Entities and players then share the numbers.
   */
  lend(first: number, count: number): void {
    if (this.#last < Number.POSITIVE_INFINITY) this.#next.push({ first, count })
    else this.#begin(first, count)
  }

  /** How many ids are left to give. */
  get left(): number {
    let left = this.#last - this.#entity
    for (const { count } of this.#next) left += count
    return left
  }

  /** The serial number of who was housed last. */
  get serial(): number {
    return this.#serial
  }

  nextSerial(): number {
    return ++this.#serial
  }

  /** @throws `world/no-ids` when all that were lent are used up */
  nextEntity(): EntityId {
    if (this.#entity === this.#last) this.#goOn()
    return ++this.#entity
  }

  /** @throws `world/no-ids` when all that were lent are used up */
  nextPlayer(): number {
    return this.#last < Number.POSITIVE_INFINITY ? this.nextEntity() : ++this.#player
  }

  #begin(first: number, count: number): void {
    this.#entity = first - 1
    this.#last = first + count - 1
  }

  #goOn(): void {
    const next = this.#next.shift()
    if (!next)
      throw new ShardlessError(
        'world/no-ids',
        'all ids lent to this region are used up; lend it more before that (`ids.left`).',
      )
    this.#begin(next.first, next.count)
  }
}
