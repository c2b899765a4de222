/**
 * Functions to 1,200 bits behind the point, by whole numbers alone: what the functions of `src/core/math` are held
 * against. A value is a BigInt, counted in 2^-1200; doubles come and go exactly.
 */
const BITS = 1200n
export const ONE = 1n << BITS
/** Exact powers of two on the way: no double is smaller than one of these. */
const STEP = 2 ** 300

/** A double, exactly. */
export function precise(value: number): bigint {
  let whole = Math.abs(value)
  let shift = BITS
  while (!Number.isInteger(whole) && whole < STEP) {
    whole *= 2
    shift--
  }
  const size = BigInt(whole) << shift
  return value < 0 ? -size : size
}

/**
 * How far `value` is from the true one, in units of the last place of the true one as a double; never less than
 * 2^-1074.
 */
export function ulpsOff(value: number, truth: bigint): number {
  const size = truth < 0n ? -truth : truth
  const length = size === 0n ? 0 : size.toString(2).length
  const unit = BigInt(Math.max(length - 53, Number(BITS) - 1074))
  const off = precise(value) - truth
  return Number(((off < 0n ? -off : off) << 20n) >> unit) / 2 ** 20
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS
const over = (a: bigint, b: bigint): bigint => (a << BITS) / b

/** 1/n - 1/3n^3 + ...; added up (`sign` 1: area tangent) or by turns (-1: arc tangent). */
function arcOf(fraction: bigint, sign: 1n | -1n): bigint {
  const square = times(fraction, fraction)
  let sum = 0n
  let term = fraction
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n
    term = sign * times(term, square)
  }
  return sum
}

/** Machin (1706). */
export const PI = 4n * (4n * arcOf(ONE / 5n, -1n) - arcOf(ONE / 239n, -1n))
export const LN2 = 2n * arcOf(ONE / 3n, 1n)

/** For the largest angles pi is wanted to another thousand bits. */
const WIDE = 2400n
const widePi = (() => {
  const part = (n: bigint): bigint => {
    let sum = 0n
    let term = (1n << WIDE) / n
    for (let k = 1n; term !== 0n; k += 2n) {
      sum += (k % 4n === 1n ? term : -term) / k
      term /= n * n
    }
    return sum
  }
  return 4n * (4n * part(5n) - part(239n))
})()

/** Sine and cosine of an angle, however large. */
export function sineAndCosine(angle: bigint): { sin: bigint; cos: bigint } {
  const turn = 2n * widePi
  const wide = (angle << (WIDE - BITS)) % turn
  const rest = wide >> (WIDE - BITS)
  // A 64th of it, and then doubled six times.
  const small = rest / 64n
  const square = times(small, small)
  let [sin, cos] = [small, ONE]
  let [sinTerm, cosTerm] = [small, ONE]
  for (let n = 1n; sinTerm !== 0n || cosTerm !== 0n; n++) {
    cosTerm = -times(cosTerm, square) / (2n * n * (2n * n - 1n))
    sinTerm = -times(sinTerm, square) / (2n * n * (2n * n + 1n))
    if (cosTerm === -1n) cosTerm = 0n
    if (sinTerm === -1n) sinTerm = 0n
    cos += cosTerm
    sin += sinTerm
  }
  for (let i = 0; i < 6; i++) [sin, cos] = [2n * times(sin, cos), 2n * times(cos, cos) - ONE]
  return { sin, cos }
}

export function tangent(angle: bigint): bigint {
  const { sin, cos } = sineAndCosine(angle)
  return over(sin, cos)
}

/** The angle of (x, y), near the one that is guessed: made better by what remains of it there. */
export function angleOf(y: bigint, x: bigint, guess: number): bigint {
  const near = precise(guess)
  const { sin, cos } = sineAndCosine(near)
  const rest = over(times(y, cos) - times(x, sin), times(x, cos) + times(y, sin))
  return near + arcOf(rest, -1n)
}

/** e to a power, -1000 .. 1000. */
export function exponential(power: bigint): bigint {
  const twos = power / LN2
  const rest = power - twos * LN2
  let sum = ONE
  let term = ONE
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, rest) / n
    sum += term
  }
  return twos < 0n ? sum >> -twos : sum << twos
}

/** The natural logarithm of a double above 0. */
export function logarithm(value: number): bigint {
  let whole = precise(value)
  let twos = 0n
  for (; whole > ONE; twos++) whole >>= 1n
  for (; whole < ONE / 2n; twos--) whole <<= 1n
  // Halving lost no bit that a double has: there are 1,200 behind the point.
  return twos * LN2 + 2n * arcOf(over(whole - ONE, whole + ONE), 1n)
}

/** The length of a way of these parts. */
export function lengthOf(parts: readonly number[]): bigint {
  const square = parts.reduce((sum, part) => sum + precise(part) * precise(part), 0n)
  let guess = 1n << BigInt(Math.ceil(square.toString(2).length / 2))
  for (;;) {
    const next = (guess + square / guess) / 2n
    if (next >= guess) return guess
    guess = next
  }
}
