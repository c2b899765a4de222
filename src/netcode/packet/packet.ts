import { type Cipher, NONCE_BYTES, TAG_BYTES } from '../cipher/cipher.ts'
import { ByteSlab } from '../server/byte-slab.ts'
import { MOVE_BODY_BYTES } from './move.ts'
import { KIND_COUNT, kinds, PACKET_BYTES_MIN, SEALED_BYTES_MAX, VERSION } from './protocol.ts'

/** The nonce is the sequence number: an unsigned 64-bit integer in two halves. */
export interface Sequence {
  readonly high: number
  readonly low: number
}

export type HeaderFault = 'too short' | 'too long' | 'unknown kind' | 'wrong kind' | 'sequence length'

/** Makes a set of kinds, as bits, for `readHeader`. */
export const kindSet = (...members: readonly number[]): number =>
  members.reduce((set, kind) => set | (1 << kind), 0)

/** Returns whether `readHeader` can ask replay protection for a kind. */
export const isReplayProtected = (kind: number): boolean => kind >= kinds.keepAlive

/**
 * Seals and opens the encrypted kinds of packet for one protocol id.
 *
 *     prefix (kind | bytes of sequence << 4), sequence (1..8 bytes, little-endian), sealed body, 16 bytes of tag
 *
 * Opening goes in steps, so that each check happens in the standard's order: `readHeader`, the caller's look at its
 * replay window, `open`. One reader serves all connections: what `readHeader` found is valid until its next call.
 */
export class PacketSeal {
  /** What the last faultless `readHeader` read. */
  kind = 0
  high = 0
  low = 0
  #bodyStart = 0

  readonly #cipher: Cipher
  readonly #slab = new ByteSlab()
  readonly #nonce = new Uint8Array(NONCE_BYTES)
  readonly #associated = new Uint8Array(VERSION.length + 9)

  /** @param protocolId 8 bytes, as they travel */
  constructor(cipher: Cipher, protocolId: Uint8Array) {
    this.#cipher = cipher
    this.#associated.set(VERSION)
    this.#associated.set(protocolId, VERSION.length)
  }

  /**
   * @param sequence  never twice under one key
   * @param body      0..1200 bytes; must not be what this seal handed out last
   * @returns         a packet that is the caller's to keep
   */
  seal(kind: number, sequence: Sequence, body: Uint8Array, key: Uint8Array): Uint8Array {
    const { high, low } = sequence
    const sequenceBytes = bytesOf(high, low)
    const start = 1 + sequenceBytes
    const packet = this.#slab.take(start + body.length + TAG_BYTES)
    packet[0] = kind | (sequenceBytes << 4)
    for (let i = 0; i < sequenceBytes; i++) packet[1 + i] = i < 4 ? low >>> (8 * i) : high >>> (8 * i - 32)
    this.#cipher.seal(packet.subarray(start), body, this.#parts(packet[0], high, low, key))
    return packet
  }

  /**
   * Makes the checks that come before any cryptography.
   *
   * @param allowed  the kinds this side receives, as `kindSet` makes it
   * @returns        what is wrong with the packet, or undefined
   */
  readHeader(packet: Uint8Array, allowed: number): HeaderFault | undefined {
    if (packet.length < PACKET_BYTES_MIN) return 'too short'
    if (packet.length > SEALED_BYTES_MAX) return 'too long'
    const kind = packet[0] & 15
    if (kind >= KIND_COUNT) return 'unknown kind'
    if ((allowed & (1 << kind)) === 0) return 'wrong kind'
    const sequenceBytes = packet[0] >> 4
    if (sequenceBytes < 1 || sequenceBytes > 8) return 'sequence length'
    if (packet.length < 1 + sequenceBytes + TAG_BYTES) return 'too short'
    let low = 0
    let high = 0
    for (let i = 0; i < sequenceBytes; i++) {
      if (i < 4) low |= packet[1 + i] << (8 * i)
      else high |= packet[1 + i] << (8 * i - 32)
    }
    this.kind = kind
    this.high = high >>> 0
    this.low = low >>> 0
    this.#bodyStart = 1 + sequenceBytes
    return undefined
  }

  /**
   * Opens the packet `readHeader` has just read.
   *
   * @returns the body, the caller's to keep, or undefined when the seal does not hold
   */
  open(packet: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const sealed = packet.subarray(this.#bodyStart)
    const body = this.#slab.take(sealed.length - TAG_BYTES)
    if (this.#cipher.open(body, sealed, this.#parts(packet[0], this.high, this.low, key))) return body
    this.#slab.giveBack(body)
    return undefined
  }

  #parts(prefix: number, high: number, low: number, key: Uint8Array) {
    const nonce = this.#nonce
    for (let i = 0; i < 4; i++) {
      nonce[4 + i] = low >>> (8 * i)
      nonce[8 + i] = high >>> (8 * i)
    }
    this.#associated[VERSION.length + 8] = prefix
    return { associated: this.#associated, nonce, key }
  }
}

/** Returns how many bytes a number needs without its high zero bytes; at least one. */
function bytesOf(high: number, low: number): number {
  if (high === 0) return low < 0x100 ? 1 : low < 0x10000 ? 2 : low < 0x1000000 ? 3 : 4
  return high < 0x100 ? 5 : high < 0x10000 ? 6 : high < 0x1000000 ? 7 : 8
}

/**
 * Returns whether a body has its kind's size, in bytes.
 */
export function isBodySize(kind: number, length: number): boolean {
  switch (kind) {
    case kinds.denied:
    case kinds.disconnect:
      return length === 0
    case kinds.challenge:
    case kinds.response:
      return length === 308
    case kinds.keepAlive:
    case kinds.way:
      return length === 8
    case kinds.move:
      return length === MOVE_BODY_BYTES
    case kinds.payload:
      return length >= 1 && length <= 1200
    default:
      return false
  }
}
