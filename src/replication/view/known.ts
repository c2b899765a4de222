import type { EntityId } from '../../world/index.ts'

/** The most entities remembered. Beyond it everything is forgotten, and told again when met. */
export const KNOWN_MAX = 4096
const PLACES_LEAST = 64

/**
 * Remembers which entities' once-told fields a viewer was told, and when it was last told of the entity: a table of
 * pairs found by id. Each viewer has one; it takes a fraction of a Map's memory.
 *
 *     pairs[2 * place] = id, pairs[2 * place + 1] = tick, 0 for what was forgotten
 */
export class Known {
  #pairs = new Uint32Array(2 * PLACES_LEAST)
  #size = 0

  /** How many entries there are, with forgotten ones until their room is needed. */
  get size(): number {
    return this.#size
  }

  /** Returns the tick noted for this entity; 0 for an unknown one. */
  tickOf(id: EntityId): number {
    return this.#pairs[this.#find(id) + 1]
  }

  /** @param oldest  entries from before this tick may be forgotten when room is needed */
  note(id: EntityId, tick: number, oldest: number): void {
    const at = this.#find(id)
    const pairs = this.#pairs
    pairs[at + 1] = tick
    if (pairs[at] === id) return
    pairs[at] = id
    this.#size++
    if (this.#size * 4 > pairs.length) this.#rebuild(oldest)
  }

  forget(id: EntityId): void {
    this.#pairs[this.#find(id) + 1] = 0
  }

  clear(): void {
    this.#pairs = new Uint32Array(2 * PLACES_LEAST)
    this.#size = 0
  }

  /** Returns where this id's pair stands, or the free place for it. */
  #find(id: EntityId): number {
    const pairs = this.#pairs
    const mask = pairs.length - 1
    let at = (Math.imul(id, 0x9e3779b1) >>> 15) & mask & ~1
    while (pairs[at] !== id && pairs[at] !== 0) at = (at + 2) & mask
    return at
  }

  /** Drops forgotten and old entries, and makes the table larger if that is not enough. */
  #rebuild(oldest: number): void {
    const pairs = this.#pairs
    const isKept = (at: number): boolean => pairs[at + 1] > 0 && pairs[at + 1] >= oldest
    let kept = 0
    for (let at = 0; at < pairs.length; at += 2) if (isKept(at)) kept++
    if (kept > KNOWN_MAX) {
      this.clear()
      return
    }
    let places = PLACES_LEAST
    while (places < kept * 4) places *= 2
    this.#pairs = new Uint32Array(2 * places)
    this.#size = kept
    for (let at = 0; at < pairs.length; at += 2)
      if (isKept(at)) this.#pairs.set([pairs[at], pairs[at + 1]], this.#find(pairs[at]))
  }
}
