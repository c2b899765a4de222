import { bitsFor } from '../../core/index.ts'
import { badDescription, OutOfRange, type ScalarField, scalarField, show } from './field.ts'

/** The range and the step of a number that travels as a count of steps. */
export interface Steps {
  /** The least value. */
  readonly min: number
  /** Every value lies below it. */
  readonly max: number
  /** What one unit is worth; divides max - min. */
  readonly step: number
}

const TURN = 2 * Math.PI

/**
 * Describes a number, `min` <= v < `max`, as a count of steps above `min` [W13]. It reads back within half a step;
 * the last half step below `max` reads back as `max - step`.
 *
 * @throws `wire/bad-description` unless max - min is a whole number of steps, at most 2^32, and every step between
 *         is a number of its own
 */
export function quantized(steps: Steps): ScalarField<number> {
  const { min, max, step } = steps
  const count = Math.round((max - min) / step)
  const isWhole = Math.abs((max - min) / step - count) <= 1e-6 && count >= 1 && count <= 0x100000000
  const isFine = Math.max(Math.abs(min), Math.abs(max)) / step <= 2 ** 48
  if (!(step > 0 && isWhole && isFine)) {
    throw badDescription(
      `quantized ${min}..${max} by ${step}: give min < max, a whole number of steps apart and at most 2^32 of them.`,
    )
  }
  const last = count - 1
  const perStep = 1 / step
  const nearest = Math.min(Math.max(Math.round(-min / step), 0), last)
  const toUnits = (value: number): number => {
    if (!(typeof value === 'number' && value >= min && value < max)) {
      throw new OutOfRange(
        show(value),
        `it travels as ${min} <= v < ${max}. Clamp it before sending, or widen the field.`,
      )
    }
    const units = Math.floor((value - min) * perStep + 0.5)
    return Math.min(units, last)
  }
  const fromUnits = (units: number): number => min + units * step
  const line = { base: min, step, least: min, isExact: false }
  return scalarField({
    kind: 'quantized',
    description: `quantized(${min}..${max} by ${step})`,
    initial: fromUnits(nearest),
    scalar: { bits: bitsFor(count), unitsEnd: count, toUnits, fromUnits, line },
  })
}

/**
 * Describes a direction in radians. Any finite angle may be written; it reads back as 0 <= v < 2 pi, within half a
 * step of 2 pi / `steps`, whole turns left out [W14].
 *
 * @throws `wire/bad-description` unless `steps` is whole, 1 .. 2^32
 */
export function angle(size: { readonly steps: number }): ScalarField<number> {
  const { steps } = size
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= 0x100000000)) {
    throw badDescription(`angle of ${steps} steps: give a whole number, 1..2^32.`)
  }
  const step = TURN / steps
  const perStep = 1 / step
  const toUnits = (value: number): number => {
    const turned = typeof value === 'number' && value >= 0 && value < TURN ? value : wrap(value)
    const units = Math.floor(turned * perStep + 0.5)
    return units >= steps ? 0 : units
  }
  const fromUnits = (units: number): number => units * step
  const line = { base: 0, step, least: 0, isExact: false }
  return scalarField({
    kind: 'angle',
    description: `angle(${steps})`,
    initial: 0,
    scalar: { bits: bitsFor(steps), unitsEnd: steps, toUnits, fromUnits, line },
  })
}

function wrap(value: number): number {
  if (!Number.isFinite(value)) {
    throw new OutOfRange(
      show(value),
      'it travels as a finite angle in radians. Find out where it was divided by zero.',
    )
  }
  const turned = value % TURN
  return turned < 0 ? turned + TURN : turned
}
