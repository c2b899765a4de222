import { bitsFor } from '../../core/index.ts'
import type { BitReader } from '../bit/bit-reader.ts'
import type { BitWriter } from '../bit/bit-writer.ts'
import { badDescription, type Field, OutOfRange, scalarField, show } from './field.ts'

const WORD = 0x100000000
const clamp = 'Clamp it before sending, or widen the field.'

/**
 * Describes a whole number, `min` <= v <= `max`, in the fewest bits that tell them apart [W10].
 *
 * @param bounds  `isAmount`: false for one that says how something is, as a level or a number in a list. Where several
 *                regions share a world and two change a field at once, an amount is changed by both, all else by the
 *                later one. True when left out; it changes no bit of what travels
 * @throws `wire/bad-description` unless both are safe integers, min <= max, and max - min < 2^53
 */
export function integer(bounds: {
  readonly min: number
  readonly max: number
  readonly isAmount?: boolean
}): Field<number> {
  const { min, max, isAmount = true } = bounds
  const count = max - min + 1
  if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && count >= 1 && count <= 2 ** 53)) {
    throw badDescription(`integer ${min}..${max}: give safe integers, min <= max, fewer than 2^53 apart.`)
  }
  const description = `integer(${min}..${max})`
  const initial = Math.min(Math.max(0, min), max)
  const bits = bitsFor(count)
  const toUnits = (value: number): number => {
    if (Number.isInteger(value) && value >= min && value <= max) return value - min + 0 // no -0
    const whole = Number.isInteger(value) ? '' : 'whole numbers, '
    throw new OutOfRange(show(value), `it travels as ${whole}${min}..${max}. ${clamp}`)
  }
  if (bits <= 32) {
    const fromUnits = (units: number): number => units + min
    const line = { base: min, step: 1, least: min, isExact: true }
    const scalar = { bits, unitsEnd: count, toUnits, fromUnits, line }
    const field = scalarField({ kind: 'integer', description, initial, scalar })
    return isAmount ? field : { ...field, isAmount }
  }
  return {
    kind: 'integer',
    bitsMin: bits,
    bitsMax: bits,
    description,
    initial,
    write(writer, value) {
      const units = toUnits(value)
      pair(writer, units % WORD, Math.floor(units / WORD), bits - 32)
    },
    read(reader) {
      const low = reader.bits(32)
      const units = low + reader.bits(bits - 32) * WORD
      if (units < count) return units + min
      reader.fail()
      return initial
    },
  }
}

/** Describes a whole number, 0 <= v < 2^53, in as many groups of seven bits as it needs [W11]. */
export function varint(): Field<number> {
  return {
    kind: 'varint',
    bitsMin: 8,
    bitsMax: 64,
    description: 'varint()',
    initial: 0,
    write(writer, value) {
      if (!(Number.isSafeInteger(value) && value >= 0)) {
        throw new OutOfRange(show(value), `it travels as whole numbers, 0..2^53 - 1. ${clamp}`)
      }
      writer.varint(value)
    },
    read: (reader) => reader.varint(),
  }
}

/** Describes a bigint, -2^63 <= v < 2^63, in 64 bits [W12]. */
export function int64(): Field<bigint> {
  return wide('int64', -(2n ** 63n), 2n ** 63n - 1n, (reader) => BigInt.asIntN(64, readWide(reader)))
}

/** Describes a bigint, 0 <= v < 2^64, in 64 bits [W12]. */
export function uint64(): Field<bigint> {
  return wide('uint64', 0n, 2n ** 64n - 1n, readWide)
}

function wide(kind: string, min: bigint, max: bigint, read: (reader: BitReader) => bigint): Field<bigint> {
  return {
    kind,
    bitsMin: 64,
    bitsMax: 64,
    description: `${kind}()`,
    initial: 0n,
    write(writer, value) {
      if (!(typeof value === 'bigint' && value >= min && value <= max)) {
        throw new OutOfRange(show(value), `it travels as a bigint, ${min}..${max}. ${clamp}`)
      }
      pair(writer, Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)), 32)
    },
    read,
  }
}

function pair(writer: BitWriter, low: number, high: number, highBits: number): void {
  writer.bits(low, 32)
  writer.bits(high, highBits)
}

function readWide(reader: BitReader): bigint {
  const low = reader.bits(32)
  return (BigInt(reader.bits(32)) << 32n) | BigInt(low)
}
