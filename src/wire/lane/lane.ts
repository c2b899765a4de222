import { twoTo } from '../../core/index.ts'
import type { BitReader } from '../bit/bit-reader.ts'
import type { BitWriter } from '../bit/bit-writer.ts'
import { type AnyField, type Field, within } from '../field/field.ts'

/** How many lanes are read and written together. No word spans two such groups. */
export const LANES_MAX = 8

/**
 * One field of a record as the record reads and writes it. Neighbours of fixed width travel in one word of at most
 * 32 bits:
 *
 *     x 15 bits, y 15 bits | facing 8 bits, health 7 bits | name, by itself
 *     opens 30      closes 30
 */
export interface Lane {
  readonly key: string
  /** Whether the value is a count of units in the current word; otherwise `field` reads and writes it by itself. */
  readonly isPacked: boolean
  readonly field: Field<unknown>
  readonly shift: number
  readonly mask: number
  /** The largest count. */
  readonly last: number
  /** How many bits to read before this lane, when it is the first of its word; 0 otherwise. */
  readonly opens: number
  /** How many bits to write after this lane, when it is the last of its word; 0 otherwise. */
  readonly closes: number
  /** Whether the value is `base + units * step`. */
  readonly isLine: boolean
  readonly base: number
  readonly step: number
  readonly perStep: number
  readonly least: number
  readonly isExact: boolean
  readonly fromUnits: (units: number) => unknown
  /** Returns the units of any value. @throws `wire/out-of-range`, the path beginning with this key */
  readonly toUnits: (value: unknown) => number
  /** Writes any value. @throws as `toUnits` */
  readonly write: (writer: BitWriter, value: unknown) => void
}

/** Makes the lanes of a record, packing neighbours into words. */
export function lanesOf(fields: Readonly<Record<string, AnyField>>): Lane[] {
  const lanes: Lane[] = []
  let word: [string, Field<unknown>][] = []
  let bits = 0
  const close = (): void => {
    let shift = 0
    for (const [i, [key, field]] of word.entries()) {
      const place = { shift, opens: i === 0 ? bits : 0, closes: i === word.length - 1 ? bits : 0 }
      lanes.push(laneOf(key, field, place))
      shift += field.bitsMax
    }
    word = []
    bits = 0
  }
  for (const [key, any] of Object.entries(fields)) {
    const field = any as Field<unknown>
    const isGroupFull = (lanes.length + word.length) % LANES_MAX === 0
    if (field.scalar === undefined || isGroupFull || bits + field.scalar.bits > 32) close()
    if (field.scalar === undefined) {
      lanes.push(laneOf(key, field, { shift: 0, opens: 0, closes: 0 }))
    } else {
      word.push([key, field])
      bits += field.scalar.bits
    }
  }
  close()
  return lanes
}

/** Takes the value of a lane that is a line out of `word`. Never throws. */
export function takeNumber(lane: Lane, word: number, reader: BitReader): number {
  const units = ((word >>> lane.shift) & lane.mask) >>> 0
  if (units <= lane.last) return lane.base + units * lane.step
  reader.fail()
  return lane.base
}

/** Takes the value of any lane: out of `word` when it is packed there, else from the reader. Never throws. */
export function take(lane: Lane, word: number, reader: BitReader): unknown {
  if (!lane.isPacked) return lane.field.read(reader)
  const units = ((word >>> lane.shift) & lane.mask) >>> 0
  if (units <= lane.last) return lane.fromUnits(units)
  reader.fail()
  return lane.field.initial
}

/**
 * Writes the value of a lane that is no line.
 *
 * @returns the word as it now is: see `append`
 * @throws  `wire/out-of-range`, the path beginning with the lane's key
 */
export function put(lane: Lane, value: unknown, word: number, writer: BitWriter): number {
  if (lane.isPacked) return append(lane, lane.toUnits(value), word, writer)
  lane.write(writer, value)
  return 0
}

/** Returns the units of a value of a line. @throws as `put` */
export function laneUnits(lane: Lane, value: unknown): number {
  if (typeof value === 'number' && value >= lane.least) {
    const units = Math.floor((value - lane.base) * lane.perStep + 0.5)
    if (units <= lane.last && (!lane.isExact || units + lane.base === value)) return units
  }
  return lane.toUnits(value)
}

/** Adds units to `word`, and writes the word out when it is complete. @returns the word as it now is */
export function append(lane: Lane, units: number, word: number, writer: BitWriter): number {
  const whole = word | (units << lane.shift)
  if (lane.closes === 0) return whole
  writer.word(whole, lane.closes)
  return 0
}

function laneOf(
  key: string,
  field: Field<unknown>,
  place: { shift: number; opens: number; closes: number },
): Lane {
  const { scalar } = field
  const line = scalar?.line
  const bits = scalar?.bits ?? 0
  return {
    key,
    field,
    ...place,
    isPacked: scalar !== undefined,
    mask: bits === 32 ? -1 : twoTo(bits) - 1,
    last: (scalar?.unitsEnd ?? 1) - 1,
    isLine: line !== undefined,
    base: line?.base ?? 0,
    step: line?.step ?? 1,
    perStep: 1 / (line?.step ?? 1),
    least: line?.least ?? Number.POSITIVE_INFINITY,
    isExact: line?.isExact ?? false,
    fromUnits: scalar?.fromUnits ?? (() => field.initial),
    toUnits(value) {
      try {
        return scalar?.toUnits(value) ?? 0
      } catch (error) {
        throw within(error, key)
      }
    },
    write(writer, value) {
      try {
        field.write(writer, value)
      } catch (error) {
        throw within(error, key)
      }
    },
  }
}
