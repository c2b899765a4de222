import type { EntityId } from './entity.ts'

/** Allocates entity ids. The worlds of one server share one allocator, so that no two entities have the same id. */
export class Ids {
  #entity = 0
  #player = 0

  /** The number of the newest entity; 0 before the first. */
  get newest(): EntityId {
    return this.#entity
  }

  nextEntity(): EntityId {
    return ++this.#entity
  }

  nextPlayer(): number {
    return ++this.#player
  }
}
