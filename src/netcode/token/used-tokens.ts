import type { Address } from '../address.ts'
import { Broom } from '../broom.ts'

interface Entry {
  readonly address: string
  readonly expiresAtSeconds: number
  isSpent: boolean
}

/**
 * Remembers which connect tokens have been used, and by whom, so that one token gives one address one connection.
 *
 * A token belongs to the first address that showed it. Once it has carried a connection it is spent, and admits nobody
 * again: a second connection under the same keys would repeat the nonces of the first and make its packets
 * replayable. A token is forgotten when it has expired, for then it admits nobody anyway; when all places are taken by
 * tokens still valid, new ones are refused.
 */
export class UsedTokens {
  readonly #capacity: number
  readonly #entries = new Map<string, Entry>()
  readonly #broom = new Broom(this.#entries)
  #sweptAtSeconds = Number.NEGATIVE_INFINITY

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  /** Returns whether the token with this tag may still be shown from this address, as far as is known. */
  isFree(tag: string, from: Address): boolean {
    const entry = this.#entries.get(tag)
    return !entry || (!entry.isSpent && entry.address === from.text)
  }

  /**
   * Binds a token that `isFree` to an address.
   *
   * @returns false when there is no room
   */
  claim(tag: string, from: Address, times: { expiresAtSeconds: number; unixSeconds: number }): boolean {
    if (this.#entries.has(tag)) return true
    this.#broom.sweep((old, { expiresAtSeconds }) => {
      if (expiresAtSeconds <= times.unixSeconds) this.#entries.delete(old)
    })
    if (this.#entries.size >= this.#capacity) this.#sweep(times.unixSeconds)
    if (this.#entries.size >= this.#capacity) return false
    this.#entries.set(tag, { address: from.text, expiresAtSeconds: times.expiresAtSeconds, isSpent: false })
    return true
  }

  /** Spends a token: it has carried a connection. */
  spend(tag: string): void {
    const entry = this.#entries.get(tag)
    if (entry) entry.isSpent = true
  }

  /**
   * Forgets expired tokens, at most once a second: under a flood, a full table costs one look a packet, not one
   * sweep.
   */
  #sweep(unixSeconds: number): void {
    if (unixSeconds < this.#sweptAtSeconds + 1 && unixSeconds >= this.#sweptAtSeconds) return
    this.#sweptAtSeconds = unixSeconds
    for (const [tag, { expiresAtSeconds }] of this.#entries) {
      if (expiresAtSeconds <= unixSeconds) this.#entries.delete(tag)
    }
  }
}
