import { lengths } from '../foreign/framing.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { type Identity, loginRefusalOf, type OpcodeForm } from './form.ts'
import { unpack } from './prefix-code.ts'

/** The longest frame of a client, with its length: the longest true one is a way of 25 steps or a line of chat. */
const FRAME_BYTES_MAX = 1024
const HEAD_BYTES = 3
const GROUP = 10

const letters = new TextDecoder('windows-1252')

/**
 * The form of Open RSC's own client for desktops, over TCP: a length of two bytes, texts that end with a line feed.
 *
 *     client -> server   u16 n, u8 opcode, n - 1 bytes
 *     server -> client   u16 n, u8 opcode, n - 3 bytes
 */
export const desktopForm: OpcodeForm = {
  framing: lengths({ headBytes: 2, bytesMax: FRAME_BYTES_MAX }),
  reach: { bits: 6, hasKnownBit: false },
  ground: { column: 48, row: 608, columns: 41, rows: 41 },
  versions: [8, 10_009],
  echoes: false,
  welcome: 64,
  registered: 0,

  unwrap: (frame) => ({ opcode: frame[0], body: frame.subarray(1) }),

  wrap(opcode, body) {
    const frame = new Uint8Array(HEAD_BYTES + body.length)
    frame[0] = frame.length >> 8
    frame[1] = frame.length & 255
    frame[2] = opcode
    frame.set(body, HEAD_BYTES)
    return frame
  },

  readLogin(body) {
    const reader = new ByteReader(body)
    reader.u8()
    return readIdentity(reader, reader.u32())
  },

  readRegistration: (body) => readIdentity(new ByteReader(body), desktopForm.versions[0]),

  readChat(body) {
    const reader = new ByteReader(body)
    const first = reader.u8()
    const count = first < 128 ? first : ((first & 127) << 8) | reader.u8()
    if (reader.isShort || count > CHAT_LENGTH_MAX) return undefined
    const bytes = unpack(reader.bytes(reader.left), count)
    return bytes && letters.decode(bytes)
  },

  loginRefusal: loginRefusalOf,

  registrationRefusal({ code }) {
    if (code === 'name-taken') return 2
    if (code === 'wait' || code === 'too-fast') return 5
    if (code === 'name') return 7
    return code === 'password' || code === 'form' ? 8 : 4
  },

  repeatsIndex: false,

  writeLooks(to, name, { sprites, hair, top, trousers, skin }) {
    to.line(name).u8(sprites.length)
    for (const sprite of sprites) to.u16(sprite)
    to.u8(hair).u8(top).u8(trousers).u8(skin)
    const [level, skull, clan, isInvisible, isInvulnerable, icon] = [3, 0, 0, 0, 0, 0]
    to.u8(level).u8(skull).u8(clan).u8(isInvisible).u8(isInvulnerable).u8(GROUP).u32(icon)
  },

  writeWords: (to, line) => void to.u32(0).line(line),

  writeMessage: (to: ByteWriter, line: string) => void to.u32(0).u8(0).u8(0).line(line),
}

const CHAT_LENGTH_MAX = 255

/** The name is a line, and so is the password, which is filled up with blanks. What follows is not looked at. */
function readIdentity(reader: ByteReader, version: number): Identity | undefined {
  const name = reader.line().trim()
  const password = reader.line().trimEnd()
  return reader.isShort ? undefined : { version, name, password }
}
