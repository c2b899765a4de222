import type { Instant } from '../../core/index.ts'
import type { Address } from '../address.ts'
import { Broom } from '../broom.ts'
import type { PrivateToken } from '../token/private-token.ts'

/** Someone with a valid token who has been challenged and has not answered. */
export interface Pending {
  readonly tag: string
  readonly token: PrivateToken
  /** The first challenge it was sent; older ones are not its own. */
  readonly challengedFrom: number
  expiresAt: Instant
}

/** Tokens one address may have pending at once, so that nobody can push out another's by forging its address. */
const PER_ADDRESS_MAX = 4

/**
 * The encryption mappings of addresses that are not connected yet. Only a valid token makes an entry, which lives
 * for the token's time-out after its last request.
 */
export class PendingTable {
  readonly #capacity: number
  readonly #byAddress = new Map<string, Pending[]>()
  readonly #broom = new Broom(this.#byAddress)
  #size = 0
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  /** Lists those pending at an address, without the expired. Empty for a stranger. */
  at(from: Address, now: Instant): readonly Pending[] {
    const all = this.#byAddress.get(from.text)
    if (!all) return none
    const living = all.filter((pending) => pending.expiresAt > now)
    if (living.length < all.length) this.#replace(from.text, living)
    return living
  }

  /** @returns false when there is no room: the request is ignored */
  add(from: Address, pending: Pending, now: Instant): boolean {
    this.#broom.sweep((key, all) => {
      if (all.every(({ expiresAt }) => expiresAt <= now)) this.#replace(key, none)
    })
    const present = this.at(from, now)
    const same = present.find(({ tag }) => tag === pending.tag)
    if (same) {
      same.expiresAt = pending.expiresAt
      return true
    }
    if (this.#size >= this.#capacity) this.#sweep(now)
    if (this.#size >= this.#capacity || present.length >= PER_ADDRESS_MAX) return false
    this.#replace(from.text, [...present, pending])
    return true
  }

  /** Forgets all that is pending at an address. */
  remove(from: Address): void {
    this.#replace(from.text, none)
  }

  #replace(key: string, pending: readonly Pending[]): void {
    this.#size += pending.length - (this.#byAddress.get(key)?.length ?? 0)
    if (pending.length === 0) this.#byAddress.delete(key)
    else this.#byAddress.set(key, [...pending])
  }

  /** Forgets expired entries, at most ten times a second. */
  #sweep(now: Instant): void {
    if (now < this.#sweptAt + 100) return
    this.#sweptAt = now
    for (const [key, all] of this.#byAddress)
      this.#replace(
        key,
        all.filter(({ expiresAt }) => expiresAt > now),
      )
  }
}

const none: readonly Pending[] = []
