/**
 * Keeps one object per peer instead of one per packet. Anyone can invent source addresses, so it forgets: it keeps
 * two generations, and forgets what is not met again while `capacity` others come.
 */
export class AddressBook<Address> {
  readonly #capacity: number
  readonly #write: (host: string, port: number) => Address | undefined
  #young: Map<string, Map<number, Address>> = new Map()
  #old: Map<string, Map<number, Address>> = new Map()
  #youngCount = 0

  /** @param write  makes the object for a peer met for the first time; undefined if there can be none */
  constructor(capacity: number, write: (host: string, port: number) => Address | undefined) {
    this.#capacity = capacity
    this.#write = write
  }

  find(host: string, port: number): Address | undefined {
    return this.#young.get(host)?.get(port) ?? this.#renew(host, port)
  }

  #renew(host: string, port: number): Address | undefined {
    const address = this.#old.get(host)?.get(port) ?? this.#write(host, port)
    if (address === undefined) return undefined
    if (this.#youngCount === this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngCount = 0
    }
    const ports = this.#young.get(host)
    if (ports === undefined) this.#young.set(host, new Map([[port, address]]))
    else ports.set(port, address)
    this.#youngCount++
    return address
  }
}
