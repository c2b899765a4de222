import { type Instant, instant, Random } from '../core/index.ts'
import { Address } from './address.ts'
import type { Cipher } from './cipher/cipher.ts'
import { nodeSodium } from './cipher/sodium.node.ts'
import { NetcodeClient } from './client.ts'
import { Net } from './net.suite.ts'
import { writeRequest } from './packet/request.ts'
import type { NetcodeServerOptions } from './server/server-options.ts'
import { NetcodeServer } from './server.ts'
import { type ConnectTokenOptions, createConnectToken, readKeyedToken } from './token/connect-token.ts'

/** When every story of this room's tests begins. */
export const UNIX_START = 1_700_000_000

/** libsodium with seeded "random" bytes, so that a story is the same each time. It counts what was opened. */
export class SeededCipher implements Cipher {
  opened = 0
  readonly #random: Random

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  seal = nodeSodium.seal
  sealLong = nodeSodium.sealLong
  open: Cipher['open'] = (...parts) => {
    this.opened++
    return nodeSodium.open(...parts)
  }
  openLong: Cipher['openLong'] = (...parts) => {
    this.opened++
    return nodeSodium.openLong(...parts)
  }
  randomBytes = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => this.#random.integer(0, 255))
}

/** Servers and clients on one `Net`, with addresses, keys and tokens that agree. */
export class Fixture {
  readonly net = new Net()
  readonly cipher: SeededCipher
  readonly random: Random
  readonly privateKey: Uint8Array
  readonly protocolId = 0x1122334455667788n
  #clients = 0

  constructor(seed = 1) {
    this.cipher = new SeededCipher(seed)
    this.random = new Random(seed)
    this.privateKey = this.cipher.randomBytes(32)
  }

  get now(): Instant {
    return this.net.now
  }

  /** Returns the n-th server's address. */
  home(n = 1): Address {
    return new Address(Uint8Array.of(10, 0, 0, n), 40_000)
  }

  /** Returns an address nobody has had yet; every second one is IPv6. */
  elsewhere(): Address {
    const n = ++this.#clients
    const octets = n % 2 ? Uint8Array.of(192, 0, 2, n) : new Uint8Array(16).fill(n, 15)
    return new Address(octets, 50_000 + n)
  }

  server(options: Partial<NetcodeServerOptions> = {}): NetcodeServer {
    const addresses = options.addresses ?? [this.home()]
    const { cipher, protocolId, privateKey, now } = this
    const unixSeconds = UNIX_START + now / 1000
    const server = new NetcodeServer({
      ...{ cipher, protocolId, privateKey, addresses, maxClients: 4, unixSeconds, now },
      ...options,
    })
    this.net.place(addresses[0], server)
    return server
  }

  client(address: Address = this.elsewhere()): { client: NetcodeClient; address: Address } {
    const client = new NetcodeClient({ cipher: this.cipher })
    this.net.place(address, client)
    return { client, address }
  }

  token(options: Partial<ConnectTokenOptions> = {}): Uint8Array {
    return createConnectToken({
      cipher: this.cipher,
      protocolId: this.protocolId,
      privateKey: this.privateKey,
      clientId: BigInt(this.random.next()),
      servers: [this.home()],
      createdAtSeconds: Math.floor(UNIX_START + this.now / 1000),
      lifeSeconds: 30,
      timeoutSeconds: 5,
      ...options,
    })
  }

  /** Makes a client that asks, and lets it follow its token. */
  joined(token: Uint8Array = this.token(), address?: Address): { client: NetcodeClient; address: Address } {
    const one = this.client(address)
    one.client.connect(token, this.now)
    this.net.run(60)
    return one
  }
}

/** Returns the request packet that a client with this token sends. */
export const requestOf = (token: Uint8Array): Uint8Array => writeRequest(readKeyedToken(token)!)

/** Returns bytes 0, 1, 2, ... */
export const counting = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => first + i)

export const at = (ms: number): Instant => instant(ms)
