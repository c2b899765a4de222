import { type Instant, milliseconds, OutsideError } from '../core/index.ts'
import type { DatagramCarrier } from '../dialect/native/index.ts'
import { nodeSodium } from '../netcode/index.node.ts'
import { type Address, addressOf, createConnectToken } from '../netcode/index.ts'
import { openUdp } from '../transport/index.node.ts'
import type { Listener, ListenUrl } from '../transport/index.ts'
import { SealedServer } from './sealed.ts'

/** Seconds that a connect token may be used, and that either side waits in silence before it gives up. */
const TOKEN_SECONDS = 30
const TIMEOUT_SECONDS = 10
/** Milliseconds between two looks at what is due, and that closing may take. */
const LOOK_MS = 5
const CLOSE_MS = 1200

export interface SealedListenOptions {
  readonly address: ListenUrl
  /** 16 hexadecimal digits: both ends must have the same. */
  readonly fingerprint: string
  readonly playersMax: number
  readonly now: () => Instant
  readonly accept: (link: DatagramCarrier) => void
}

export interface SealedListener extends Listener {
  /** A connect token for one who may come in, naming this server as `host` and its port. */
  token(host: string): Uint8Array
}

/**
 * Listens for sealed connections on one UDP port, for all players.
 *
 * @throws OutsideError if the port cannot be had
 */
export async function listenSealed(options: SealedListenOptions): Promise<SealedListener> {
  const { address, now, playersMax } = options
  const protocolId = BigInt(`0x${options.fingerprint}`)
  const privateKey = nodeSodium.randomBytes(32)
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
  const socket = await openUdp<Address>({
    host: address.host,
    port: address.port,
    addressOf,
    receive: (datagram, from) => sealed.receive(datagram, from, now()),
  })
  const port = Number(socket.url.slice(socket.url.lastIndexOf(':') + 1))
  const own = ownAddresses(address.host, port)
  const sealed = new SealedServer({
    cipher: nodeSodium,
    protocolId,
    privateKey,
    addresses: own,
    maxClients: Math.min(65_536, playersMax),
    unixSeconds: unixSeconds(),
    now: now(),
    outputsMax: 65_536,
    send: (datagram, to) => socket.send(datagram, to),
    accept: options.accept,
    wake,
  })
  const clock = setInterval(() => sealed.netcode.tellUnixTime(unixSeconds(), now()), 60_000)
  const look = setInterval(() => sealed.poll(now()), LOOK_MS)
  let clients = 0n
  return {
    url: socket.url,
    token(host) {
      const server = addressOf(host, port)
      if (!server) throw new OutsideError(`"${host}" is no address that a connect token can name.`)
      return createConnectToken({
        cipher: nodeSodium,
        protocolId,
        privateKey,
        clientId: ++clients,
        servers: [server],
        internalServers: [own[0]],
        createdAtSeconds: unixSeconds(),
        lifeSeconds: TOKEN_SECONDS,
        timeoutSeconds: TIMEOUT_SECONDS,
      })
    },
    async close() {
      // Links that were told to close linger until their last words have arrived.
      const end = now() + CLOSE_MS
      while (sealed.count > 0 && now() < end) await pause(milliseconds(10))
      clearInterval(clock)
      clearInterval(look)
      sealed.close(now())
      await socket.close()
    },
  }
}

/** How the server knows itself: the address it listens on, or the loopback's where it listens on all. */
function ownAddresses(host: string, port: number): Address[] {
  const isAny = host === '0.0.0.0' || host === '::' || host === 'localhost'
  const own = addressOf(isAny ? '127.0.0.1' : host, port)
  if (!own)
    throw new OutsideError(
      `"${host}" is not a numeric address; UDP listens on one, such as 127.0.0.1 or 0.0.0.0.`,
    )
  return [own]
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
