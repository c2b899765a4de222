import type { Framing } from '../foreign/speaker.ts'
import { ByteReader } from './byte-reader.ts'
import { type Identity, loginRefusalOf, type OpcodeForm } from './form.ts'
import { packNibbles, unpackNibbles } from './nibble-code.ts'
import { packName } from './plain-text.ts'

/** Lengths from here on take two bytes. */
const LONG = 160
const FRAME_BYTES_MAX = 1024
const FIELD_BYTES = 20

/**
 * The form of mudclient 204, which runs in a browser over WebSocket. The length counts the opcode.
 *
 *     n = 1:      u8 1, u8 opcode
 *     n < 160:    u8 n, the last byte of the packet, u8 opcode, the rest without its last byte
 *     n >= 160:   u8 160 + (n >> 8), u8 n & 255, u8 opcode, n - 1 bytes
 */
const framing: Framing = {
  bytesMax: FRAME_BYTES_MAX,
  find(bytes) {
    const head = bytes[0] < LONG ? 1 : 2
    if (bytes[0] === 0) return 'broken'
    if (bytes.length < head) return undefined
    const next = head + (head === 1 ? bytes[0] : ((bytes[0] - LONG) << 8) | bytes[1])
    if (next === head || next > FRAME_BYTES_MAX) return 'broken'
    return next > bytes.length ? undefined : { start: 0, end: next, next }
  },
}

export const browserForm: OpcodeForm = {
  framing,
  reach: { bits: 5, hasKnownBit: true },
  ground: { column: 48, row: 608, columns: 41, rows: 41 },
  versions: [204],
  echoes: true,
  welcome: 0,
  registered: 2,

  unwrap(frame) {
    if (frame[0] >= LONG) return { opcode: frame[2], body: frame.subarray(3) }
    if (frame[0] === 1) return { opcode: frame[1], body: frame.subarray(2) }
    const body = new Uint8Array(frame[0] - 1)
    body.set(frame.subarray(3))
    body[body.length - 1] = frame[1]
    return { opcode: frame[2], body }
  },

  wrap(opcode, body) {
    const length = 1 + body.length
    if (length === 1) return Uint8Array.of(1, opcode)
    if (length >= LONG) return Uint8Array.of(LONG + (length >> 8), length & 255, opcode, ...body)
    return Uint8Array.of(length, body[body.length - 1], opcode, ...body.subarray(0, -1))
  },

  readLogin(body) {
    const reader = new ByteReader(body)
    reader.u8()
    const version = reader.u16()
    // A limit, a seal that is none, four random numbers and a number of the machine.
    reader.skip(1 + 1 + 4 * 4 + 4)
    return readIdentity(reader, version)
  },

  readRegistration(body) {
    const reader = new ByteReader(body)
    return readIdentity(reader, reader.u16())
  },

  readChat: unpackNibbles,

  loginRefusal: loginRefusalOf,

  registrationRefusal(refused) {
    if (refused.code === 'name-taken') return 3
    const code = loginRefusalOf(refused)
    // Its 3 is a taken name; of a name or a password that will not do there is no word.
    return code === 3 ? 0 : code
  },

  repeatsIndex: true,

  writeLooks(to, name, { sprites, hair, top, trousers, skin }) {
    to.u64(packName(name)).u8(sprites.length)
    for (const sprite of sprites) to.u8(sprite)
    const [level, skull] = [3, 0]
    to.u8(hair).u8(top).u8(trousers).u8(skin).u8(level).u8(skull)
  },

  writeWords(to, line) {
    const packed = packNibbles(line)
    to.u8(packed.length).bytes(packed)
  },

  writeMessage: (to, line) => void to.text(line),
}

/**
 * Both are filled up with blanks. The client makes an underscore of every letter but a to z and digits before it
 * sends, so in a name it is a blank.
 */
function readIdentity(reader: ByteReader, version: number): Identity | undefined {
  const name = reader.padded(FIELD_BYTES).replaceAll('_', ' ').trim()
  const password = reader.padded(FIELD_BYTES)
  return reader.isShort ? undefined : { version, name, password }
}
