import { after, type Instant, instant, milliseconds } from '../../core/index.ts'
import type { Address } from '../address.ts'
import type { Cipher } from '../cipher/cipher.ts'
import { WAY_TOKEN_BYTES } from '../packet/move.ts'
import { holdsAt } from '../packet/protocol.ts'

/** How long a token that was sent to an address may come back from it, in milliseconds. */
const VALID_MS = milliseconds(3000)
/** The least time between two tokens to one session's addresses, in milliseconds. */
const AGAIN_MS = milliseconds(40)
/** The most addresses that one session tries at the same time. */
const WAYS_MAX = 4

/** How long an address is sent copies after its client was last heard there, in milliseconds. */
const COPY_MS = milliseconds(500)

interface Way {
  readonly address: Address
  readonly token: Uint8Array
  expiresAt: Instant
  heardAt: Instant
  /** The bytes that came from there, sealed, less those that were sent there. */
  credit: number
}

/** The addresses that a connected client may be about to move to, each with the token that it has to send back. */
export class Moving {
  #ways: Way[] = []
  #toldAt = instant(Number.NEGATIVE_INFINITY)

  /** Whether no address was heard of. */
  get isIdle(): boolean {
    return this.#ways.length === 0
  }

  /** Returns whether a client was heard from an address. */
  knows(address: Address): boolean {
    return this.#find(address) !== undefined
  }

  /**
   * Notes an authentic move of so many bytes from an address.
   *
   * @returns the token to send there; undefined where one was told just now
   */
  ask(from: { readonly address: Address; readonly bytes: number }, cipher: Cipher, now: Instant) {
    const { address, bytes } = from
    this.#ways = this.#ways.filter(({ expiresAt }) => expiresAt > now)
    let way = this.#find(address)
    if (way === undefined) {
      way = { address, token: tokenFrom(cipher), expiresAt: now, heardAt: now, credit: 0 }
      if (this.#ways.length === WAYS_MAX) this.#ways.shift()
      this.#ways.push(way)
    }
    way.expiresAt = after(now, VALID_MS)
    this.heard(address, bytes, now)
    if (now < after(this.#toldAt, AGAIN_MS)) return undefined
    this.#toldAt = now
    return way.token
  }

  /** Notes an authentic packet of so many bytes from an address; one that nobody has asked from is not known. */
  heard(address: Address, bytes: number, now: Instant): void {
    const way = this.#find(address)
    if (way === undefined) return
    way.heardAt = now
    way.credit += bytes
  }

  /** Notes that so many bytes are sent to an address. @returns false where that is more than came from there */
  spend(address: Address, bytes: number): boolean {
    const way = this.#find(address)
    if (way === undefined || way.credit < bytes) return false
    way.credit -= bytes
    return true
  }

  /** The addresses that a client was heard from just now. */
  *lively(now: Instant): Iterable<Address> {
    for (const { address, heardAt } of this.#ways) if (now < after(heardAt, COPY_MS)) yield address
  }

  /** Returns whether this token was sent to this address, and lately. */
  isProven(address: Address, token: Uint8Array, now: Instant): boolean {
    const way = this.#find(address)
    return way !== undefined && now < way.expiresAt && holdsAt(token, 0, way.token)
  }

  clear(): void {
    this.#ways = []
  }

  #find(address: Address): Way | undefined {
    return this.#ways.find((one) => one.address.equals(address))
  }
}

/** Draws a token; one of zeros alone would ask for one. */
function tokenFrom(cipher: Cipher): Uint8Array {
  const token = cipher.randomBytes(WAY_TOKEN_BYTES)
  token[0] |= 1
  return token
}
