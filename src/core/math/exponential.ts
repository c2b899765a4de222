import { sumRest, twoTo } from './double.ts'

const LOG2_E = Math.LOG2E
/** ln 2, its first 32 bits and the rest. */
const LN2 = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
/** Beyond these, e^x is more than the largest double, or less than half of the smallest. */
const X_MAX = 709.782712893384
const X_MIN = -745.1332191019412

/** Returns e to the given power, the same bits everywhere, within 1 ulp. */
export function exp(x: number): number {
  return expOf(x, 0)
}

/** Returns e^(high + low), where |low| is at most half an ulp of `high`. */
export function expOf(high: number, low: number): number {
  if (Number.isNaN(high)) return high
  if (high > X_MAX) return Number.POSITIVE_INFINITY
  if (high < X_MIN) return 0
  // high + low = power * ln 2 + x + rest, |x| <= 0.35
  const power = Math.floor(high * LOG2_E + 0.5)
  const most = high - power * LN2
  const less = low - power * LN2_LOW
  const x = most + less
  const rest = sumRest(most, less, x)
  // e^x = 1 + x + square of x times the rest of its series
  const far =
    1 / 40_320 +
    x * (1 / 362_880 + x * (1 / 3_628_800 + x * (1 / 39_916_800 + x / 479_001_600 + (x * x) / 6_227_020_800)))
  const near = 1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040 + x * far)))))
  const one = 1 + x
  const value = one + (sumRest(1, x, one) + (x * x * near + rest * one))
  return scaled(value, power)
}

/** Returns value * 2^power, rounded once: 0.7 < value < 1.5. */
function scaled(value: number, power: number): number {
  if (power > 1023) return value * twoTo(1023) * twoTo(power - 1023)
  if (power < -1020) return value * twoTo(power + 1000) * twoTo(-1000)
  return value * twoTo(power)
}
