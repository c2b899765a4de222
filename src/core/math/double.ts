/**
 * What the functions of this folder stand on: the bits of a double, and sums and products whose rounding is known.
 *
 * IEEE 754 fixes every bit of + - * / and of the square root, so whatever is made of them alone is the same on every
 * platform. Sums and products of two numbers without loss: Dekker, "A Floating-Point Technique for Extending the
 * Available Precision" (1971), and Knuth, "The Art of Computer Programming", volume 2, 4.2.2.
 */

const bits = new DataView(new ArrayBuffer(8))

/**
 * Returns the power of two that a normal number begins with: 0 for 1 <= |x| < 2, -1022 .. 1023. Smaller numbers
 * give -1023.
 */
export function exponentOf(x: number): number {
  bits.setFloat64(0, x)
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023
}

/** Returns 2 to the given whole power, -1022 .. 1023. Exact. */
export function twoTo(power: number): number {
  bits.setUint32(0, (power + 1023) << 20)
  bits.setUint32(4, 0)
  return bits.getFloat64(0)
}

/** Returns how many bits tell `count` things apart: 0 for 1, 1 for 2, 2 for 3 and 4; `count` is 1 or more. */
export function bitsFor(count: number): number {
  const whole = exponentOf(count)
  return twoTo(whole) === count ? whole : whole + 1
}

/** Returns what `a + b` lost when it was rounded to `sum`, exactly. */
export function sumRest(a: number, b: number, sum: number): number {
  const other = sum - a
  return a - (sum - other) + (b - other)
}

/** 2^27 + 1: splits 53 bits in two halves, whose products need no rounding. */
const SPLIT = 134_217_729

/**
 * Returns what `a * b` lost when it was rounded to `product`, exactly; for |a|, |b| < 2^990 and a product that is
 * not tiny.
 */
export function productRest(a: number, b: number, product: number): number {
  const aWide = SPLIT * a
  const aHigh = aWide - (aWide - a)
  const aLow = a - aHigh
  const bWide = SPLIT * b
  const bHigh = bWide - (bWide - b)
  const bLow = b - bHigh
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow
}
