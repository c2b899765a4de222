import { ShardlessError } from '../core/index.ts'
import { BitReader, BitWriter } from '../wire/index.ts'
import { isDigest } from './sha256.ts'

/** The most bytes of a file that one answer carries. */
export const PIECE_BYTES_MAX = 16_384

/** A client's question: so many bytes from an offset of the file with this SHA-256. */
export interface ContentAsk {
  readonly sha256: string
  readonly offset: number
  /** 1 to PIECE_BYTES_MAX; the last piece of a file is shorter. */
  readonly length: number
}

/** A piece of the file; or that there is no such hash (any more). */
export type ContentAnswer =
  | {
      readonly is: 'piece'
      readonly sha256: string
      readonly offset: number
      /** The size of the whole file, in bytes. */
      readonly total: number
      readonly bytes: Uint8Array
    }
  | { readonly is: 'gone'; readonly sha256: string }

const DIGEST_BYTES = 32
const NUMBER_BYTES_MAX = 8
/** The most bytes of an encoded ask, and of an answer without its piece. */
export const CONTENT_HEAD_BYTES_MAX = 1 + DIGEST_BYTES + 3 * NUMBER_BYTES_MAX

const GONE = 0
const PIECE = 1

/**
 * Writes an ask: SHA-256 (32), offset (varint), length (varint) [U10].
 *
 * @throws `content/bad-ask` for a length that no answer carries
 */
export function writeAsk({ sha256, offset, length }: ContentAsk): Uint8Array {
  if (!(isDigest(sha256) && Number.isSafeInteger(offset) && offset >= 0 && isLength(length)))
    throw new ShardlessError(
      'content/bad-ask',
      `An ask names a SHA-256, an offset and 1 to ${PIECE_BYTES_MAX} bytes; this one names ${sha256}, ${offset}, ${length}.`,
    )
  const writer = new BitWriter(CONTENT_HEAD_BYTES_MAX)
  writeDigest(writer, sha256)
  writer.varint(offset)
  writer.varint(length)
  writer.align()
  return writer.finish().slice()
}

/** @returns undefined for bytes that are no ask */
export function readAsk(bytes: Uint8Array): ContentAsk | undefined {
  if (bytes.length > CONTENT_HEAD_BYTES_MAX) return undefined
  const reader = new BitReader().reset(bytes)
  const sha256 = readDigest(reader)
  const offset = reader.varint()
  const length = reader.varint()
  if (reader.isBroken || reader.bitsLeft > 0 || !isLength(length)) return undefined
  return { sha256, offset, length }
}

/** Writes an answer: 1, SHA-256, offset, total (varints), the piece to the end; or 0 and the SHA-256 [U10]. */
export function writeAnswer(answer: ContentAnswer): Uint8Array {
  const writer = new BitWriter(CONTENT_HEAD_BYTES_MAX + PIECE_BYTES_MAX)
  writer.bits(answer.is === 'piece' ? PIECE : GONE, 8)
  writeDigest(writer, answer.sha256)
  if (answer.is === 'piece') {
    writer.varint(answer.offset)
    writer.varint(answer.total)
    writer.bytes(answer.bytes)
  }
  if (writer.isFull)
    throw new ShardlessError('content/bad-ask', `A piece has at most ${PIECE_BYTES_MAX} bytes.`)
  return writer.finish().slice()
}

/** @returns undefined for bytes that are no answer */
export function readAnswer(bytes: Uint8Array): ContentAnswer | undefined {
  if (bytes.length > CONTENT_HEAD_BYTES_MAX + PIECE_BYTES_MAX) return undefined
  const reader = new BitReader().reset(bytes)
  const code = reader.bits(8)
  const sha256 = readDigest(reader)
  if (reader.isBroken || code > PIECE) return undefined
  if (code === GONE) return reader.bitsLeft === 0 ? { is: 'gone', sha256 } : undefined
  const offset = reader.varint()
  const total = reader.varint()
  const length = reader.bitsLeft >> 3
  if (reader.isBroken || !isLength(length) || offset + length > total) return undefined
  return { is: 'piece', sha256, offset, total, bytes: reader.bytes(length) }
}

function isLength(length: number): boolean {
  return Number.isSafeInteger(length) && length >= 1 && length <= PIECE_BYTES_MAX
}

function writeDigest(writer: BitWriter, digest: string): void {
  for (let i = 0; i < DIGEST_BYTES; i++) writer.bits(Number.parseInt(digest.slice(2 * i, 2 * i + 2), 16), 8)
}

function readDigest(reader: BitReader): string {
  let text = ''
  for (let i = 0; i < DIGEST_BYTES; i++) text += reader.bits(8).toString(16).padStart(2, '0')
  return text
}
