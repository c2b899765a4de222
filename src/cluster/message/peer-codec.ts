import { bool, bytes, decode, encode, type Field, list, record, text, varint } from '../../wire/index.ts'
import type { PeerMessage } from './peer-message.ts'

/** The most bytes of an entity's state, and of what it carries. */
const STATE_BYTES_MAX = 65_536
const LUGGAGE_BYTES_MAX = 1 << 20
/** The most entities of one message. */
const ENTITIES_MAX = 65_535

const name = text({ bytesMax: 64 })
const at = { district: varint(), epoch: varint() }
const given = record({
  entity: varint(),
  hop: varint(),
  state: bytes({ bytesMax: STATE_BYTES_MAX }),
  luggage: bytes({ bytesMax: LUGGAGE_BYTES_MAX }),
})
const known = record({
  entity: varint(),
  hop: varint(),
  tick: varint(),
  state: bytes({ bytesMax: STATE_BYTES_MAX }),
})

/** One record each, in the order of their codes. */
const records = {
  give: record({ ...at, given }),
  taken: record({ entity: varint(), hop: varint() }),
  fence: record(at),
  fenced: record({ ...at, known: list(known, { lengthMax: ENTITIES_MAX }) }),
  hand: record({ ...at, given: list(given, { lengthMax: ENTITIES_MAX }) }),
  handed: record(at),
  lost: record({ name }),
  found: record({ name }),
  look: record({}),
  drain: record({ isDraining: bool() }),
} satisfies Record<PeerMessage['is'], unknown>
const CODES = Object.keys(records) as PeerMessage['is'][]

/** Writes a message between two processes of a cluster: a code in one byte, then the record. */
export function writePeerMessage(message: PeerMessage): Uint8Array {
  const body = encode(records[message.is] as unknown as Field<PeerMessage>, message)
  const framed = new Uint8Array(body.length + 1)
  framed[0] = CODES.indexOf(message.is)
  framed.set(body, 1)
  return framed
}

/** Reads a message; undefined when it makes no sense. */
export function readPeerMessage(message: Uint8Array): PeerMessage | undefined {
  const is = CODES[message[0]]
  if (is === undefined) return undefined
  const read = decode(records[is] as unknown as Field<object>, message.subarray(1))
  return read && ({ is, ...read } as PeerMessage)
}
