import type { EntityId } from './entity.ts'

/** Where worlds take their numbers from: several worlds of one server share one, so that no two things have one name. */
export class Ids {
  #entity = 0
  #player = 0

  nextEntity(): EntityId {
    return ++this.#entity
  }

  nextPlayer(): number {
    return ++this.#player
  }
}
