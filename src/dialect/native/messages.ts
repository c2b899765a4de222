import { PacketReader } from '../../replication/index.ts'
import { bytes, choice, float64, type Infer, integer, record, text, varint } from '../../wire/index.ts'
import { type Flag, refusalCodes, resumptions } from '../conversation.ts'

/** The version of the native wire, raised when it changes so that older ends cannot follow [N1]. */
export const PROTOCOL_VERSION = 8

/**
 * The message codes of the native dialect. A packet is one message after another: a code in one byte, the length of
 * the body as a varint, the body [N2].
 */
export const CODE = {
  hello: 1,
  commands: 2,
  ask: 3,
  ping: 4,
  bye: 5,
  query: 6,
  askContent: 7,
  have: 8,
  page: 9,
  welcome: 16,
  refused: 17,
  state: 18,
  event: 19,
  reply: 20,
  pong: 21,
  own: 22,
  map: 23,
  information: 24,
  content: 25,
  answer: 26,
} as const

/** The size of the token that resumes a session, in bytes [N18]. */
export const TOKEN_BYTES = 16
/** The size of a content version, a SHA-256, in bytes. */
export const CONTENT_BYTES = 32
/** The longest login token, in bytes. */
export const LOGIN_BYTES_MAX = 512
/** The longest id of a character, in bytes. */
export const CHARACTER_BYTES_MAX = 64
/** The longest form sent to an account page, in bytes of JSON. */
export const PAGE_BYTES_MAX = 3072
/** The longest list of a replica's contents, in bytes; a replica that holds more is sent everything anew. */
export const HEARD_BYTES_MAX = 3072

/**
 * The bits of the flags that any answer can carry [N42]. Bit 0 of a reply's byte says that it is an answer;
 * elsewhere it is unused.
 */
export const FLAG_BITS: Readonly<Record<Flag, number>> = { map: 2, client: 4 }
export const ANSWER_BIT = 1
const flagByte = integer({ min: 0, max: 255 })

/**
 * The first message of a client. The fields before `fingerprint` never change, so that any version can be refused.
 */
export const hello = record('hello', {
  protocol: varint(),
  fingerprint: text({ bytesMax: 16 }),
  name: text({ bytesMax: 64 }),
  token: bytes({ bytesMax: TOKEN_BYTES }),
  heard: bytes({ bytesMax: HEARD_BYTES_MAX }),
  content: bytes({ bytesMax: CONTENT_BYTES }),
  instance: varint(),
  login: text({ bytesMax: LOGIN_BYTES_MAX }),
  character: text({ bytesMax: CHARACTER_BYTES_MAX }),
})

/** The world that a player is in [N30]. */
const where = record({
  map: text({ bytesMax: 64 }),
  instance: varint(),
  width: float64(),
  height: float64(),
  ticksPerSecond: varint(),
  hash: text({ bytesMax: 16 }),
})

/** A request for an account page before hello, as over HTTP: the page's name, and its form in JSON. */
export const page = record('page', {
  id: varint(),
  page: text({ bytesMax: 16 }),
  login: text({ bytesMax: LOGIN_BYTES_MAX }),
  body: text({ bytesMax: PAGE_BYTES_MAX }),
})

/** An account page's answer, in JSON. */
export const answer = record('answer', { id: varint(), body: text({ bytesMax: 8192 }) })

export const welcome = record('welcome', {
  player: varint(),
  entity: varint(),
  tick: varint(),
  where,
  serverName: text({ bytesMax: 64 }),
  token: bytes({ bytesMax: TOKEN_BYTES }),
  resumed: choice(resumptions),
  flags: flagByte,
})

/** The longest reason of a refusal, in UTF-16 units. */
export const REASON_LENGTH_MAX = 600

/**
 * `until`: the end of a ban, in ms since 1970; 0 for no end. `description`: with code `game` the server's own, so
 * that the client can say what differs; with code `content` the required version, in hexadecimal digits; empty
 * otherwise.
 */
export const refused = record('refused', {
  code: choice(refusalCodes),
  reason: text({ bytesMax: 3 * REASON_LENGTH_MAX }),
  until: varint(),
  description: bytes({ bytesMax: 32_768 }),
})

/** `sent`: the client's clock in ms. The pong returns it unchanged. */
export const ping = record('ping', { sent: varint() })

/**
 * `work`: the average duration of the server's last ticks, `worst`: the longest, `late`: the latest start; in 1/100
 * ms.
 */
export const pong = record('pong', {
  sent: varint(),
  work: varint(),
  worst: varint(),
  late: varint(),
  flags: flagByte,
  // How long the answer waited for the frame that it is in, in ms.
  waited: varint(),
})

/** Tells the content version that a client has from now on. */
export const have = record('have', { content: bytes({ bytesMax: CONTENT_BYTES }) })

export const own = record('own', { entity: varint() })

export const map = record('map', { tick: varint(), where })

export type Hello = Infer<typeof hello>

/** Appends one message. @returns whether it fit */
export function writeMessage(
  packet: {
    readonly room: number
    byte(value: number): void
    varint(value: number): void
    copy(from: Uint8Array, start: number, end: number): void
  },
  code: number,
  body: Uint8Array,
): boolean {
  if (packet.room < body.length + 5) return false
  packet.byte(code)
  packet.varint(body.length)
  packet.copy(body, 0, body.length)
  return true
}

/** Cuts a frame into its messages. News of entities come last and are one message, however long [N2]. */
export function splitFrame(frame: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  const reader = new PacketReader().reset(frame)
  while (reader.left > 0 && !reader.isBroken) {
    const start = reader.at
    if (reader.byte() === CODE.state) reader.at = frame.length
    else reader.take(reader.varint())
    parts.push(frame.subarray(start, reader.at))
  }
  return parts
}
