import { type Milliseconds, milliseconds, ShardlessError } from '../../core/index.ts'

/**
 * The constants of netcode 1.02 (STANDARD.md) and the one block that stands in front of everything sealed.
 */

/** "NETCODE 1.02" and a zero, 13 bytes. */
export const VERSION = new TextEncoder().encode('NETCODE 1.02\0')

export const kinds = {
  request: 0,
  denied: 1,
  challenge: 2,
  response: 3,
  keepAlive: 4,
  payload: 5,
  disconnect: 6,
  // Ours: a client whose address changes, and the server's word to the new one.
  move: 7,
  way: 8,
} as const

export const KIND_COUNT = 9

export const USER_DATA_BYTES = 256
export const PAYLOAD_BYTES_MAX = 1200
/** The smallest encrypted packet: without content, its sequence number in one byte. */
export const PACKET_BYTES_MIN = 18
/** Longer datagrams are dropped unread; a payload packet takes at most 1 + 8 + 1200 + 16 = 1225. */
export const SEALED_BYTES_MAX = 1300

/** Redundant disconnect packets sent at once, as many as the C implementation sends. */
export const DISCONNECT_PACKETS = 10
/** How often requests, responses and keep-alives are sent: 10 times a second. */
export const sendEvery = milliseconds(100)

/** Writes an unsigned 64-bit protocol identifier as it travels. */
export function protocolBytes(protocolId: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, protocolId, true)
  return bytes
}

/** Returns whether `bytes` holds `expected` at `start`. */
export function holdsAt(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false
  return true
}

/** Makes a view for little-endian numbers over exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Returns after how long a silence an attempt or a connection ends; never, when zero seconds or fewer are given.
 */
export function patienceOf(timeoutSeconds: number): Milliseconds {
  return milliseconds(timeoutSeconds > 0 ? timeoutSeconds * 1000 : Number.POSITIVE_INFINITY)
}

/** @throws `netcode/payload-size` */
export function checkPayload({ length }: Uint8Array): void {
  if (length >= 1 && length <= PAYLOAD_BYTES_MAX) return
  throw new ShardlessError(
    'netcode/payload-size',
    `A payload of ${length} bytes cannot be sent; it travels as 1..${PAYLOAD_BYTES_MAX}. Cut it into fragments first.`,
  )
}
