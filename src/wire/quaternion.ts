import type { BitReader } from './bit-reader.ts'
import { badDescription, type Field, OutOfRange, show } from './field.ts'

export interface Quaternion {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly w: number
}

type Parts = [number, number, number, number]
const LENGTH_TOLERANCE = 0.01

/**
 * A rotation as a unit quaternion: which of x, y, z, w is largest, and the three others in `bits` bits each [W23].
 * The largest is what makes the length one. A quaternion and its negative are the same rotation: it reads back with
 * the largest part positive, each other part within 1.5 steps of sqrt(1/2) / (2^(bits - 1) - 1).
 *
 * Source: Glenn Fiedler, "Snapshot Compression" (smallest three).
 *
 * @throws `wire/bad-description` unless `bits` is whole, 2..20
 */
export function quaternion(size: { readonly bits: number }): Field<Quaternion> {
  const { bits } = size
  if (!(Number.isInteger(bits) && bits >= 2 && bits <= 20)) {
    throw badDescription(`quaternion of ${bits} bits a part: give a whole number, 2..20.`)
  }
  const half = 2 ** (bits - 1) - 1
  const step = Math.SQRT1_2 / half
  const total = 2 + 3 * bits
  return {
    kind: 'quaternion',
    bitsMin: total,
    bitsMax: total,
    description: `quaternion(${bits})`,
    initial: { x: 0, y: 0, z: 0, w: 1 },
    write(writer, value) {
      const parts = unit(value)
      const largest = largestOf(parts)
      const sign = parts[largest] < 0 ? -1 : 1
      const counts = others(parts, largest).map((part) => clamp(Math.round((sign * part) / step), half))
      while (!isCanonical(counts, largest, step)) shrink(counts)
      writer.bits(largest, 2)
      for (const count of counts) writer.bits(count + half, bits)
    },
    read(reader: BitReader) {
      const largest = reader.word(2)
      const counts = [reader.word(bits) - half, reader.word(bits) - half, reader.word(bits) - half]
      if (counts.some((count) => count > half) || !isCanonical(counts, largest, step)) {
        reader.fail()
        return { x: 0, y: 0, z: 0, w: 1 }
      }
      const parts = counts.map((count) => count * step)
      parts.splice(largest, 0, rest(counts, step))
      return { x: parts[0], y: parts[1], z: parts[2], w: parts[3] }
    },
  }
}

function unit(value: Quaternion): Parts {
  if (typeof value !== 'object' || value === null)
    throw new OutOfRange(show(value), 'it travels as {x, y, z, w}.')
  const { x, y, z, w } = value
  const length = Math.sqrt(x * x + y * y + z * z + w * w)
  if (Math.abs(length - 1) <= LENGTH_TOLERANCE) return [x / length, y / length, z / length, w / length]
  throw new OutOfRange(
    `of length ${length}`,
    'it travels as a rotation of length 1. Normalise it before sending.',
  )
}

/** The first of the largest. */
function largestOf(parts: Parts): number {
  let largest = 0
  for (let i = 1; i < 4; i++) if (Math.abs(parts[i]) > Math.abs(parts[largest])) largest = i
  return largest
}

function others(parts: Parts, largest: number): number[] {
  return parts.filter((_, i) => i !== largest)
}

/** What the largest part must be; NaN when the three others are already too long. */
function rest(counts: readonly number[], step: number): number {
  const [a, b, c] = counts
  return Math.sqrt(1 - (a * a + b * b + c * c) * step * step)
}

/** Whether the part left out would be chosen again: larger than those before it, no smaller than those after. */
function isCanonical(counts: readonly number[], largest: number, step: number): boolean {
  const left = rest(counts, step)
  for (let i = 0; i < 3; i++) {
    const part = Math.abs(counts[i]) * step
    if (!(i < largest ? left > part : left >= part)) return false
  }
  return true
}

/** Rounding made the others too long: the longest gives one step back. */
function shrink(counts: number[]): void {
  let longest = 0
  for (let i = 1; i < 3; i++) if (Math.abs(counts[i]) > Math.abs(counts[longest])) longest = i
  counts[longest] -= Math.sign(counts[longest])
}

function clamp(count: number, most: number): number {
  return Math.min(Math.max(count, -most), most)
}
