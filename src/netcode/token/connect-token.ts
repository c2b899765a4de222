import { ShardlessError } from '../../core/index.ts'
import type { Address } from '../address.ts'
import { type Cipher, KEY_BYTES, LONG_NONCE_BYTES } from '../cipher/cipher.ts'
import { holdsAt, protocolBytes, USER_DATA_BYTES, VERSION, viewOf } from '../packet/protocol.ts'
import { PRIVATE_TOKEN_BYTES, privateTokenAssociated, sealPrivateToken } from './private-token.ts'
import { readServers, SERVERS_MAX, writeServers } from './server-list.ts'

/** The bytes of a connect token, padded with zeros. */
export const CONNECT_TOKEN_BYTES = 2048

const PROTOCOL_AT = VERSION.length
const CREATED_AT = PROTOCOL_AT + 8
const EXPIRES_AT = CREATED_AT + 8
const NONCE_AT = EXPIRES_AT + 8
const PRIVATE_AT = NONCE_AT + LONG_NONCE_BYTES
const TIMEOUT_AT = PRIVATE_AT + PRIVATE_TOKEN_BYTES

export interface ConnectTokenOptions {
  readonly cipher: Cipher
  /** Names the game and its version; both ends must agree. 0 <= v < 2^64 */
  readonly protocolId: bigint
  /** KEY_BYTES shared by those who issue tokens and the servers, and by nobody else. */
  readonly privateKey: Uint8Array
  /** Who may connect, one at a time. 0 <= v < 2^64 */
  readonly clientId: bigint
  /** Where the client may connect, in the order it tries them: 1..32. */
  readonly servers: readonly Address[]
  /** How the same servers know themselves, where that differs (behind an address translator). */
  readonly internalServers?: readonly Address[]
  /** Unix time of issue, in seconds. */
  readonly createdAtSeconds: number
  /** How long the token may be used, in seconds; Infinity for ever (for development only). */
  readonly lifeSeconds: number
  /** Silence before either side gives up, in seconds; zero and below: never (for development only). */
  readonly timeoutSeconds: number
  /** For the server's game, up to 256 bytes; the client cannot read or change it. */
  readonly userData?: Uint8Array
}

/**
 * Issues a connect token: 2048 bytes that let one client into the named servers for a while. It holds secret keys, so
 * it travels to the client over something private (HTTPS).
 *
 * @throws `netcode/token-options` when an option cannot be written
 */
export function createConnectToken(options: ConnectTokenOptions): Uint8Array {
  check(options)
  const { cipher, servers, createdAtSeconds, lifeSeconds, timeoutSeconds } = options
  const token = new Uint8Array(CONNECT_TOKEN_BYTES)
  const view = viewOf(token)
  token.set(VERSION)
  token.set(protocolBytes(options.protocolId), PROTOCOL_AT)
  view.setBigUint64(CREATED_AT, BigInt(createdAtSeconds), true)
  const expires =
    lifeSeconds === Number.POSITIVE_INFINITY ? 2n ** 64n - 1n : BigInt(createdAtSeconds + lifeSeconds)
  view.setBigUint64(EXPIRES_AT, expires, true)
  const nonce = cipher.randomBytes(LONG_NONCE_BYTES)
  token.set(nonce, NONCE_AT)
  const clientToServerKey = cipher.randomBytes(KEY_BYTES)
  const serverToClientKey = cipher.randomBytes(KEY_BYTES)
  const userData = new Uint8Array(USER_DATA_BYTES)
  userData.set(options.userData ?? [])
  const content = {
    clientId: options.clientId,
    timeoutSeconds,
    servers: options.internalServers ?? servers,
    clientToServerKey,
    serverToClientKey,
    userData,
  }
  const associated = privateTokenAssociated(
    token.subarray(PROTOCOL_AT, CREATED_AT),
    token.subarray(EXPIRES_AT, NONCE_AT),
  )
  token.set(sealPrivateToken(content, cipher, { associated, nonce, key: options.privateKey }), PRIVATE_AT)
  view.setInt32(TIMEOUT_AT, timeoutSeconds, true)
  const keysAt = writeServers(view, TIMEOUT_AT + 4, servers)
  token.set(clientToServerKey, keysAt)
  token.set(serverToClientKey, keysAt + KEY_BYTES)
  return token
}

/** What anyone may know of a connect token. */
export interface ConnectToken {
  /** 8 bytes, as they travel. */
  readonly protocolId: Uint8Array
  /** From issue to expiry, in seconds. */
  readonly lifeSeconds: number
  readonly timeoutSeconds: number
  /** Where it lets its bearer in, in the order in which to try them. */
  readonly servers: readonly Address[]
}

/**
 * Everything a client reads in its token, keys included. Never given to a caller. The byte strings are views into a
 * copy.
 */
export interface KeyedToken extends ConnectToken {
  readonly expiresAt: Uint8Array
  /** LONG_NONCE_BYTES */
  readonly nonce: Uint8Array
  /** PRIVATE_TOKEN_BYTES the client passes on unread. */
  readonly privateToken: Uint8Array
  readonly clientToServerKey: Uint8Array
  readonly serverToClientKey: Uint8Array
}

/**
 * Reads what anyone may see of a token, without its keys.
 *
 * @returns undefined when the length or the version is another, when it expires before it was created, or when its list
 *          of servers is impossible
 */
export function readConnectToken(bytes: Uint8Array): ConnectToken | undefined {
  const token = readKeyedToken(bytes)
  if (!token) return undefined
  const { protocolId, lifeSeconds, timeoutSeconds, servers } = token
  // A view would bring the whole token with it.
  return { protocolId: protocolId.slice(), lifeSeconds, timeoutSeconds, servers }
}

/** As `readConnectToken`, with the keys. */
export function readKeyedToken(bytes: Uint8Array): KeyedToken | undefined {
  if (bytes.length !== CONNECT_TOKEN_BYTES || !holdsAt(bytes, 0, VERSION)) return undefined
  const copy = new Uint8Array(bytes)
  const view = viewOf(copy)
  const life = view.getBigUint64(EXPIRES_AT, true) - view.getBigUint64(CREATED_AT, true)
  const list = readServers(view, TIMEOUT_AT + 4)
  if (life < 0n || !list) return undefined
  const keysAt = list.end
  return {
    protocolId: copy.subarray(PROTOCOL_AT, CREATED_AT),
    expiresAt: copy.subarray(EXPIRES_AT, NONCE_AT),
    nonce: copy.subarray(NONCE_AT, PRIVATE_AT),
    privateToken: copy.subarray(PRIVATE_AT, TIMEOUT_AT),
    lifeSeconds: Number(life),
    timeoutSeconds: view.getInt32(TIMEOUT_AT, true),
    servers: list.servers,
    clientToServerKey: copy.subarray(keysAt, keysAt + KEY_BYTES),
    serverToClientKey: copy.subarray(keysAt + KEY_BYTES, keysAt + 2 * KEY_BYTES),
  }
}

function check(options: ConnectTokenOptions): void {
  const wrong = firstWrong(options)
  if (wrong) throw new ShardlessError('netcode/token-options', `A connect token cannot be issued: ${wrong}.`)
}

function firstWrong(options: ConnectTokenOptions): string | undefined {
  const { protocolId, clientId, servers, internalServers, createdAtSeconds, lifeSeconds, userData } = options
  const isUint64 = (value: bigint): boolean => value >= 0n && value < 2n ** 64n
  const isList = (list: readonly Address[]): boolean => list.length >= 1 && list.length <= SERVERS_MAX
  const isLife =
    lifeSeconds === Number.POSITIVE_INFINITY || (Number.isSafeInteger(lifeSeconds) && lifeSeconds >= 0)
  if (!isUint64(protocolId)) return 'protocolId must be 0 <= v < 2^64'
  if (!isUint64(clientId)) return 'clientId must be 0 <= v < 2^64'
  if (options.privateKey.length !== KEY_BYTES) return `privateKey must have ${KEY_BYTES} bytes`
  if (!isList(servers) || !isList(internalServers ?? servers))
    return `it must name 1 to ${SERVERS_MAX} servers`
  if (!Number.isSafeInteger(createdAtSeconds) || createdAtSeconds < 0)
    return 'createdAtSeconds must be whole seconds'
  if (!isLife) return 'lifeSeconds must be whole seconds, or Infinity'
  if ((options.timeoutSeconds | 0) !== options.timeoutSeconds)
    return 'timeoutSeconds must be a 32-bit integer'
  if (userData && userData.length > USER_DATA_BYTES)
    return `userData must have at most ${USER_DATA_BYTES} bytes`
  return undefined
}
