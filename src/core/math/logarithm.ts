/**
 * The natural logarithm: x = 2^e * m, 0.7 < m < 1.42; m * k/16 is near 1 for one k, so that log x = e log 2 -
 * log(k/16) + log(1 + r) with |r| < 0.045, whose series is short. Each part is kept as a double and what it leaves,
 * so that the sum is right to 2^-65 of itself, which a power needs.
 */
import { exponentOf, productRest, sumRest, twoTo } from './double.ts'

const ROOT = Math.SQRT2
/** ln 2, its first 32 bits and the rest. */
const LN2 = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** -log(k/16) for k of 11 .. 23, each as the nearest double and what it leaves. */
const FIRST = 11
const LOGS = [
  0.3746934494414107, 0.2876820724517809, 0.2076393647782445, 0.13353139262452263, 0.06453852113757118, 0,
  -0.06062462181643484, -0.11778303565638346, -0.17185025692665923, -0.22314355131420976,
  -0.27193371548364176, -0.3184537311185346, -0.3629054936893685,
]
const LOGS_LOW = [
  -3.9243112288632396e-18, 2.607160616442564e-17, 1.2053243216686129e-17, -3.664457663660085e-18,
  -6.470486661692933e-18, 0, -2.6424025938726934e-18, 1.1971685747593677e-18, 6.0224538210113705e-18,
  9.091270597324799e-18, -7.83319637697442e-19, -2.7114779367326236e-17, 2.1492361455310972e-17,
]

export interface Logarithm {
  high: number
  low: number
}

/** Written and read within one call. */
const result: Logarithm = { high: 0, low: 0 }

/** Returns the natural logarithm, the same bits everywhere, within 1 ulp. -Infinity for 0, NaN below it. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  setLog(x, result)
  return result.high
}

/** @param x 0 < x < Infinity  @param log takes its logarithm, in two numbers whose sum it is */
export function setLog(x: number, log: Logarithm): void {
  let exponent = exponentOf(x)
  let m = x
  if (exponent < -1022) {
    m *= twoTo(54)
    exponent = exponentOf(m)
    m *= twoTo(-exponent)
    exponent -= 54
  } else m = exponent > 1000 ? m * twoTo(-1000) * twoTo(1000 - exponent) : m * twoTo(-exponent)
  if (m > ROOT) {
    m /= 2
    exponent++
  }
  const k = Math.floor(16 / m + 0.5)
  const product = (m * k) / 16
  // r + rLow = m * k/16 - 1, exactly.
  const r = product - 1
  const rLow = productRest(m, k / 16, product)
  // log(1 + r) = r - r^2/2 + r^3/3 - r^4/4 ...
  const square = r * r
  const squareLow = productRest(r, r, square) + 2 * r * rLow
  const cube = square * r
  const cubeLow = productRest(square, r, cube) + squareLow * r + square * rLow
  const third = cube / 3
  const thirdOf3 = third * 3
  const thirdLow = (cube - thirdOf3 - productRest(third, 3, thirdOf3) + cubeLow) / 3
  const low = thirdLow - squareLow / 2 + rLow + LOGS_LOW[k - FIRST] + exponent * LN2_LOW
  sumUp(exponent * LN2, LOGS[k - FIRST], r, -square / 2, third, low - square * square * series(r), log)
}

/** Returns the factor of r^4 in -log(1 + r): 1/4 - r/5 + r^2/6 ... */
function series(r: number): number {
  let sum = 1 / 15
  sum = 1 / 14 - r * sum
  sum = 1 / 13 - r * sum
  sum = 1 / 12 - r * sum
  sum = 1 / 11 - r * sum
  sum = 1 / 10 - r * sum
  sum = 1 / 9 - r * sum
  sum = 1 / 8 - r * sum
  sum = 1 / 7 - r * sum
  sum = 1 / 6 - r * sum
  sum = 1 / 5 - r * sum
  return 1 / 4 - r * sum
}

/** Adds five numbers, each smaller than the one before, and what their sums lost by rounding. */
function sumUp(a: number, b: number, c: number, d: number, e: number, low: number, log: Logarithm): void {
  const ab = a + b
  const abc = ab + c
  const abcd = abc + d
  const all = abcd + e
  const rest = sumRest(a, b, ab) + sumRest(ab, c, abc) + sumRest(abc, d, abcd) + sumRest(abcd, e, all) + low
  log.high = all + rest
  log.low = sumRest(all, rest, log.high)
}
