import { PacketReader, PacketWriter } from '../../../replication/index.ts'

/**
 * The frames of a socket between two processes. The first four are a packet each, and prove on both sides that the
 * other knows the secret of the cluster; nothing else is taken before. After that a packet has any number of frames,
 * each after its length as a varint.
 *
 *     hello      1  version, world, name and address of who dials, 32 bytes nobody can guess
 *     challenge  2  name of who listens, 32 bytes, proof
 *     proof      3  proof
 *     welcome    4
 *     to         8  message
 *     follow     9  number, topic
 *     unfollow  10  number
 *     topic     11  number, message
 *     ping      12
 */
export const frame = {
  hello: 1,
  challenge: 2,
  proof: 3,
  welcome: 4,
  to: 8,
  follow: 9,
  unfollow: 10,
  topic: 11,
  ping: 12,
} as const

export const BUS_VERSION = 1
export const GREETING_NONCE_BYTES = 32
export const PROOF_BYTES = 32
/** The most bytes of a frame that comes before the peer has proven itself. */
export const GREETING_BYTES_MAX = 512
/** The most bytes that stand before a message in a frame. */
export const FRAME_HEAD_BYTES = 16

export type SocketFrame =
  | {
      readonly is: 'hello'
      readonly version: number
      readonly world: string
      readonly name: string
      readonly address: string
      readonly nonce: Uint8Array
    }
  | {
      readonly is: 'challenge'
      readonly name: string
      readonly nonce: Uint8Array
      readonly proof: Uint8Array
    }
  | { readonly is: 'proof'; readonly proof: Uint8Array }
  | { readonly is: 'welcome' | 'ping' }
  | { readonly is: 'to'; readonly message: Uint8Array }
  | { readonly is: 'follow'; readonly number: number; readonly topic: string }
  | { readonly is: 'unfollow'; readonly number: number }
  | { readonly is: 'topic'; readonly number: number; readonly message: Uint8Array }

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const head = new PacketWriter(GREETING_BYTES_MAX)
const reader = new PacketReader()

export function writeHello(hello: {
  readonly world: string
  readonly name: string
  readonly address: string
  readonly nonce: Uint8Array
}): Uint8Array {
  begin(frame.hello)
  head.byte(BUS_VERSION)
  for (const text of [hello.world, hello.name, hello.address]) putText(text)
  put(hello.nonce)
  return head.finish().slice()
}

export function writeChallenge(name: string, nonce: Uint8Array, proof: Uint8Array): Uint8Array {
  begin(frame.challenge)
  putText(name)
  put(nonce)
  put(proof)
  return head.finish().slice()
}

export function writeProof(proof: Uint8Array): Uint8Array {
  begin(frame.proof)
  put(proof)
  return head.finish().slice()
}

export function writeWelcome(): Uint8Array {
  return Uint8Array.of(frame.welcome)
}

/** Writes what follows the number of a follow. */
export function writeTopicName(topic: string): Uint8Array {
  head.length = 0
  putText(topic)
  return head.finish().slice()
}

/** Reads a frame, whose bytes stay views; undefined when it makes no sense. */
export function readFrame(bytes: Uint8Array): SocketFrame | undefined {
  reader.reset(bytes)
  const read = readKind(reader.byte())
  return reader.isBroken ? undefined : read
}

function readKind(kind: number): SocketFrame | undefined {
  switch (kind) {
    case frame.to:
      return { is: 'to', message: reader.take(reader.left) }
    case frame.topic:
      return { is: 'topic', number: reader.varint(), message: reader.take(reader.left) }
    case frame.ping:
      return { is: 'ping' }
    case frame.follow:
      return { is: 'follow', number: reader.varint(), topic: takeText() }
    case frame.unfollow:
      return { is: 'unfollow', number: reader.varint() }
    case frame.hello: {
      const [version, world, name, address] = [reader.byte(), takeText(), takeText(), takeText()]
      return { is: 'hello', version, world, name, address, nonce: reader.take(GREETING_NONCE_BYTES).slice() }
    }
    case frame.challenge: {
      const name = takeText()
      const nonce = reader.take(GREETING_NONCE_BYTES).slice()
      return { is: 'challenge', name, nonce, proof: reader.take(PROOF_BYTES).slice() }
    }
    case frame.proof:
      return { is: 'proof', proof: reader.take(PROOF_BYTES).slice() }
    case frame.welcome:
      return { is: 'welcome' }
    default:
      return undefined
  }
}

function begin(kind: number): void {
  head.length = 0
  head.byte(kind)
}

function put(bytes: Uint8Array): void {
  head.copy(bytes, 0, bytes.length)
}

function putText(text: string): void {
  const bytes = encoder.encode(text)
  head.varint(bytes.length)
  put(bytes)
}

function takeText(): string {
  return decoder.decode(reader.take(reader.varint()))
}
