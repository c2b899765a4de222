import { LONG_NONCE_BYTES, TAG_BYTES } from '../cipher/cipher.ts'
import type { KeyedToken } from '../token/connect-token.ts'
import { PRIVATE_TOKEN_BYTES } from '../token/private-token.ts'
import { holdsAt, kinds, VERSION } from './protocol.ts'

const VERSION_AT = 1
const PROTOCOL_AT = VERSION_AT + VERSION.length
const EXPIRES_AT = PROTOCOL_AT + 8
const NONCE_AT = EXPIRES_AT + 8
const PRIVATE_AT = NONCE_AT + LONG_NONCE_BYTES

/** The only packet that is not sealed as a whole: 1078 bytes. */
export const REQUEST_BYTES = PRIVATE_AT + PRIVATE_TOKEN_BYTES

/** Writes a request: the same bytes for every try with one token. */
export function writeRequest(token: KeyedToken): Uint8Array {
  const packet = new Uint8Array(REQUEST_BYTES)
  packet[0] = kinds.request
  packet.set(VERSION, VERSION_AT)
  packet.set(token.protocolId, PROTOCOL_AT)
  packet.set(token.expiresAt, EXPIRES_AT)
  packet.set(token.nonce, NONCE_AT)
  packet.set(token.privateToken, PRIVATE_AT)
  return packet
}

/** Views into a request packet, taken without opening anything. */
export interface RequestParts {
  /** Version, protocol id and expiry stand in the packet just as the seal wants them associated. */
  readonly associated: Uint8Array
  readonly nonce: Uint8Array
  readonly privateToken: Uint8Array
  /** Names the token in 16 bytes: the tag of its seal, each character one unit of two bytes. */
  readonly tag: string
}

export type RequestFault = 'request size' | 'version' | 'protocol' | 'expired'

/**
 * Makes the checks that cost nothing, in the standard's order.
 *
 * @param protocolId  8 bytes, as they travel
 * @returns           what is wrong with the packet, or undefined
 */
export function requestFault(
  packet: Uint8Array,
  protocolId: Uint8Array,
  unixSeconds: number,
): RequestFault | undefined {
  if (packet.length !== REQUEST_BYTES) return 'request size'
  if (!holdsAt(packet, VERSION_AT, VERSION)) return 'version'
  if (!holdsAt(packet, PROTOCOL_AT, protocolId)) return 'protocol'
  return requestExpiry(packet) <= unixSeconds ? 'expired' : undefined
}

/** Returns when the token expires: unix time in seconds, above 2^53 to the nearest number. */
export function requestExpiry(packet: Uint8Array): number {
  let seconds = 0
  for (let i = 7; i >= 0; i--) seconds = seconds * 256 + packet[EXPIRES_AT + i]
  return seconds
}

/** @param packet one in which `requestFault` found nothing */
export function requestParts(packet: Uint8Array): RequestParts {
  return {
    associated: packet.subarray(VERSION_AT, NONCE_AT),
    nonce: packet.subarray(NONCE_AT, PRIVATE_AT),
    privateToken: packet.subarray(PRIVATE_AT),
    tag: tagText(packet, REQUEST_BYTES - TAG_BYTES),
  }
}

function tagText(bytes: Uint8Array, start: number): string {
  const unit = (i: number): number => bytes[start + i] | (bytes[start + i + 1] << 8)
  return String.fromCharCode(unit(0), unit(2), unit(4), unit(6), unit(8), unit(10), unit(12), unit(14))
}
