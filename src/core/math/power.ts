import { productRest } from './double.ts'
import { expOf } from './exponential.ts'
import { type Logarithm, setLog } from './logarithm.ts'

/** Written and read within one call. */
const logarithm: Logarithm = { high: 0, low: 0 }

/**
 * Returns `base` to the power of `exponent`, the same bits everywhere, within 1 ulp, and exact where the result can
 * be. Zeros, infinities and NaN give what `Math.pow` gives: anything to the power of 0 is 1, and a base below 0 has
 * whole powers only.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN
  const size = Math.abs(base)
  const isWhole = Number.isInteger(exponent)
  const isOdd = isWhole && Math.abs(exponent) % 2 === 1
  const isNegative = base < 0 || Object.is(base, -0)
  if (isNegative && !isWhole && size > 0 && Number.isFinite(base) && Number.isFinite(exponent))
    return Number.NaN
  const value = powOfSize(size, exponent)
  return isNegative && isOdd ? -value : value
}

/** @param size 0 .. Infinity */
function powOfSize(size: number, exponent: number): number {
  if (size === 1) return Number.isFinite(exponent) ? 1 : Number.NaN
  if (size === 0 || size === Number.POSITIVE_INFINITY || !Number.isFinite(exponent))
    return size > 1 === exponent > 0 ? Number.POSITIVE_INFINITY : 0
  setLog(size, logarithm)
  const high = logarithm.high * exponent
  // Far beyond what e can be raised to, where a product has no halves either.
  if (!(Math.abs(high) < 800)) return expOf(high, 0)
  const low = productRest(logarithm.high, exponent, high) + logarithm.low * exponent
  return expOf(high, low)
}
