import type { EntityId } from '../world/index.ts'

/** Entities remembered at most. Beyond it everything is forgotten, and told again as it is met. */
export const KNOWN_MAX = 4096
const LENGTH_LEAST = 64

/**
 * Which entities' once-told fields a viewer was told, and when it last was told of the entity: a table of two columns,
 * found by id. A fraction of the memory of a Map, and there is one for each viewer.
 */
export class Known {
  #ids = new Uint32Array(LENGTH_LEAST)
  #ticks = new Int32Array(LENGTH_LEAST)
  #size = 0

  /** Entries, forgotten ones included until there is need of their room. */
  get size(): number {
    return this.#size
  }

  /** The tick noted for this entity; 0 for one that is not known. */
  tickOf(id: EntityId): number {
    return this.#ticks[this.#find(id)]
  }

  /** @param oldest  entries from before this tick may be forgotten when room is needed */
  note(id: EntityId, tick: number, oldest: number): void {
    const at = this.#find(id)
    this.#ticks[at] = tick
    if (this.#ids[at] === id) return
    this.#ids[at] = id
    this.#size++
    if (this.#size * 2 > this.#ids.length) this.#rebuild(oldest)
  }

  forget(id: EntityId): void {
    this.#ticks[this.#find(id)] = 0
  }

  /** Forgets what was noted after `tick`. */
  forgetAfter(tick: number): void {
    for (let i = 0; i < this.#ticks.length; i++) if (this.#ticks[i] > tick) this.#ticks[i] = 0
  }

  clear(): void {
    this.#ids = new Uint32Array(LENGTH_LEAST)
    this.#ticks = new Int32Array(LENGTH_LEAST)
    this.#size = 0
  }

  /** Where this id stands, or the free place where it would. */
  #find(id: EntityId): number {
    const ids = this.#ids
    const mask = ids.length - 1
    let at = (Math.imul(id, 0x9e3779b1) >>> 16) & mask
    while (ids[at] !== id && ids[at] !== 0) at = (at + 1) & mask
    return at
  }

  /** Leaves out what was forgotten or is too old, and makes the table larger if that is not enough. */
  #rebuild(oldest: number): void {
    const ids = this.#ids
    const ticks = this.#ticks
    let kept = 0
    for (let i = 0; i < ids.length; i++) if (ticks[i] > 0 && ticks[i] >= oldest) kept++
    if (kept > KNOWN_MAX) {
      this.clear()
      return
    }
    let length = LENGTH_LEAST
    while (length < kept * 4) length *= 2
    this.#ids = new Uint32Array(length)
    this.#ticks = new Int32Array(length)
    this.#size = kept
    for (let i = 0; i < ids.length; i++) {
      if (!(ticks[i] > 0 && ticks[i] >= oldest)) continue
      const at = this.#find(ids[i])
      this.#ids[at] = ids[i]
      this.#ticks[at] = ticks[i]
    }
  }
}
