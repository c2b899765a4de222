import type { Cipher } from '../cipher/cipher.ts'
import type { Sequence } from './packet.ts'
import { viewOf } from './protocol.ts'

const HALF = 4294967296

/**
 * The sequence numbers of one sender under one key, which are also its nonces.
 *
 * They begin somewhere random below 2^40 and count up. The standard begins at zero; a peer cannot tell, for it takes
 * any number that is new. But one connect token can be used twice where memory ends (a server started anew, a second
 * server of the list, a client that lost its state), and two senders that begin at zero under one key repeat every
 * nonce. Two that begin at random meet with a probability of packets sent / 2^40; the price is 5 bytes a packet where
 * 1 to 3 would do.
 */
export class SendingSequence {
  #next: number

  constructor(cipher: Cipher) {
    this.#next = randomBelow(cipher, 2 ** 40)
  }

  /** Returns the next number; never the same twice. At a million a second it would reach 2^53 after 285 years. */
  take(): Sequence {
    const number = this.#next++
    return { high: Math.floor(number / HALF), low: number >>> 0 }
  }
}

/**
 * The sequence numbers of what a server sends before a client has a slot (denied, challenge), for all keys together.
 * They live in the upper half of the 64-bit space, where no `SendingSequence` ever comes, and begin at random too.
 */
export class GlobalSequence {
  #next: number

  constructor(cipher: Cipher) {
    this.#next = randomBelow(cipher, 2 ** 52)
  }

  take(): Sequence {
    const number = this.#next++
    return { high: 0x80000000 + Math.floor(number / HALF), low: number >>> 0 }
  }
}

/** @param end a power of two, 2^32..2^52 */
function randomBelow(cipher: Cipher, end: number): number {
  const view = viewOf(cipher.randomBytes(8))
  return (view.getUint32(0, true) % (end / HALF)) * HALF + view.getUint32(4, true)
}
