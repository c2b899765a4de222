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

interface Way {
  readonly address: Address
  readonly token: Uint8Array
  expiresAt: Instant
}

/** The addresses that a connected client may be about to move to, each with the token that it has to send back. */
export class Moving {
  #ways: Way[] = []
  #toldAt = instant(Number.NEGATIVE_INFINITY)

  /** Returns the token to send to an address that a client asks from; undefined where it was told one just now. */
  ask(address: Address, cipher: Cipher, now: Instant): Uint8Array | undefined {
    if (now < after(this.#toldAt, AGAIN_MS)) return undefined
    this.#toldAt = now
    this.#ways = this.#ways.filter(({ expiresAt }) => expiresAt > now)
    let way = this.#ways.find((one) => one.address.equals(address))
    if (way === undefined) {
      way = { address, token: tokenFrom(cipher), expiresAt: now }
      if (this.#ways.length === WAYS_MAX) this.#ways.shift()
      this.#ways.push(way)
    }
    way.expiresAt = after(now, VALID_MS)
    return way.token
  }

  /** Returns whether this token was sent to this address, and lately. */
  isProven(address: Address, token: Uint8Array, now: Instant): boolean {
    const way = this.#ways.find((one) => one.address.equals(address))
    return way !== undefined && now < way.expiresAt && holdsAt(token, 0, way.token)
  }

  clear(): void {
    this.#ways = []
  }
}

/** Draws a token; one of zeros alone would ask for one. */
function tokenFrom(cipher: Cipher): Uint8Array {
  const token = cipher.randomBytes(WAY_TOKEN_BYTES)
  token[0] |= 1
  return token
}
