import type { EntityId } from './entity.ts'

/** Allocates entity ids. The worlds of one server share one allocator, so that no two entities have the same id. */
export class Ids {
  #entity = 0
  #player = 0

  /** The number of the newest entity; 0 before the first. */
  get newest(): EntityId {
    return this.#entity
  }

  /** Goes on from a number that nobody else gives ids from: of several servers with one world. */
  goOnFrom(first: number): void {
    this.#entity = Math.max(this.#entity, first)
    this.#player = Math.max(this.#player, first)
  }

  nextEntity(): EntityId {
    return ++this.#entity
  }

  nextPlayer(): number {
    return ++this.#player
  }
}
