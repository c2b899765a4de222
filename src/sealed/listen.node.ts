import { type Instant, OutsideError } from '../core/index.ts'
import { loadNodeSodium } from '../netcode/index.node.ts'
import { type Address, addressOf, createConnectToken } from '../netcode/index.ts'
import { openUdp } from '../transport/index.node.ts'
import {
  type Air,
  checkDatagramLink,
  chooseLinkOptions,
  type DatagramLink,
  type LinkOptions,
  type Listener,
  portOf,
} from '../transport/index.ts'
import { SealedServer } from './server.ts'

/** The lifetime of a connect token, in seconds. */
const TOKEN_SECONDS = 30
/** The silence after which either side gives up, in seconds. */
const TIMEOUT_SECONDS = 10
/** The time between two checks for what is due, and the longest time that closing may take, in milliseconds. */
const LOOK_MS = 5
const CLOSE_MS = 1200

export interface SealedListenOptions extends Partial<LinkOptions> {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** 16 hexadecimal digits: both ends must have the same. */
  readonly fingerprint: string
  readonly playersMax: number
  readonly now: () => Instant
  readonly accept: (link: DatagramLink) => void
  /** The silence after which either side gives up, in seconds. Default 10. */
  readonly timeoutSeconds?: number
  readonly air?: Air
}

export interface SealedListener extends Listener {
  /**
   * Makes a connect token for an admitted player. It names this server by the numeric address `host`, and its own
   * port unless another is given.
   *
   * @throws OutsideError if the host is not a numeric address
   */
  token(host: string, port?: number): Uint8Array
}

/**
 * Listens for sealed connections on one UDP port, for all players.
 *
 * @throws OutsideError if the port cannot be had
 * @throws `transport/bad-options`
 */
export async function listenSealed(options: SealedListenOptions): Promise<SealedListener> {
  const { host, port, now, playersMax, timeoutSeconds = TIMEOUT_SECONDS, air } = options
  const link = checkDatagramLink(chooseLinkOptions(options))
  const protocolId = BigInt(`0x${options.fingerprint}`)
  const cipher = await loadNodeSodium()
  const privateKey = cipher.randomBytes(32)
  const unixSeconds = (): number => Math.floor(Date.now() / 1000)
  let isWoken = false
  const wake = (): void => {
    if (isWoken) return
    isWoken = true
    setImmediate(() => {
      isWoken = false
      sealed.poll(now())
    })
  }
  ownAddress(host, port)
  const take = (datagram: Uint8Array, from: Address): void => sealed.receive(datagram, from, now())
  const socket = await openUdp<Address>({
    host,
    port,
    addressOf,
    receive: air
      ? (datagram, from) => air.carry(datagram, from, { way: 'in', pass: (copy) => take(copy, from) })
      : take,
  })
  const boundPort = portOf(socket.url)
  const own = ownAddress(host, boundPort)
  const sealed = new SealedServer({
    cipher,
    protocolId,
    privateKey,
    addresses: [own],
    maxClients: Math.min(65_536, playersMax),
    unixSeconds: unixSeconds(),
    now: now(),
    outputsMax: 65_536,
    link,
    send: (datagram, to) => {
      if (air) air.carry(datagram, to, { way: 'out', pass: (copy) => socket.send(copy, to) })
      else socket.send(datagram, to)
    },
    accept: options.accept,
    wake,
  })
  const clock = setInterval(() => sealed.netcode.tellUnixTime(unixSeconds(), now()), 60_000)
  const look = setInterval(() => sealed.poll(now()), LOOK_MS)
  let clients = 0n
  return {
    url: socket.url,
    measure(readings) {
      socket.measure(readings)
      sealed.measure(readings)
    },
    token(host, port = boundPort) {
      const server = addressOf(host, port)
      if (!server) throw new OutsideError(`"${host}" is no address that a connect token can name.`)
      return createConnectToken({
        cipher,
        protocolId,
        privateKey,
        clientId: ++clients,
        servers: [server],
        // The internal address is always the server's own, whatever public address the token names.
        internalServers: [own],
        createdAtSeconds: unixSeconds(),
        lifeSeconds: TOKEN_SECONDS,
        timeoutSeconds,
      })
    },
    async close(reason) {
      sealed.retire(reason)
      sealed.poll(now())
      const end = now() + CLOSE_MS
      while (sealed.count > 0 && now() < end) await pause(LOOK_MS)
      clearInterval(clock)
      clearInterval(look)
      sealed.close(now())
      await socket.close()
    },
  }
}

/** Returns the server's own address: the one it listens on, or the loopback's if it listens on all. */
function ownAddress(host: string, port: number): Address {
  const own = addressOf(
    host === '0.0.0.0' || host === '::' || host === 'localhost' ? '127.0.0.1' : host,
    port,
  )
  if (own) return own
  throw new OutsideError(
    `"${host}" is not a numeric address; UDP listens on one, such as 127.0.0.1 or 0.0.0.0.`,
  )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
