import { BitReader } from './bit-reader.ts'
import { BitWriter, WRITER_BYTES_MAX } from './bit-writer.ts'
import type { Field } from './field.ts'

/**
 * A value as fresh bytes, exactly as many as it needs; the last byte is filled with zeros.
 *
 * @throws `wire/out-of-range`, naming the path
 */
export function encode<T>(field: Field<T>, value: T): Uint8Array {
  const bytesMax = Math.min(Math.ceil(field.bitsMax / 8), WRITER_BYTES_MAX)
  let size = Math.min(bytesMax, 512)
  for (;;) {
    const writer = new BitWriter(size)
    field.write(writer, value)
    if (!writer.isFull || size === bytesMax) return writer.finish().slice()
    size = Math.min(bytesMax, size * 8)
  }
}

/** The value; undefined when the bytes are not one, or more than one: bits left over, or set in the last byte's filling. */
export function decode<T>(field: Field<T>, bytes: Uint8Array): T | undefined {
  const reader = new BitReader().reset(bytes)
  const value = field.read(reader)
  const left = reader.bitsLeft
  return reader.isBroken || left > 7 || reader.word(left) !== 0 ? undefined : value
}
