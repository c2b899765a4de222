/**
 * First in, first out, with a size. A full queue refuses the newcomer (`push` answers false): the caller counts it
 * or closes; nothing grows.
 */
export class BoundedQueue<Thing> {
  readonly capacity: number
  readonly #ring: (Thing | undefined)[]
  #head = 0
  #length = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.#ring = new Array(capacity).fill(undefined)
  }

  get length(): number {
    return this.#length
  }

  /** @returns whether there was room */
  push(thing: Thing): boolean {
    if (this.#length === this.capacity) return false
    this.#ring[(this.#head + this.#length) % this.capacity] = thing
    this.#length++
    return true
  }

  /** Takes out the oldest thing; undefined when empty. */
  shift(): Thing | undefined {
    if (this.#length === 0) return undefined
    const thing = this.#ring[this.#head]
    this.#ring[this.#head] = undefined
    this.#head = (this.#head + 1) % this.capacity
    this.#length--
    return thing
  }

  /** Returns the oldest thing and leaves it in place. */
  peek(): Thing | undefined {
    return this.#length === 0 ? undefined : this.#ring[this.#head]
  }

  clear(): void {
    while (this.#length > 0) this.shift()
  }
}
