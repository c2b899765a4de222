import { FOREVER, type Instant, instant, Random } from '../core/index.ts'
import { type Address, addressOf, type Cipher, createConnectToken } from '../netcode/index.ts'
import { SealedClient, SealedServer } from '../sealed/index.ts'
import {
  chooseLinkOptions,
  type DatagramSocket,
  type Link,
  type LinkOptions,
  type MemoryNetwork,
  type NetworkPath,
} from '../transport/index.ts'

export interface SealedAirOptions {
  /** libsodium, in either form; its random bytes are replaced by the run's dice. */
  readonly cipher: Cipher
  /** The air each way; without weather when left out. */
  readonly toServer?: NetworkPath
  readonly toClient?: NetworkPath
  /** The bounds of the server's links. */
  readonly link?: Partial<LinkOptions>
  /** After how many seconds of silence either side gives up. Default 10. */
  readonly timeoutSeconds?: number
}

/** A client's end: its machine, its socket, and its link once it has one. */
interface Station {
  readonly client: SealedClient
  /** By way: more than one while the client looks for another. */
  readonly sockets: Map<number, DatagramSocket>
  link: Link | undefined
  /** When its connection ended; what came before may still be delivered to whoever opens the link. */
  overAt: Instant
}

const HOST = '10.0.0.1'
const PORT = 4000
const CLIENT_HOST = '10.0.1.1'
const STRANGER_HOST = '10.0.2.1'
/** How many milliseconds an ended connection's machine is kept. */
const LINGER_MS = 10_000
const PROTOCOL_ID = 7n
const PLAYERS_MAX = 256

/**
 * Carries sealed connections between one server and its clients over the datagrams of a memory network: everything
 * that UDP has, in virtual time.
 */
export class SealedAir {
  readonly #network: MemoryNetwork
  readonly #cipher: Cipher
  readonly #privateKey: Uint8Array
  readonly server: SealedServer
  readonly #socket: DatagramSocket
  readonly #timeoutSeconds: number
  readonly #stations = new Set<Station>()
  readonly #now: () => Instant
  #tokens = 0n
  #ports = 10_000

  constructor(
    network: MemoryNetwork,
    options: SealedAirOptions & { seed: number; now: () => Instant; accept: (link: Link) => void },
  ) {
    this.#network = network
    this.#now = options.now
    this.#timeoutSeconds = options.timeoutSeconds ?? 10
    const random = new Random(options.seed)
    const randomBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => random.integer(0, 255))
    this.#cipher = { ...options.cipher, randomBytes }
    this.#privateKey = randomBytes(32)
    const socket = network.openDatagram<Address>({
      host: HOST,
      port: PORT,
      addressOf,
      receive: (datagram, from) => this.server.receive(datagram, from, this.#now()),
      in: options.toServer,
      out: options.toClient,
    })
    this.#socket = socket
    this.server = new SealedServer({
      cipher: this.#cipher,
      protocolId: PROTOCOL_ID,
      privateKey: this.#privateKey,
      addresses: [this.#place(PORT)],
      maxClients: PLAYERS_MAX,
      unixSeconds: 1_700_000_000,
      now: options.now(),
      link: chooseLinkOptions(options.link ?? {}),
      send: (datagram, to) => socket.send(datagram, to),
      accept: options.accept,
      wake() {},
    })
  }

  /** Makes a connect token for one more client. */
  token(): Uint8Array {
    return createConnectToken({
      cipher: this.#cipher,
      protocolId: PROTOCOL_ID,
      privateKey: this.#privateKey,
      clientId: ++this.#tokens,
      servers: [this.#place(PORT)],
      createdAtSeconds: 1_700_000_000 + Math.floor(this.#now() / 1000),
      lifeSeconds: 30,
      timeoutSeconds: this.#timeoutSeconds,
    })
  }

  /**
   * Connects one more client.
   *
   * @param options  the bounds of its link; the air around its own socket, `in` and `out`; `port`, of its address,
   *   is a new one each time when left out; `token` may have been used before
   */
  openLink(
    options: Partial<LinkOptions> & {
      readonly port?: number
      readonly token?: Uint8Array
      readonly in?: NetworkPath
      readonly out?: NetworkPath
      /** Returns when the client's address changed last: what was opened before that carries nothing any more. */
      readonly movedAt?: () => Instant
    } = {},
  ): Promise<Link> {
    const { promise, resolve, reject } = Promise.withResolvers<Link>()
    const sockets = new Map<number, DatagramSocket>()
    const open = (way: number, port: number): void => {
      const since = this.#now()
      const living =
        (path: NetworkPath = (_length, at) => [at]): NetworkPath =>
        (length, at) =>
          since < (options.movedAt?.() ?? since) ? [] : path(length, at)
      const socket = this.#network.openDatagram<Address>({
        host: CLIENT_HOST,
        port,
        addressOf,
        receive: (datagram, from) => client.receive(datagram, from, this.#now(), way),
        in: living(options.in),
        out: living(options.out),
      })
      sockets.set(way, socket)
    }
    const close = (way: number): void => {
      sockets.get(way)?.close()
      sockets.delete(way)
    }
    open(0, options.port ?? ++this.#ports)
    const client = new SealedClient({
      cipher: this.#cipher,
      link: chooseLinkOptions(options),
      send: (datagram, to, way) => void sockets.get(way)?.send(datagram, to),
      openWay: (way) => open(way, ++this.#ports),
      closeWay: close,
      wake() {},
      connected: (link) => {
        station.link = link
        resolve(link)
      },
      over: (how) => {
        for (const way of [...sockets.keys()]) close(way)
        station.overAt = this.#now()
        reject(new Error(`The sealed connection ended: ${how}.`))
      },
    })
    const station: Station = { client, sockets, link: undefined, overAt: FOREVER }
    this.#stations.add(station)
    client.connect(options.token ?? this.token(), this.#now())
    return promise
  }

  /** Makes somebody who has no token and throws datagrams at the server. @returns throws one */
  stranger(): (datagram: Uint8Array) => void {
    const socket = this.#network.openDatagram<Address>({
      host: STRANGER_HOST,
      port: ++this.#ports,
      addressOf,
      receive() {},
    })
    return (datagram) => void socket.send(datagram, this.#place(PORT))
  }

  /** Makes the machine behind a client's link vanish, without a word. */
  vanish(link: Link): void {
    for (const station of this.#stations) {
      if (station.link !== link) continue
      this.#stations.delete(station)
      for (const socket of station.sockets.values()) socket.close()
      station.sockets.clear()
    }
  }

  /**
   * Ends every connection at once, and frees the server's place. To close with a reason, call `server.retire`
   * first.
   */
  close(): void {
    this.server.close(this.#now())
    this.#socket.close()
  }

  /** Sends everything that is due. */
  poll(now: Instant): void {
    this.server.poll(now)
    for (const station of this.#stations) {
      station.client.poll(now)
      if (now - station.overAt > LINGER_MS) this.#stations.delete(station)
    }
  }

  get wakeAt(): Instant {
    let at: number = this.server.wakeAt
    for (const { client } of this.#stations) at = Math.min(at, client.wakeAt)
    return instant(at)
  }

  #place(port: number): Address {
    return addressOf(HOST, port) as Address
  }
}
