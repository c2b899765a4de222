/** The types of packets, by the names that travel. */
const TYPES = ['connect', 'disconnect', 'state', 'input', 'event', 'ping', 'pong', 'ack'] as const
export type PacketType = (typeof TYPES)[number]

/** A packet as a client sent it. */
export interface Packet {
  readonly type: PacketType
  readonly sequence: number
  readonly isReliable: boolean
  readonly data: Readonly<Record<string, unknown>>
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()
const HEAD_BYTES = 4

/** Reads a frame's JSON [NB2]. @returns why it is no packet otherwise */
export function readPacket(frame: Uint8Array): Packet | 'bad-json' | 'bad-packet' {
  const read = parse(frame)
  if (read === undefined) return 'bad-json'
  const { type, seq, data, rel = false } = (read ?? {}) as Record<string, unknown>
  const known = TYPES.find((one) => one === type)
  const isSequence = Number.isSafeInteger(seq) && (seq as number) >= 0
  if (!known || !isSequence || !isObject(data) || typeof rel !== 'boolean') return 'bad-packet'
  return { type: known, sequence: seq as number, isReliable: rel, data }
}

/** Writes a packet behind its length in four bytes, highest first [NB1]. `data`: JSON. */
export function writePacket(
  type: PacketType,
  { sequence, seconds, isReliable = false }: { sequence: number; seconds: number; isReliable?: boolean },
  data: string,
): Uint8Array {
  const json = `{"type":"${type}","seq":${sequence},"time":${seconds},"data":${data},"rel":${isReliable}}`
  const bytes = encoder.encode(json)
  const frame = new Uint8Array(HEAD_BYTES + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, HEAD_BYTES)
  return frame
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @returns undefined for what is no JSON */
function parse(frame: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(frame))
  } catch {
    return undefined
  }
}
