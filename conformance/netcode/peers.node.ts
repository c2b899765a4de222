import { instant } from '../../src/core/index.ts'
import {
  type Address,
  type ClientOutput,
  NetcodeClient,
  NetcodeServer,
  nodeSodium,
  parseAddress,
  type ServerOutput,
} from '../../src/netcode/index.node.ts'
import {
  type Packet,
  readPacket,
  readToken,
  type TokenContent,
  writePacket,
  writeRequest,
  writeToken,
} from './standard.node.ts'

export const kinds = {
  request: 0,
  denied: 1,
  challenge: 2,
  response: 3,
  keepAlive: 4,
  payload: 5,
  disconnect: 6,
}
export const key = Uint8Array.from({ length: 32 }, (_, i) => 200 - i)
export const home = '203.0.113.7:40000'
export const protocolId = 0x1122334455667788n
export const userData = Uint8Array.from({ length: 256 }, (_, i) => i)

const random = (length: number): Uint8Array => nodeSodium.randomBytes(length)
let nextClient = 1

export function content(changes: Partial<TokenContent> = {}): TokenContent {
  return {
    ...{
      protocolId,
      createdAt: 1000n,
      expiresAt: 1030n,
      nonce: random(24),
      timeoutSeconds: 5,
      servers: [home],
    },
    ...{
      clientToServerKey: random(32),
      serverToClientKey: random(32),
      clientId: BigInt(nextClient++),
      userData,
    },
    ...changes,
  }
}

/** Makes our server, to be examined. Its clock stands still at second 1000. */
export function ourServer(maxClients = 4): NetcodeServer {
  return new NetcodeServer({
    ...{ cipher: nodeSodium, protocolId, privateKey: key, addresses: [parseAddress(home)!], maxClients },
    ...{ unixSeconds: 1000, now: instant(0), requestsPerSecondMax: Number.POSITIVE_INFINITY },
  })
}

/** A client that knows only the standard, against our server. */
export class StandardClient {
  readonly address: Address
  readonly content: TokenContent
  readonly request: Uint8Array
  readonly #server: NetcodeServer
  now = instant(0)

  constructor(server: NetcodeServer, changes: Partial<TokenContent> = {}) {
    this.#server = server
    this.content = content(changes)
    this.address = parseAddress(
      `192.0.2.${Number(this.content.clientId) % 250}:${50_000 + Number(this.content.clientId)}`,
    )!
    this.request = writeRequest(readToken(writeToken(this.content, key)))
  }

  /** Sends bytes as they are. @returns what the server sent back to this client, opened */
  bytes(packet: Uint8Array): Packet[] {
    this.#server.receive(packet, this.address, this.now)
    return this.answers().flatMap((output) => (output.do === 'send' ? [this.read(output.packet)] : []))
  }

  /** Returns everything the server has to say; each of its packets must be for this client. */
  answers(): ServerOutput[] {
    const outputs: ServerOutput[] = []
    for (let out = this.#server.poll(this.now); out; out = this.#server.poll(this.now)) outputs.push(out)
    return outputs
  }

  /** Seals a packet and hands it over. @returns why the server dropped it */
  say(kind: number, sequence: bigint, body: Uint8Array): string | undefined {
    return this.#server.receive(this.write({ kind, sequence, body }), this.address, this.now)
  }

  write(packet: Packet): Uint8Array {
    return writePacket(packet, protocolId, this.content.clientToServerKey)
  }

  read(packet: Uint8Array): Packet {
    const opened = readPacket(packet, protocolId, this.content.serverToClientKey)
    if (!opened) throw new Error('the server sent a packet whose seal does not hold')
    return opened
  }

  /** Asks and answers the challenge; the response carries `sequence`. @returns the server's last word */
  connect(sequence = 0n): Packet | undefined {
    const [challenge] = this.bytes(this.request)
    return this.bytes(this.write({ kind: kinds.response, sequence, body: challenge.body })).at(-1)
  }
}

/** A server that knows only the standard, against our client. */
export class StandardServer {
  readonly client = new NetcodeClient({ cipher: nodeSodium })
  readonly content: TokenContent
  readonly token: Uint8Array
  now = instant(0)
  #globalSequence = 2n ** 63n
  #sequence = 0n

  constructor(changes: Partial<TokenContent> = {}) {
    this.content = content(changes)
    this.token = writeToken(this.content, key)
  }

  /** Sends our client a packet, from the given server of the token. @returns why it was dropped */
  say(kind: number, body: Uint8Array, from = this.content.servers[0]): string | undefined {
    const isGlobal = kind === kinds.denied || kind === kinds.challenge
    const sequence = isGlobal ? this.#globalSequence++ : this.#sequence++
    const packet = writePacket({ kind, sequence, body }, protocolId, this.content.serverToClientKey)
    return this.client.receive(packet, parseAddress(from)!, this.now)
  }

  poll(): ClientOutput[] {
    const outputs: ClientOutput[] = []
    for (let out = this.client.poll(this.now); out; out = this.client.poll(this.now)) outputs.push(out)
    return outputs
  }

  /** Returns what our client sends now, opened; a request is its own body. */
  heard(): Packet[] {
    return this.poll().flatMap((output): Packet[] => {
      if (output.do !== 'send') return []
      if (output.packet[0] === kinds.request) return [{ kind: 0, sequence: 0n, body: output.packet }]
      const packet = readPacket(output.packet, protocolId, this.content.clientToServerKey)
      if (!packet) throw new Error('the client sent a packet whose seal does not hold')
      return [packet]
    })
  }
}
