import type { Address } from '../address.ts'
import { type Cipher, KEY_BYTES, TAG_BYTES } from '../cipher/cipher.ts'
import { USER_DATA_BYTES, VERSION, viewOf } from '../packet/protocol.ts'
import { readServers, writeServers } from './server-list.ts'

/** The bytes of the sealed private part of a connect token. */
export const PRIVATE_TOKEN_BYTES = 1024
const PLAIN_BYTES = PRIVATE_TOKEN_BYTES - TAG_BYTES

/** What the issuer of a connect token tells the servers; the client cannot read or change it. */
export interface PrivateToken {
  readonly clientId: bigint
  /** Seconds of silence before either side gives up; zero and below: never (for development only). */
  readonly timeoutSeconds: number
  /** The addresses by which the servers know themselves, 1..32. */
  readonly servers: readonly Address[]
  readonly clientToServerKey: Uint8Array
  readonly serverToClientKey: Uint8Array
  /** USER_DATA_BYTES for the game. */
  readonly userData: Uint8Array
}

/** What the seal of a private token covers besides its content. */
export interface PrivateTokenSeal {
  /** Version, protocol id and expiry, as `privateTokenAssociated` joins them. */
  readonly associated: Uint8Array
  /** LONG_NONCE_BYTES */
  readonly nonce: Uint8Array
  readonly key: Uint8Array
}

/**
 * Joins the associated data of a private token: version, protocol id, expiry.
 *
 * @param protocolId, expiresAt  8 bytes each, as they travel
 */
export function privateTokenAssociated(protocolId: Uint8Array, expiresAt: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(VERSION.length + 16)
  bytes.set(VERSION)
  bytes.set(protocolId, VERSION.length)
  bytes.set(expiresAt, VERSION.length + 8)
  return bytes
}

/** @returns PRIVATE_TOKEN_BYTES: the fields, zeros up to 1008, sealed with XChaCha20-Poly1305 */
export function sealPrivateToken(token: PrivateToken, cipher: Cipher, seal: PrivateTokenSeal): Uint8Array {
  const plain = new Uint8Array(PLAIN_BYTES)
  const view = viewOf(plain)
  view.setBigUint64(0, token.clientId, true)
  view.setInt32(8, token.timeoutSeconds, true)
  const at = writeServers(view, 12, token.servers)
  plain.set(token.clientToServerKey, at)
  plain.set(token.serverToClientKey, at + KEY_BYTES)
  plain.set(token.userData, at + 2 * KEY_BYTES)
  const sealed = new Uint8Array(PRIVATE_TOKEN_BYTES)
  cipher.sealLong(sealed, plain, seal)
  return sealed
}

/** @returns the 1008 bytes under the seal, or undefined when it does not hold */
export function openPrivateToken(
  sealed: Uint8Array,
  cipher: Cipher,
  seal: PrivateTokenSeal,
): Uint8Array | undefined {
  const plain = new Uint8Array(PLAIN_BYTES)
  return cipher.openLong(plain, sealed, seal) ? plain : undefined
}

/**
 * @param plain 1008 bytes out of a seal that held; the token keeps views into them
 * @returns     undefined when its list of servers is impossible
 */
export function readPrivateToken(plain: Uint8Array): PrivateToken | undefined {
  const view = viewOf(plain)
  const list = readServers(view, 12)
  if (!list) return undefined
  const keys = list.end
  const userData = keys + 2 * KEY_BYTES
  return {
    clientId: view.getBigUint64(0, true),
    timeoutSeconds: view.getInt32(8, true),
    servers: list.servers,
    clientToServerKey: plain.subarray(keys, keys + KEY_BYTES),
    serverToClientKey: plain.subarray(keys + KEY_BYTES, userData),
    userData: plain.subarray(userData, userData + USER_DATA_BYTES),
  }
}
