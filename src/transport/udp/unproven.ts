import type { Instant } from '../../core/index.ts'

/** What addresses get that have not proved that they hear us: anybody can send a datagram in another's name. */
export interface UnprovenBounds {
  /** How many bytes go to an address for each byte that came from it. Default 3, as with QUIC (RFC 9000, 8.1). */
  readonly echo?: number
  /** How many more bytes a second go to one address, and as much at once. Default 0. */
  readonly bytesPerSecond?: number
  /** How many bytes a second go to all of them together, and as much at once. Default 100,000. */
  readonly bytesPerSecondInAll?: number
}

interface Account {
  links: number
  credit: number
  /** What comes by itself, filled up to a second's worth. */
  allowance: number
  at: Instant
}

/** Counts what unproven addresses may still get. It knows as many as have links. */
export class UnprovenBudget {
  readonly #echo: number
  readonly #perSecond: number
  readonly #perSecondInAll: number
  readonly #accounts = new Map<string, Account>()
  #inAll: number
  #at: Instant

  constructor(bounds: UnprovenBounds, now: Instant) {
    const { echo = 3, bytesPerSecond = 0, bytesPerSecondInAll = 100_000 } = bounds
    this.#echo = echo
    this.#perSecond = bytesPerSecond
    this.#perSecondInAll = bytesPerSecondInAll
    this.#inAll = bytesPerSecondInAll
    this.#at = now
  }

  /** Begins a link to this address, which has proved nothing yet. */
  begin(address: string, now: Instant): void {
    const known = this.#accounts.get(address)
    if (known) known.links++
    else this.#accounts.set(address, { links: 1, credit: 0, allowance: this.#perSecond, at: now })
  }

  /** Ends the counting of a link: it is proven, or over. */
  end(address: string): void {
    const account = this.#accounts.get(address)
    if (account && --account.links === 0) this.#accounts.delete(address)
  }

  heard(address: string, bytes: number): void {
    const account = this.#accounts.get(address)
    if (account) account.credit += bytes * this.#echo
  }

  /** @returns whether so many bytes may go to it; they are counted then */
  take(address: string, bytes: number, now: Instant): boolean {
    const account = this.#accounts.get(address)
    if (account === undefined) return false
    this.#inAll = Math.min(
      this.#perSecondInAll,
      this.#inAll + ((now - this.#at) / 1000) * this.#perSecondInAll,
    )
    this.#at = now
    account.allowance = Math.min(
      this.#perSecond,
      account.allowance + ((now - account.at) / 1000) * this.#perSecond,
    )
    account.at = now
    if (bytes > this.#inAll || bytes > account.credit + account.allowance) return false
    this.#inAll -= bytes
    const own = Math.min(bytes, account.allowance)
    account.allowance -= own
    account.credit -= bytes - own
    return true
  }
}
