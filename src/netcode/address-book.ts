import { type Address, addressOf } from './address.ts'

/**
 * Remembers the `Address` of each host and port a socket reports, so that a packet costs one look-up and no parsing.
 * Bounded: when it is full it forgets everything and starts again, which costs only time.
 */
export class AddressBook {
  readonly #capacity: number
  readonly #known = new Map<string, Address>()

  constructor(capacity = 8192) {
    this.#capacity = capacity
  }

  /** @returns undefined when the host is not an IP address (a zone, a name) */
  find(host: string, port: number): Address | undefined {
    const key = `${host} ${port}`
    const known = this.#known.get(key)
    if (known) return known
    const address = addressOf(host, port)
    if (!address) return undefined
    if (this.#known.size >= this.#capacity) this.#known.clear()
    this.#known.set(key, address)
    return address
  }
}
