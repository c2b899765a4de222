import { twoTo } from '../../core/index.ts'
import type { BitReader, BitWriter } from '../../wire/index.ts'
import { ROTATION } from '../ledger/past.ts'

/** From how many ones on the rest of a difference is written as a number of stated width. */
const UNARY_MAX = 10
/** Differences from here on are not told as such. */
export const DIFFERENCE_END = 2 ** 30
/** A base is at most so many ticks old, and the one before it so much older. */
export const BASE_TICKS_MAX = 127

/** From which states something is predicted [T45]. */
export interface Span {
  /** How many ticks ago the base was. */
  age: number
  /** How many ticks before that the one before was; 0 for none. */
  gap: number
}

/** Returns a coordinate as predicted from where it was at the base and before. */
export function predicted(base: number, before: number, { age, gap }: Span): number {
  return gap === 0 ? base : base + Math.round(((base - before) * age) / gap)
}

/**
 * Returns in how many bits the lower part of a coordinate's difference from its prediction is told [T46].
 *
 * @param pace   by how many units it changed in each tick between the two bases
 * @param isUp   whether it is a height, which mostly stays
 */
export function placeWidth(age: number, pace: number, isUp: boolean): number {
  const spread = spreadOf(age)
  const width = widthOf(pace)
  if (width === 0) return isUp ? Math.max(0, spread - 4) : spread + 1
  return Math.max(0, spread + Math.min(1, (width - 3) >> 1))
}

/** The same of a part of a rotation. @param pace  in steps of the field */
export function partWidth(age: number, pace: number): number {
  const spread = spreadOf(age)
  const width = widthOf(pace)
  if (width === 0) return Math.max(0, spread - 4)
  return spread - (spread >> 2) + ((width - 1) >> 1)
}

/** How many bits hold by how much a steady push of one unit a tick and tick moves something in so many ticks. */
function spreadOf(age: number): number {
  return 32 - Math.clz32((age * (age + 1)) >> 1)
}

function widthOf(pace: number): number {
  return 32 - Math.clz32(Math.floor(Math.abs(pace)))
}

/** Appends a difference: as many ones as its upper part counts and a zero, then `width` lower bits [T46]. */
export function writeDifference(writer: BitWriter, difference: number, width: number): void {
  const folded = fold(difference)
  const ones = folded >>> width
  if (ones < UNARY_MAX) {
    writer.bits((1 << ones) - 1, ones + 1)
    if (width > 0) writer.bits(folded & ((1 << width) - 1), width)
    return
  }
  const length = 32 - Math.clz32(folded)
  writer.bits((1 << UNARY_MAX) - 1, UNARY_MAX)
  writer.bits(length - 1, 5)
  if (length > 1) writer.bits(folded & ((1 << (length - 1)) - 1), length - 1)
}

export function readDifference(reader: BitReader, width: number): number {
  let ones = 0
  while (ones < UNARY_MAX && reader.bits(1) === 1) ones++
  if (ones < UNARY_MAX) return unfold(ones * (1 << width) + (width > 0 ? reader.bits(width) : 0))
  const below = reader.bits(5)
  return unfold((below > 0 ? reader.bits(below) : 0) + twoTo(below))
}

/** Returns how many bits `writeDifference` appends. */
export function differenceBits(difference: number, width: number): number {
  const folded = fold(difference)
  const ones = folded >>> width
  return ones < UNARY_MAX ? ones + 1 + width : UNARY_MAX + 5 + 31 - Math.clz32(folded)
}

/** Small numbers of either sign are small counts. */
function fold(difference: number): number {
  return difference < 0 ? -2 * difference - 1 : 2 * difference
}

function unfold(folded: number): number {
  return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2
}

/** A rotation as it is expected: its four parts, how fast each changed, and which is largest. */
export class ExpectedRotation {
  readonly #parts = new Float64Array(ROTATION)
  readonly #before = new Float64Array(ROTATION)
  readonly #pace = new Float64Array(ROTATION)
  largest = 0
  #half = 0

  /**
   * Predicts a rotation from two of the past, or from one: the sum of the base and how it changed since before, as long
   * as a rotation is [T47].
   *
   * @param base    where the base lies among `states`
   * @param before  where the one before does; -1 for none
   */
  expect(states: Float64Array, at: { base: number; before: number }, half: number, { age, gap }: Span): void {
    const parts = this.#parts
    this.#half = half
    unpack(states, at.base, half, parts)
    this.#pace.fill(0)
    if (at.before >= 0 && gap > 0) {
      unpack(states, at.before, half, this.#before)
      const before = this.#before
      let along = 0
      for (let i = 0; i < ROTATION; i++) along += parts[i] * before[i]
      const sign = along < 0 ? -1 : 1
      let squared = 0
      for (let i = 0; i < ROTATION; i++) {
        const step = parts[i] - sign * before[i]
        this.#pace[i] = step / gap
        before[i] = parts[i] + (step * age) / gap
        squared += before[i] * before[i]
      }
      const length = Math.sqrt(squared)
      if (length > 0) for (let i = 0; i < ROTATION; i++) parts[i] = (before[i] / length) * half * Math.SQRT2
    }
    this.largest = 0
    for (let i = 1; i < ROTATION; i++)
      if (Math.abs(parts[i]) > Math.abs(parts[this.largest])) this.largest = i
  }

  /** Returns a part in steps, where `largest` is left out. @param i  which of the other three */
  part(i: number, largest: number): number {
    const steps = Math.round(this.#parts[i] * (this.#parts[largest] < 0 ? -1 : 1))
    return Math.max(-this.#half, Math.min(this.#half, steps))
  }

  pace(i: number): number {
    return this.#pace[i]
  }
}

/** Writes the four parts of a rotation, in steps: its largest is what makes it a rotation. */
function unpack(states: Float64Array, at: number, half: number, to: Float64Array): void {
  const largest = states[at]
  let rest = 2 * half * half
  for (let i = 0, part = 1; i < ROTATION; i++) {
    if (i === largest) continue
    const steps = states[at + part++]
    to[i] = steps
    rest -= steps * steps
  }
  to[largest] = Math.sqrt(Math.max(0, rest))
}
