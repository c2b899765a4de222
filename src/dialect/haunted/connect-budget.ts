import type { Instant } from '../../core/index.ts'

/** How many answers to CONNECT an address gets a second, and as many at once. */
const PER_ADDRESS = 4
/** How many bytes of them all addresses get a second together, and as many at once. */
const BYTES_IN_ALL = 60_000
/** The most addresses remembered; beyond that all of them wait for the sum. */
const ADDRESSES_MAX = 4096

/**
 * Bounds the answers to CONNECT, which are some fifty times as long as the request: over UDP anybody can ask in
 * another's name [HC9].
 */
export class ConnectBudget {
  readonly #byAddress = new Map<string, { count: number; since: Instant }>()
  #bytes = BYTES_IN_ALL
  #at: Instant | undefined

  /** @returns whether an answer of so many bytes may go to this address; it is counted then */
  take(address: string, bytes: number, now: Instant): boolean {
    const elapsed = this.#at === undefined ? 0 : now - this.#at
    this.#at = now
    this.#bytes = Math.min(BYTES_IN_ALL, this.#bytes + (elapsed / 1000) * BYTES_IN_ALL)
    const known = this.#byAddress.get(address)
    const count = known && now - known.since < 1000 ? known.count : 0
    if (count >= PER_ADDRESS || bytes > this.#bytes) return false
    this.#bytes -= bytes
    if (count > 0 && known) known.count++
    else this.#remember(address, now)
    return true
  }

  #remember(address: string, now: Instant): void {
    this.#byAddress.delete(address)
    if (this.#byAddress.size >= ADDRESSES_MAX)
      for (const [oldest, { since }] of this.#byAddress) {
        if (now - since < 1000 && this.#byAddress.size < 2 * ADDRESSES_MAX) break
        this.#byAddress.delete(oldest)
        if (this.#byAddress.size < ADDRESSES_MAX) break
      }
    this.#byAddress.set(address, { count: 1, since: now })
  }
}
