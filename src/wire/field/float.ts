import { type Field, OutOfRange, show } from './field.ts'

const scratch = new DataView(new ArrayBuffer(8))
const rule = 'it travels as a finite number. Find out where it was divided by zero.'

/**
 * Describes a finite number rounded to the nearest 32-bit float of IEEE 754 [W15]. -0 stays -0; NaN and infinities
 * are refused.
 */
export function float32(): Field<number> {
  return {
    kind: 'float32',
    bitsMin: 32,
    bitsMax: 32,
    description: 'float32()',
    initial: 0,
    write(writer, value) {
      const rounded = typeof value === 'number' ? Math.fround(value) : Number.NaN
      if (!Number.isFinite(rounded)) throw new OutOfRange(show(value), rule)
      scratch.setFloat32(0, rounded, true)
      writer.bits(scratch.getInt32(0, true), 32)
    },
    read(reader) {
      scratch.setInt32(0, reader.word(32), true)
      const value = scratch.getFloat32(0, true)
      if (Number.isFinite(value)) return value
      reader.fail()
      return 0
    },
  }
}

/**
 * Describes a finite number as it is, in the 64 bits of IEEE 754, low word first [W15]. NaN and infinities are
 * refused.
 */
export function float64(): Field<number> {
  return {
    kind: 'float64',
    bitsMin: 64,
    bitsMax: 64,
    description: 'float64()',
    initial: 0,
    write(writer, value) {
      if (!Number.isFinite(value)) throw new OutOfRange(show(value), rule)
      scratch.setFloat64(0, value, true)
      const high = scratch.getInt32(4, true)
      writer.bits(scratch.getInt32(0, true), 32)
      writer.bits(high, 32)
    },
    read(reader) {
      scratch.setInt32(0, reader.word(32), true)
      scratch.setInt32(4, reader.word(32), true)
      const value = scratch.getFloat64(0, true)
      if (Number.isFinite(value)) return value
      reader.fail()
      return 0
    },
  }
}
