import { SealedClient } from '../client/index.ts'
import { type Instant, instant, Random } from '../core/index.ts'
import { type Address, addressOf, type Cipher, createConnectToken } from '../netcode/index.ts'
import { SealedServer } from '../server/index.ts'
import type { Link, MemoryNetwork, Path } from '../transport/index.ts'

export interface SealedAirOptions {
  /** libsodium, in whichever form; its random bytes are replaced by the run's dice. */
  readonly cipher: Cipher
  /** The air each way; clear when left out. */
  readonly toServer?: Path
  readonly toClient?: Path
}

const HOST = '10.0.0.1'
const PORT = 4000
const PROTOCOL_ID = 7n
const PLAYERS_MAX = 256

/**
 * Sealed connections between one server and its clients over the datagrams of a memory network: everything that UDP
 * has, in virtual time.
 */
export class SealedAir {
  readonly #network: MemoryNetwork
  readonly #cipher: Cipher
  readonly #privateKey: Uint8Array
  readonly #server: SealedServer
  readonly #clients: SealedClient[] = []
  readonly #now: () => Instant
  #tokens = 0n

  constructor(
    network: MemoryNetwork,
    options: SealedAirOptions & { seed: number; now: () => Instant; accept: (link: Link) => void },
  ) {
    this.#network = network
    this.#now = options.now
    const random = new Random(options.seed)
    const randomBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => random.integer(0, 255))
    this.#cipher = { ...options.cipher, randomBytes }
    this.#privateKey = randomBytes(32)
    const socket = network.openDatagram<Address>({
      host: HOST,
      port: PORT,
      addressOf,
      receive: (datagram, from) => this.#server.receive(datagram, from, this.#now()),
      in: options.toServer,
      out: options.toClient,
    })
    this.#server = new SealedServer({
      cipher: this.#cipher,
      protocolId: PROTOCOL_ID,
      privateKey: this.#privateKey,
      addresses: [this.#place(PORT)],
      maxClients: PLAYERS_MAX,
      unixSeconds: 1_700_000_000,
      now: options.now(),
      send: (datagram, to) => socket.send(datagram, to),
      accept: options.accept,
      wake() {},
    })
  }

  /** Connects one more client. */
  openLink(): Promise<Link> {
    const number = ++this.#tokens
    const token = createConnectToken({
      cipher: this.#cipher,
      protocolId: PROTOCOL_ID,
      privateKey: this.#privateKey,
      clientId: number,
      servers: [this.#place(PORT)],
      createdAtSeconds: 1_700_000_000 + Math.floor(this.#now() / 1000),
      lifeSeconds: 30,
      timeoutSeconds: 10,
    })
    return new Promise((resolve, reject) => {
      const socket = this.#network.openDatagram<Address>({
        host: '10.0.1.1',
        port: 10_000 + Number(number),
        addressOf,
        receive: (datagram, from) => client.receive(datagram, from, this.#now()),
      })
      const client: SealedClient = new SealedClient({
        cipher: this.#cipher,
        send: (datagram, to) => socket.send(datagram, to),
        wake() {},
        connected: resolve,
        failed: (sentence) => {
          socket.close()
          reject(new Error(sentence))
        },
      })
      this.#clients.push(client)
      client.connect(token, this.#now())
    })
  }

  /** Sends what is due. */
  poll(now: Instant): void {
    this.#server.poll(now)
    for (const client of this.#clients) client.poll(now)
  }

  get wakeAt(): Instant {
    let at: number = this.#server.wakeAt
    for (const client of this.#clients) if (!client.isOver) at = Math.min(at, client.wakeAt)
    return instant(at)
  }

  #place(port: number): Address {
    return addressOf(HOST, port) as Address
  }
}
