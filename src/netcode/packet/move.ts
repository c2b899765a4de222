import { TAG_BYTES } from '../cipher/cipher.ts'
import { PACKET_BYTES_MIN, viewOf } from './protocol.ts'

/** The bytes of the token that a server draws for each way that it tries. */
export const WAY_TOKEN_BYTES = 8
/**
 * The body of a move: a token, or zeros while there is none, and zeros: what a server sends to an address that is not
 * proven is never longer in all than what came from there.
 */
export const MOVE_BODY_BYTES = 256
/** The bytes that say, unsealed and last, whose move it is. */
const SLOT_BYTES = 2
/** A prefix, 1 to 8 bytes of number, the sealed body, the slot. */
const MOVE_BYTES_MIN = 1 + 1 + MOVE_BODY_BYTES + TAG_BYTES + SLOT_BYTES
const MOVE_BYTES_MAX = MOVE_BYTES_MIN + 7

/** Writes the body of a move. @param token  what the server told at that address; undefined to ask for it */
export function moveBody(token: Uint8Array | undefined): Uint8Array {
  const body = new Uint8Array(MOVE_BODY_BYTES)
  if (token) body.set(token)
  return body
}

/** Appends to a sealed move whose it is: the server does not know the address that it comes from. */
export function withSlot(sealed: Uint8Array, slot: number): Uint8Array {
  const packet = new Uint8Array(sealed.length + SLOT_BYTES)
  packet.set(sealed)
  viewOf(packet).setUint16(sealed.length, slot, true)
  return packet
}

/** Splits a move into its sealed part and its slot; undefined for one of another length. */
export function partsOfMove(packet: Uint8Array): { sealed: Uint8Array; slot: number } | undefined {
  if (packet.length < MOVE_BYTES_MIN || packet.length > MOVE_BYTES_MAX) return undefined
  const end = packet.length - SLOT_BYTES
  return { sealed: packet.subarray(0, end), slot: viewOf(packet).getUint16(end, true) }
}

/** Returns the token of a move's body; undefined for one that asks for a token. */
export function tokenOfMove(body: Uint8Array): Uint8Array | undefined {
  const token = body.subarray(0, WAY_TOKEN_BYTES)
  return token.some((byte) => byte !== 0) ? token : undefined
}

/**
 * The first byte of an early packet: a sealed packet that goes over a way that is not proven yet, also to or from where
 * its client was. No sealed packet begins with it, since its number takes no byte.
 */
export const EARLY = 9
/** What stands before the sealed packet: the first byte, and whose it is. */
export const EARLY_HEADER_BYTES = 1 + SLOT_BYTES

/** Wraps a sealed packet of a slot for a way that is not proven yet. */
export function early(sealed: Uint8Array, slot: number): Uint8Array {
  const packet = new Uint8Array(EARLY_HEADER_BYTES + sealed.length)
  packet[0] = EARLY
  viewOf(packet).setUint16(1, slot, true)
  packet.set(sealed, EARLY_HEADER_BYTES)
  return packet
}

/** Splits an early packet; undefined where it is too short for any. */
export function partsOfEarly(packet: Uint8Array): { sealed: Uint8Array; slot: number } | undefined {
  if (packet.length < EARLY_HEADER_BYTES + PACKET_BYTES_MIN) return undefined
  return { sealed: packet.subarray(EARLY_HEADER_BYTES), slot: viewOf(packet).getUint16(1, true) }
}
