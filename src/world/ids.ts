import type { EntityId } from './entity.ts'

/** Gives worlds their numbers: several worlds of one server share one, so that no two things have one name. */
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
