/**
 * Makes something of an entity or a group once a tick, for all speakers of a dialect who ask for it: what it is called
 * in the protocol, the bytes that say where it goes. A dialect holds one and hands it to its speakers.
 *
 *     const lines = new OncePerTick((group: WorldGroup) => encode(group.moved))
 *     ... advanced({ tick, groups }) { for (const group of groups) this.#to.send(lines.of(group, tick)) }
 */
export class OncePerTick<Key extends object, Made> {
  readonly #make: (key: Key) => Made
  readonly #made = new WeakMap<Key, { tick: number; made: Made }>()

  constructor(make: (key: Key) => Made) {
    this.#make = make
  }

  /** Returns what is made of `key` at `tick`: the same for all who ask in that tick. */
  of(key: Key, tick: number): Made {
    const known = this.#made.get(key)
    if (known === undefined) {
      const made = this.#make(key)
      this.#made.set(key, { tick, made })
      return made
    }
    if (known.tick !== tick) {
      known.made = this.#make(key)
      known.tick = tick
    }
    return known.made
  }
}
