/**
 * Named counts of what was dropped or done. Names are fixed when it is made, so a stranger can never add one.
 *
 *     const dropped = new Counters('short', 'forged')
 *     dropped.count('short')
 */
export class Counters<Name extends string = string> {
  readonly names: readonly Name[]
  readonly #counts: Float64Array
  readonly #indexes = new Map<Name, number>()

  constructor(...names: Name[]) {
    this.names = names
    this.#counts = new Float64Array(names.length)
    for (let i = 0; i < names.length; i++) this.#indexes.set(names[i], i)
  }

  count(name: Name, times = 1): void {
    const index = this.#indexes.get(name)
    if (index !== undefined) this.#counts[index] += times
  }

  get(name: Name): number {
    const index = this.#indexes.get(name)
    return index === undefined ? 0 : this.#counts[index]
  }

  /** Takes in the counts of another of the same names, such as that of a connection which is over. */
  include(other: Counters): void {
    for (let i = 0; i < other.names.length; i++) this.count(other.names[i] as Name, other.get(other.names[i]))
  }

  /** The sum over all names. */
  get total(): number {
    let sum = 0
    for (let i = 0; i < this.#counts.length; i++) sum += this.#counts[i]
    return sum
  }

  /** Returns a plain copy: name to count, without the zeros. */
  snapshot(): Record<string, number> {
    const copy: Record<string, number> = {}
    for (let i = 0; i < this.names.length; i++) if (this.#counts[i] > 0) copy[this.names[i]] = this.#counts[i]
    return copy
  }
}
