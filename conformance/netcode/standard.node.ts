import { open, seal } from './seal.node.ts'

/**
 * Tokens and packets read and written from nothing but the published text of netcode 1.02 (STANDARD.md of
 * mas-bandwidth/netcode). It shares no line with the room it examines. What is malformed throws: here the reader is a
 * test, and the bytes are ours.
 */
export const version = new TextEncoder().encode('NETCODE 1.02\0')

/** "Connect Token": the public and private data as they lie in 2048 bytes. */
export interface Token {
  readonly protocolId: bigint
  readonly createdAt: bigint
  readonly expiresAt: bigint
  readonly nonce: Uint8Array
  readonly privateData: Uint8Array
  readonly timeoutSeconds: number
  readonly servers: readonly string[]
  readonly clientToServerKey: Uint8Array
  readonly serverToClientKey: Uint8Array
  /** Everything after the fields. */
  readonly padding: Uint8Array
}

/** The private data, decrypted: up to 1008 bytes. */
export interface PrivateData {
  readonly clientId: bigint
  readonly timeoutSeconds: number
  readonly servers: readonly string[]
  readonly clientToServerKey: Uint8Array
  readonly serverToClientKey: Uint8Array
  readonly userData: Uint8Array
  readonly padding: Uint8Array
}

export function readToken(bytes: Uint8Array): Token {
  if (bytes.length !== 2048) throw new Error(`a connect token has 2048 bytes, not ${bytes.length}`)
  const reader = new Reader(bytes)
  reader.expect(version)
  return {
    protocolId: reader.uint64(),
    createdAt: reader.uint64(),
    expiresAt: reader.uint64(),
    nonce: reader.bytes(24),
    privateData: reader.bytes(1024),
    timeoutSeconds: reader.int32(),
    servers: reader.servers(),
    clientToServerKey: reader.bytes(32),
    serverToClientKey: reader.bytes(32),
    padding: reader.rest(),
  }
}

export function readPrivateData(token: Token, key: Uint8Array): PrivateData {
  const associated = concat(version, uint64(token.protocolId), uint64(token.expiresAt))
  const plain = open(token.privateData, { key, nonce: token.nonce, associated })
  if (!plain) throw new Error('the private data does not decrypt')
  const reader = new Reader(plain)
  return {
    clientId: reader.uint64(),
    timeoutSeconds: reader.int32(),
    servers: reader.servers(),
    clientToServerKey: reader.bytes(32),
    serverToClientKey: reader.bytes(32),
    userData: reader.bytes(256),
    padding: reader.rest(),
  }
}

export interface TokenContent {
  readonly protocolId: bigint
  readonly createdAt: bigint
  readonly expiresAt: bigint
  readonly nonce: Uint8Array
  readonly timeoutSeconds: number
  /** As "1.2.3.4:5" or as eight full groups "[2001:db8:0:0:0:0:0:1]:5". */
  readonly servers: readonly string[]
  readonly clientToServerKey: Uint8Array
  readonly serverToClientKey: Uint8Array
  readonly clientId: bigint
  readonly userData: Uint8Array
}

export function writeToken(content: TokenContent, key: Uint8Array): Uint8Array {
  const { protocolId, expiresAt, nonce, clientToServerKey, serverToClientKey } = content
  const keys = concat(clientToServerKey, serverToClientKey)
  const shared = concat(uint32(content.timeoutSeconds), servers(content.servers), keys)
  const plain = padded(concat(uint64(content.clientId), shared, content.userData), 1008)
  const associated = concat(version, uint64(protocolId), uint64(expiresAt))
  const privateData = seal(plain, { key, nonce, associated })
  const times = concat(uint64(content.createdAt), uint64(expiresAt))
  return padded(concat(version, uint64(protocolId), times, nonce, privateData, shared), 2048)
}

/** Writes a "Challenge Token": 300 bytes under the key of the server that issued it. */
export function writeChallenge(
  sequence: bigint,
  token: { clientId: bigint; userData: Uint8Array },
  key: Uint8Array,
): Uint8Array {
  const plain = padded(concat(uint64(token.clientId), token.userData), 284)
  return concat(
    uint64(sequence),
    seal(plain, { key, nonce: sequenceNonce(sequence), associated: new Uint8Array(0) }),
  )
}

/** Writes a request ("Packets"), the only packet that is not sealed. */
export function writeRequest(token: Token): Uint8Array {
  const { protocolId, expiresAt, nonce, privateData } = token
  return concat(Uint8Array.of(0), version, uint64(protocolId), uint64(expiresAt), nonce, privateData)
}

export interface Packet {
  readonly kind: number
  readonly sequence: bigint
  readonly body: Uint8Array
}

export function writePacket(
  { kind, sequence, body }: Packet,
  protocolId: bigint,
  key: Uint8Array,
): Uint8Array {
  const digits: number[] = []
  for (let rest = sequence; rest > 0n || digits.length === 0; rest >>= 8n) digits.push(Number(rest & 0xffn))
  const prefix = (digits.length << 4) | kind
  const sealed = seal(body, {
    key,
    nonce: sequenceNonce(sequence),
    associated: associatedWith(protocolId, prefix),
  })
  return concat(Uint8Array.of(prefix, ...digits), sealed)
}

/** @returns undefined when the seal does not hold */
export function readPacket(bytes: Uint8Array, protocolId: bigint, key: Uint8Array): Packet | undefined {
  const prefix = bytes[0]
  const count = prefix >> 4
  if (count < 1 || count > 8) throw new Error(`${count} sequence bytes`)
  let sequence = 0n
  for (let i = count; i > 0; i--) sequence = (sequence << 8n) | BigInt(bytes[i])
  const associated = associatedWith(protocolId, prefix)
  const body = open(bytes.subarray(1 + count), { key, nonce: sequenceNonce(sequence), associated })
  return body && { kind: prefix & 15, sequence, body }
}

const associatedWith = (protocolId: bigint, prefix: number): Uint8Array =>
  concat(version, uint64(protocolId), Uint8Array.of(prefix))

const sequenceNonce = (sequence: bigint): Uint8Array => concat(new Uint8Array(4), uint64(sequence))

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new Error('too short')
    return this.#bytes.slice(this.#at, (this.#at += length))
  }

  expect(bytes: Uint8Array): void {
    const found = this.bytes(bytes.length)
    if (found.join() !== bytes.join()) throw new Error(`found ${found}`)
  }

  number(length: number): bigint {
    return this.bytes(length).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  }

  uint64(): bigint {
    return this.number(8)
  }

  int32(): number {
    return Number(BigInt.asIntN(32, this.number(4)))
  }

  servers(): string[] {
    const count = Number(this.number(4))
    if (count < 1 || count > 32) throw new Error(`${count} servers`)
    return Array.from({ length: count }, () => {
      const type = Number(this.number(1))
      if (type !== 1 && type !== 2) throw new Error(`address type ${type}`)
      const parts = Array.from({ length: type === 1 ? 4 : 8 }, () => this.number(type))
      const host = type === 1 ? parts.join('.') : `[${parts.map((part) => part.toString(16)).join(':')}]`
      return `${host}:${this.number(2)}`
    })
  }

  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#at)
  }
}

function servers(texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => {
    const [, groups, quad, port] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(text)!
    const host = groups
      ? concat(Uint8Array.of(2), ...groups.split(':').map((group) => little(BigInt(`0x${group}`), 2)))
      : Uint8Array.of(1, ...quad.split('.').map(Number))
    return concat(host, little(BigInt(port), 2))
  })
  return concat(uint32(texts.length), ...parts)
}

const uint64 = (value: bigint): Uint8Array => little(value, 8)
const uint32 = (value: number): Uint8Array => little(BigInt(value), 4)

function little(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length)
  whole.set(bytes)
  return whole
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
