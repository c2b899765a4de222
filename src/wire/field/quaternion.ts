import { twoTo } from '../../core/index.ts'
import { badDescription, type Field, OutOfRange, show } from './field.ts'

export interface Quaternion {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly w: number
}

const LENGTH_TOLERANCE = 0.01

/**
 * Describes a rotation as a unit quaternion: which of x, y, z, w is largest, and the three others in `bits` bits
 * each [W25]. The largest is what makes the length one. A quaternion and its negative are the same rotation: it
 * reads back with the largest part positive, each other part within 1.5 steps of sqrt(1/2) / (2^(bits - 1) - 1).
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
  const half = twoTo(bits - 1) - 1
  const step = Math.SQRT1_2 / half
  const total = 2 + 3 * bits
  return {
    kind: 'quaternion',
    bitsMin: total,
    bitsMax: total,
    description: `quaternion(${bits})`,
    initial: identity(),
    write(writer, value) {
      const length = lengthOf(value)
      const { x, y, z, w } = value
      const largest = largestOf(x, y, z, w)
      const left = largest === 0 ? x : largest === 1 ? y : largest === 2 ? z : w
      const perStep = (left < 0 ? -1 : 1) / (length * step)
      let a = clamp(Math.round((largest === 0 ? y : x) * perStep), half)
      let b = clamp(Math.round((largest < 2 ? z : y) * perStep), half)
      let c = clamp(Math.round((largest === 3 ? z : w) * perStep), half)
      // Rounding may make the three too long for the fourth to be the largest: the longest gives a step back.
      while (!isCanonical(a, b, c, largest, step)) {
        const longest = largestOf(a, b, c, 0)
        if (longest === 0) a -= Math.sign(a)
        else if (longest === 1) b -= Math.sign(b)
        else c -= Math.sign(c)
      }
      writer.bits(largest, 2)
      writer.bits(a + half, bits)
      writer.bits(b + half, bits)
      writer.bits(c + half, bits)
    },
    read(reader) {
      const largest = reader.word(2)
      const a = reader.word(bits) - half
      const b = reader.word(bits) - half
      const c = reader.word(bits) - half
      if (a > half || b > half || c > half || !isCanonical(a, b, c, largest, step)) {
        reader.fail()
        return identity()
      }
      const left = rest(a, b, c, step)
      if (largest === 0) return { x: left, y: a * step, z: b * step, w: c * step }
      if (largest === 1) return { x: a * step, y: left, z: b * step, w: c * step }
      if (largest === 2) return { x: a * step, y: b * step, z: left, w: c * step }
      return { x: a * step, y: b * step, z: c * step, w: left }
    },
  }
}

function identity(): Quaternion {
  return { x: 0, y: 0, z: 0, w: 1 }
}

function lengthOf(value: Quaternion): number {
  if (typeof value !== 'object' || value === null)
    throw new OutOfRange(show(value), 'it travels as {x, y, z, w}.')
  const { x, y, z, w } = value
  const isNumbers =
    typeof x === 'number' && typeof y === 'number' && typeof z === 'number' && typeof w === 'number'
  const length = isNumbers ? Math.sqrt(x * x + y * y + z * z + w * w) : Number.NaN
  if (Math.abs(length - 1) <= LENGTH_TOLERANCE) return length
  throw new OutOfRange(
    `of length ${length}`,
    'it travels as a rotation of length 1. Normalise it before sending.',
  )
}

/** Returns the index of the first of the largest. */
function largestOf(x: number, y: number, z: number, w: number): number {
  const most = Math.max(Math.abs(x), Math.abs(y), Math.abs(z), Math.abs(w))
  return Math.abs(x) === most ? 0 : Math.abs(y) === most ? 1 : Math.abs(z) === most ? 2 : 3
}

/** Returns what the part left out must be; NaN when the three others are too long already. */
function rest(a: number, b: number, c: number, step: number): number {
  return Math.sqrt(1 - (a * a + b * b + c * c) * step * step)
}

/**
 * Returns whether the part left out would be chosen again: larger than those before it, no smaller than those
 * after.
 */
function isCanonical(a: number, b: number, c: number, largest: number, step: number): boolean {
  const left = rest(a, b, c, step)
  return (
    isSmaller(Math.abs(a) * step, left, largest > 0) &&
    isSmaller(Math.abs(b) * step, left, largest > 1) &&
    isSmaller(Math.abs(c) * step, left, largest > 2)
  )
}

function isSmaller(part: number, left: number, isBefore: boolean): boolean {
  return isBefore ? part < left : part <= left
}

function clamp(count: number, most: number): number {
  return Math.min(Math.max(count, -most), most)
}
