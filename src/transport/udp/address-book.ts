/** After how many milliseconds a generation is old. */
const GENERATION_MS = 30_000

/**
 * Keeps one object per peer instead of one per packet. Anyone can invent source addresses, so it forgets: it keeps
 * two generations, and forgets what is not met again while `capacity` others come, or for a minute. Each generation
 * goes at once, so that no packet waits for a table to be looked through.
 */
export class AddressBook<Address> {
  readonly #capacity: number
  readonly #write: (host: string, port: number) => Address | undefined
  #young: Map<string, Map<number, Address>> = new Map()
  #old: Map<string, Map<number, Address>> = new Map()
  #youngCount = 0
  #youngSince = Number.NEGATIVE_INFINITY

  /** @param write  makes the object for a peer met for the first time; undefined if there can be none */
  constructor(capacity: number, write: (host: string, port: number) => Address | undefined) {
    this.#capacity = capacity
    this.#write = write
  }

  /** The number of peers in the younger generation; there are at most as many again in the older. */
  get size(): number {
    return this.#youngCount
  }

  /** @param now  in ms; the same for all where time does not matter */
  find(host: string, port: number, now: number): Address | undefined {
    if (now - this.#youngSince >= GENERATION_MS) {
      this.#turn()
      if (now - this.#youngSince >= 2 * GENERATION_MS) this.#turn()
      this.#youngSince = now
    }
    return this.#young.get(host)?.get(port) ?? this.#renew(host, port)
  }

  #renew(host: string, port: number): Address | undefined {
    const address = this.#old.get(host)?.get(port) ?? this.#write(host, port)
    if (address === undefined) return undefined
    if (this.#youngCount === this.#capacity) this.#turn()
    const ports = this.#young.get(host)
    if (ports === undefined) this.#young.set(host, new Map([[port, address]]))
    else ports.set(port, address)
    this.#youngCount++
    return address
  }

  #turn(): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#youngCount = 0
  }
}
