const LARGE = 2 ** 500
const SMALL = 2 ** -500
const LARGER = 2 ** 600
const SMALLER = 2 ** -600

/**
 * Returns the length of the way (x, y) or (x, y, z), the same bits everywhere, within 2 ulp, however large or small
 * its parts. Where none is larger than 10^150 and not all are smaller than 10^-150, it is `Math.sqrt(x * x + y * y
 * + z * z)`.
 */
export function hypot(x: number, y: number, z = 0): number {
  const most = Math.max(Math.abs(x), Math.abs(y), Math.abs(z))
  if (most > SMALL && most < LARGE) return Math.sqrt(x * x + y * y + z * z)
  const isEndless = [x, y, z].some((part) => Math.abs(part) === Number.POSITIVE_INFINITY)
  if (isEndless) return Number.POSITIVE_INFINITY
  const scale = most > 1 ? SMALLER : LARGER
  const [a, b, c] = [x * scale, y * scale, z * scale]
  return Math.sqrt(a * a + b * b + c * c) / scale
}
