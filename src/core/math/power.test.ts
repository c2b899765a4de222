import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWithin, doubleOf } from '../../../test/math/accuracy.ts'
import { exponential, logarithm, ONE, precise } from '../../../test/math/precise.ts'
import { pow } from './power.ts'

/** Returns the true logarithm of a power. */
const logOf = (base: number, exponent: number): bigint => (logarithm(base) * precise(exponent)) / ONE

test('powers are within 1 ulp', () => {
  assertWithin(0.75, 300, (dice) => {
    const [base, exponent] = [Math.abs(doubleOf(dice, -20, 20)), doubleOf(dice, -10, 4)]
    return { value: pow(base, exponent), truth: exponential(logOf(base, exponent)), of: [base, exponent] }
  })
})

test('large powers of what is nearly 1 are within 1 ulp', () => {
  assertWithin(0.75, 300, (dice) => {
    const base = 1 + doubleOf(dice, -40, -2)
    const exponent = dice.between(-700, 700) / Math.log(base)
    return { value: pow(base, exponent), truth: exponential(logOf(base, exponent)), of: [base, exponent] }
  })
})

test('what can be exact is: powers of two and ten, squares, roots', () => {
  for (let n = -1074; n <= 1023; n++) assert.equal(pow(2, n), 2 ** n, `2^${n}`)
  for (let n = 0; n <= 22; n++) assert.equal(pow(10, n), Number(`1e${n}`), `10^${n}`)
  for (let n = 1; n < 1000; n++) {
    const x = n / 8 + 1
    assert.equal(pow(x, 2), x * x)
    assert.equal(pow(x * x, 0.5), x)
    assert.equal(pow(-n, 3), -n * n * n)
  }
})

test('zeros, infinities, NaN and bases below 0 are answered as by Math.pow', () => {
  const endless = Number.POSITIVE_INFINITY
  const special = [0, 0.5, 1, 1.5, 2, 3, 4, 5e-324, 1e-9, 9007199254740991, 2 ** 60, 1e300, endless]
  const all = [...special, ...special.map((value) => -value), Number.NaN]
  for (const base of all)
    for (const exponent of all) {
      const [value, other] = [pow(base, exponent), base ** exponent]
      // Neither zeros nor signs nor NaN may differ; what is finite is held against the truth above.
      const isSame =
        Object.is(value, other) ||
        (Number.isFinite(value) && Math.abs(value - other) <= Math.abs(other) * 1e-14)
      assert.ok(isSame && Object.is(Math.sign(value), Math.sign(other)), `pow(${base}, ${exponent}) ${value}`)
    }
})
