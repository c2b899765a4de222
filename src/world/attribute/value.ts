import { type Field, float64, text } from '../../wire/index.ts'

/** A value that an attribute may hold: it travels as it is, and can be written as plain JSON. */
export type AttributeValue = number | string | boolean

/** The longest text an attribute holds, in bytes of UTF-8. */
export const VALUE_BYTES_MAX = 1024

const FALSE = 0
const TRUE = 1
const NUMBER = 2
const TEXT = 3

/**
 * Describes a number, a text or a boolean: two bits for the type, then the value unless those bits already give it.
 */
export function attributeValue(): Field<AttributeValue> {
  const number = float64()
  const words = text({ bytesMax: VALUE_BYTES_MAX })
  return {
    kind: 'attributeValue',
    bitsMin: 2,
    bitsMax: 2 + words.bitsMax,
    description: `attributeValue(${VALUE_BYTES_MAX})`,
    initial: false,
    write(writer, value) {
      if (typeof value === 'boolean') {
        writer.bits(value ? TRUE : FALSE, 2)
        return
      }
      const mark = writer.mark()
      try {
        writer.bits(typeof value === 'number' ? NUMBER : TEXT, 2)
        if (typeof value === 'number') number.write(writer, value)
        else words.write(writer, value)
      } catch (error) {
        writer.rewind(mark)
        throw error
      }
    },
    read(reader) {
      const tag = reader.bits(2)
      if (tag === NUMBER) return number.read(reader)
      return tag === TEXT ? words.read(reader) : tag === TRUE
    },
  }
}
