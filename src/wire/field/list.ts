import { bitsFor } from '../../core/index.ts'
import { badDescription, type Field, OutOfRange, show, within } from './field.ts'

/** The longest list. */
const LENGTH_MAX = 0xffffff

/**
 * Describes a value or undefined: one bit that says whether it is there, then the value [W30].
 *
 * @throws `wire/bad-description` for a field that is optional already: two ways to say undefined are one too many
 */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  if (field.kind === 'optional')
    throw badDescription(
      `optional of ${field.description}: it may be missing already. Take one of the two away.`,
    )
  return {
    kind: 'optional',
    bitsMin: 1,
    bitsMax: 1 + field.bitsMax,
    description: `optional(${field.description})`,
    initial: undefined,
    write(writer, value) {
      if (value === undefined) {
        writer.bits(0, 1)
        return
      }
      const mark = writer.mark()
      try {
        writer.bits(1, 1)
        field.write(writer, value)
      } catch (error) {
        writer.rewind(mark)
        throw error
      }
    },
    read: (reader) => (reader.word(1) === 1 ? field.read(reader) : undefined),
  }
}

/**
 * Describes at most `lengthMax` values of one field: how many, then each [W31]. A stated length that the bits left
 * could not hold is broken before anything is made for it.
 *
 * @throws `wire/bad-description` unless `lengthMax` is whole, 0 .. 2^24 - 1, and an item takes at least one bit
 */
export function list<T>(field: Field<T>, size: { readonly lengthMax: number }): Field<readonly T[]> {
  const { lengthMax } = size
  if (!(Number.isInteger(lengthMax) && lengthMax >= 0 && lengthMax <= LENGTH_MAX)) {
    throw badDescription(`list of at most ${lengthMax}: give a whole number, 0..2^24 - 1.`)
  }
  if (field.bitsMin < 1) {
    throw badDescription(
      `list of ${field.description}: its items can take no bits at all. Send their count instead.`,
    )
  }
  const lengthBits = bitsFor(lengthMax + 1)
  const bitsMax = lengthBits + lengthMax * field.bitsMax
  if (!Number.isSafeInteger(bitsMax)) {
    throw badDescription(`list of ${lengthMax} times ${field.description}: it could be over 2^53 bits long.`)
  }
  return {
    kind: 'list',
    bitsMin: lengthBits,
    bitsMax,
    description: `list(${field.description}, ${lengthMax})`,
    initial: [],
    write(writer, value) {
      if (!Array.isArray(value)) throw new OutOfRange(show(value), 'it travels as a list.')
      const length = value.length
      if (length > lengthMax) {
        throw new OutOfRange(
          show(value),
          `it travels as at most ${lengthMax}. Send less, or widen the field.`,
        )
      }
      const mark = writer.mark()
      let i = 0
      try {
        writer.bits(length, lengthBits)
        for (; i < length; i++) field.write(writer, value[i])
      } catch (error) {
        writer.rewind(mark)
        throw within(error, `[${i}]`)
      }
    },
    read(reader) {
      const length = reader.bits(lengthBits)
      if (length > lengthMax || length * field.bitsMin > reader.bitsLeft) {
        reader.fail()
        return []
      }
      const items: T[] = new Array(length)
      for (let i = 0; i < length; i++) items[i] = field.read(reader)
      return items
    },
  }
}
