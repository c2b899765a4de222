import { type Cipher, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from '../cipher/cipher.ts'
import { USER_DATA_BYTES, viewOf } from '../packet/protocol.ts'

/** The bytes of a sealed challenge token. */
export const CHALLENGE_TOKEN_BYTES = 300
/** What challenge and response packets carry: the token's sequence number and the token. */
export const CHALLENGE_BODY_BYTES = 8 + CHALLENGE_TOKEN_BYTES

export interface ChallengeToken {
  /** The number of this challenge among those of the server: 0, 1, 2... */
  readonly sequence: number
  readonly clientId: bigint
  /** USER_DATA_BYTES */
  readonly userData: Uint8Array
}

/**
 * The server's challenges: proof that whoever answers receives at the address it sends from. The key is drawn when the
 * server is made and never leaves it, so a challenge of a former life opens nothing.
 */
export class Challenges {
  readonly #cipher: Cipher
  readonly #key: Uint8Array
  readonly #nonce = new Uint8Array(NONCE_BYTES)
  readonly #plain = new Uint8Array(CHALLENGE_TOKEN_BYTES - TAG_BYTES)
  readonly #body = new Uint8Array(CHALLENGE_BODY_BYTES)
  readonly #none = new Uint8Array(0)
  #sequence = 0

  constructor(cipher: Cipher) {
    this.#cipher = cipher
    this.#key = cipher.randomBytes(KEY_BYTES)
  }

  /** The sequence number of the next challenge. */
  get nextSequence(): number {
    return this.#sequence
  }

  /** @returns the body of a challenge packet, valid until the next call */
  issue(clientId: bigint, userData: Uint8Array): Uint8Array {
    const sequence = BigInt(this.#sequence++)
    viewOf(this.#body).setBigUint64(0, sequence, true)
    this.#nonce.set(this.#body.subarray(0, 8), 4)
    this.#plain.fill(0)
    viewOf(this.#plain).setBigUint64(0, clientId, true)
    this.#plain.set(userData, 8)
    this.#cipher.seal(this.#body.subarray(8), this.#plain, this.#parts)
    return this.#body
  }

  /**
   * @param body the CHALLENGE_BODY_BYTES of a response packet
   * @returns    undefined when this server did not issue it; `userData` is a copy
   */
  read(body: Uint8Array): ChallengeToken | undefined {
    this.#nonce.set(body.subarray(0, 8), 4)
    if (!this.#cipher.open(this.#plain, body.subarray(8), this.#parts)) return undefined
    return {
      sequence: Number(viewOf(body).getBigUint64(0, true)),
      clientId: viewOf(this.#plain).getBigUint64(0, true),
      userData: this.#plain.slice(8, 8 + USER_DATA_BYTES),
    }
  }

  get #parts() {
    return { associated: this.#none, nonce: this.#nonce, key: this.#key }
  }
}
