import { OutsideError, textBytes } from '../../core/index.ts'
import { PacketReader, PacketWriter } from '../../replication/index.ts'
import type { AnyGame } from '../../world/index.ts'

/** The bytes with which a recording begins [R1]. */
const MAGIC = [0x53, 0x4c, 0x52, 0x43] as const
const VERSION = 3
const NAME_BYTES_MAX = 255

/** The most bytes of one record's state [R3]. */
export const RECORD_BYTES_MAX = 4 * 1024 * 1024

/** The kinds of record: a change from the record before, or everything [R4]. */
export const RECORD = { changes: 0, keyframe: 1 } as const

/** One record of a recording, and where it lies in the bytes. */
export interface RecordPlace {
  readonly tick: number
  readonly isKeyframe: boolean
  readonly start: number
  readonly end: number
}

/** Writes the bytes with which a recording of this game begins. */
export function recordingHeader(game: AnyGame): Uint8Array {
  const name = textBytes(game.name, NAME_BYTES_MAX)
  const packet = new PacketWriter(MAGIC.length + 1 + 8 + 2 + name.length + 2)
  for (const byte of MAGIC) packet.byte(byte)
  packet.byte(VERSION)
  for (let i = 0; i < 16; i += 2) packet.byte(Number.parseInt(game.fingerprint.slice(i, i + 2), 16))
  packet.varint(game.ticksPerSecond)
  packet.varint(name.length)
  packet.copy(name, 0, name.length)
  return packet.finish()
}

/** Writes the bytes before a record's state. */
export function recordHead(record: { tick: number; isKeyframe: boolean; length: number }): Uint8Array {
  const packet = new PacketWriter(16)
  packet.byte(record.isKeyframe ? RECORD.keyframe : RECORD.changes)
  packet.varint(record.tick)
  packet.varint(record.length)
  return packet.finish()
}

/**
 * Finds the records of a recording.
 *
 * @returns the records in order, and whether bytes follow that are no whole record: it was cut short, or is damaged
 *   there
 * @throws OutsideError when these bytes are no recording, or one of another game
 */
export function readRecords(
  bytes: Uint8Array,
  game: AnyGame,
): { readonly records: readonly RecordPlace[]; readonly isCutShort: boolean } {
  const reader = new PacketReader().reset(bytes)
  readHeader(reader, game)
  const records: RecordPlace[] = []
  let tick = 0
  while (reader.left > 0) {
    const kind = reader.byte()
    const at = reader.varint()
    const length = reader.varint()
    const start = reader.at
    const isWhole = !reader.isBroken && length > 0 && length <= RECORD_BYTES_MAX && length <= reader.left
    const isKeyframe = kind === RECORD.keyframe
    // A keyframe may tell of the same tick as the changes before it.
    const isInOrder = isKeyframe ? at >= Math.max(1, tick) : at > tick && records.length > 0
    if (!isWhole || kind > RECORD.keyframe || !isInOrder || at >= 2 ** 31)
      return { records, isCutShort: true }
    reader.at = start + length
    tick = at
    records.push({ tick, isKeyframe, start, end: reader.at })
  }
  return { records, isCutShort: false }
}

function readHeader(reader: PacketReader, game: AnyGame): void {
  const isOurs = MAGIC.map(() => reader.byte()).every((byte, i) => byte === MAGIC[i])
  if (!isOurs || reader.isBroken) throw new OutsideError('This is no recording of a Shardless world.')
  const version = reader.byte()
  if (version !== VERSION)
    throw new OutsideError(`The recording is of version ${version}; this program plays version ${VERSION}.`)
  const print = [...reader.take(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const ticksPerSecond = reader.varint()
  const name = new TextDecoder().decode(reader.take(Math.min(NAME_BYTES_MAX, reader.varint())))
  if (reader.isBroken) throw new OutsideError('The recording ends before it has begun.')
  if (print !== game.fingerprint || ticksPerSecond !== game.ticksPerSecond)
    throw new OutsideError(
      `The recording is of "${name}", as it was then; its records are not those of "${game.name}" today.`,
    )
}
