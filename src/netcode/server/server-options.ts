import { type Instant, type Milliseconds, ShardlessError } from '../../core/index.ts'
import type { Address } from '../address.ts'
import { type Cipher, KEY_BYTES } from '../cipher/cipher.ts'
import { sendEvery } from '../packet/protocol.ts'

export interface NetcodeServerOptions {
  readonly cipher: Cipher
  /** Names the game and its version; both ends must agree. 0 <= v < 2^64 */
  readonly protocolId: bigint
  /** KEY_BYTES shared with those who issue connect tokens. */
  readonly privateKey: Uint8Array
  /** The addresses under which connect tokens may name this server; at least one. */
  readonly addresses: readonly Address[]
  /** Slots, 1..65536. */
  readonly maxClients: number
  /** The time of day at `now`, in seconds since 1970; see `tellUnixTime`. */
  readonly unixSeconds: number
  readonly now: Instant
  /** The most clients remembered as challenged but not connected. Default: four a slot, at least 256. */
  readonly pendingMax?: number
  /** The most used and unexpired tokens remembered. Default: 64 a slot, at least 4096. */
  readonly usedTokensMax?: number
  /**
   * The most connection requests opened a second, granted in tenths; the rest of a flood is dropped unopened.
   * Default: 5000.
   */
  readonly requestsPerSecondMax?: number
  /**
   * The most outputs that may wait to be polled; beyond it packets are dropped and sends refused. Default: 4096.
   */
  readonly outputsMax?: number
  /** After how long without anything else a client is sent a keep-alive. Default: 100 ms, as the standard proposes. */
  readonly keepAliveEvery?: Milliseconds
}

export type FullServerOptions = Required<NetcodeServerOptions>

/** @throws `netcode/server-options` */
export function completeServerOptions(options: NetcodeServerOptions): FullServerOptions {
  const { maxClients } = options
  const wrong = firstWrong(options)
  if (wrong) throw new ShardlessError('netcode/server-options', `A netcode server cannot be made: ${wrong}.`)
  return {
    pendingMax: Math.max(256, 4 * maxClients),
    usedTokensMax: Math.max(4096, 64 * maxClients),
    requestsPerSecondMax: 5000,
    outputsMax: 4096,
    keepAliveEvery: sendEvery,
    ...options,
  }
}

function firstWrong({
  protocolId,
  privateKey,
  addresses,
  maxClients,
}: NetcodeServerOptions): string | undefined {
  if (protocolId < 0n || protocolId >= 2n ** 64n) return 'protocolId must be 0 <= v < 2^64'
  if (privateKey.length !== KEY_BYTES) return `privateKey must have ${KEY_BYTES} bytes`
  if (addresses.length === 0) return 'it must have at least one address'
  if (!Number.isInteger(maxClients) || maxClients < 1 || maxClients > 65536)
    return 'maxClients must be 1..65536'
  return undefined
}
