import { bitsFor } from '../../core/index.ts'
import { isShortAscii, readUtf8, toUtf8, writeAscii } from '../bit/utf8.ts'
import { badDescription, type Field, OutOfRange, show } from './field.ts'

/** The longest text or byte string a field may carry. */
const BYTES_MAX = 0xffffff

/**
 * Text of at most `bytesMax` bytes of UTF-8: its length in bytes, then the bytes [W22]. Text with half a surrogate
 * pair is refused, and so are bytes that are not UTF-8.
 *
 * @throws `wire/bad-description` unless `bytesMax` is whole, 0 .. 2^24 - 1
 */
export function text(size: { readonly bytesMax: number }): Field<string> {
  const { bytesMax } = size
  const lengthBits = lengthBitsOf('text', bytesMax)
  return {
    kind: 'text',
    bitsMin: lengthBits,
    bitsMax: lengthBits + bytesMax * 8,
    description: `text(${bytesMax})`,
    initial: '',
    write(writer, value) {
      if (typeof value !== 'string') throw new OutOfRange(show(value), 'it travels as text.')
      if (isShortAscii(value) && value.length <= bytesMax) {
        writer.bits(value.length, lengthBits)
        writeAscii(writer, value)
        return
      }
      const bytes = toUtf8(value)
      if (bytes === undefined) {
        throw new OutOfRange(
          `${show(value)} with half a surrogate pair`,
          'it travels as UTF-8, which has no such thing. Use toWellFormed() before sending.',
        )
      }
      if (bytes.length > bytesMax) {
        throw new OutOfRange(
          `${bytes.length} bytes long`,
          `it travels as at most ${bytesMax} bytes of UTF-8. Cut it before sending, or widen the field.`,
        )
      }
      writer.bits(bytes.length, lengthBits)
      writer.bytes(bytes)
    },
    read(reader) {
      const length = reader.bits(lengthBits)
      const value = length <= bytesMax && length * 8 <= reader.bitsLeft ? readUtf8(reader, length) : undefined
      if (value !== undefined) return value
      reader.fail()
      return ''
    },
  }
}

/**
 * Describes at most `bytesMax` bytes as they are: how many, then the bytes [W23]. What is read is a copy.
 *
 * @throws `wire/bad-description` unless `bytesMax` is whole, 0 .. 2^24 - 1
 */
export function bytes(size: { readonly bytesMax: number }): Field<Uint8Array> {
  const { bytesMax } = size
  const lengthBits = lengthBitsOf('bytes', bytesMax)
  return {
    kind: 'bytes',
    bitsMin: lengthBits,
    bitsMax: lengthBits + bytesMax * 8,
    description: `bytes(${bytesMax})`,
    initial: new Uint8Array(0),
    write(writer, value) {
      if (!(value instanceof Uint8Array)) throw new OutOfRange(show(value), 'it travels as a Uint8Array.')
      if (value.length > bytesMax) {
        throw new OutOfRange(
          show(value),
          `it travels as at most ${bytesMax} bytes. Send less, or widen the field.`,
        )
      }
      writer.bits(value.length, lengthBits)
      writer.bytes(value)
    },
    read(reader) {
      const length = reader.bits(lengthBits)
      if (length <= bytesMax) return reader.bytes(length)
      reader.fail()
      return new Uint8Array(0)
    },
  }
}

function lengthBitsOf(kind: string, bytesMax: number): number {
  if (Number.isInteger(bytesMax) && bytesMax >= 0 && bytesMax <= BYTES_MAX) return bitsFor(bytesMax + 1)
  throw badDescription(`${kind} of at most ${bytesMax} bytes: give a whole number, 0..2^24 - 1.`)
}
