import { ShardlessError } from '../core/index.ts'
import { BitReader } from './bit/bit-reader.ts'
import { BitWriter, WRITER_BYTES_MAX } from './bit/bit-writer.ts'
import type { Field } from './field/field.ts'

const SLAB_BYTES = 16_384

/**
 * Values are cut from a slab, one after the other, each from a whole word on: for a small value, memory of its own
 * costs more than the writing. Bytes handed out are never written again. At most one slab waits here; nothing else
 * outlives a call.
 */
const waiting: BitWriter[] = []

/**
 * Encodes a value as fresh bytes, exactly as many as it needs; the last byte is filled with zeros. They may share
 * their ArrayBuffer with other values, as those of Node's Buffer do: send or copy them, never transfer the buffer.
 *
 * @throws `wire/out-of-range`, naming the path
 */
export function encode<T>(field: Field<T>, value: T): Uint8Array {
  const slab = waiting.pop() ?? new BitWriter(SLAB_BYTES)
  const start = slab.byteLength
  field.write(slab, value)
  if (slab.isFull) return encodeApart(field, value)
  const bytes = slab.finish(start)
  slab.bits(0, -slab.bitLength & 31)
  if (waiting.length === 0) waiting.push(slab)
  return bytes
}

/**
 * Decodes a value. Undefined when the bytes hold none, or more than one: bits left over, or set in the last byte's
 * filling.
 */
export function decode<T>(field: Field<T>, bytes: Uint8Array): T | undefined {
  const reader = new BitReader().reset(bytes)
  const value = field.read(reader)
  const left = reader.bitsLeft
  return reader.isBroken || left > 7 || reader.word(left) !== 0 ? undefined : value
}

/** Encodes a value for which the slab had no room. */
function encodeApart<T>(field: Field<T>, value: T): Uint8Array {
  const bytesMax = Math.min(Math.ceil(field.bitsMax / 8), WRITER_BYTES_MAX)
  for (let size = Math.min(SLAB_BYTES / 4, bytesMax); ; size = Math.min(size * 4, bytesMax)) {
    const writer = new BitWriter(size)
    field.write(writer, value)
    if (!writer.isFull) return writer.finish().slice()
    if (size === bytesMax) {
      throw new ShardlessError(
        'wire/bad-size',
        `A ${field.kind} did not fit ${bytesMax} bytes. Send it in parts.`,
      )
    }
  }
}
