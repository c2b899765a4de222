import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWithin, doubleOf } from '../../../test/math/accuracy.ts'
import { logarithm } from '../../../test/math/precise.ts'
import { log } from './logarithm.ts'

for (const [least, most] of [
  [-1, 0],
  [-6, 6],
  [-1074, 1023],
] as const)
  test(`logarithms of 2^${least} to 2^${most} are within 1 ulp`, () => {
    assertWithin(0.51, 200, (dice) => {
      const x = Math.abs(doubleOf(dice, least, most))
      return { value: log(x), truth: logarithm(x), of: [x] }
    })
  })

test('near 1, where hardly anything is left, they are within 1 ulp too', () => {
  assertWithin(0.51, 200, (dice) => {
    const x = 1 + doubleOf(dice, -52, -3)
    return { value: log(x), truth: logarithm(x), of: [x] }
  })
})

test('the borders of what is looked up are no edges', () => {
  const borders = Array.from({ length: 13 }, (_, i) => 16 / (i + 10.5)).concat(Math.SQRT2, Math.SQRT1_2)
  for (const border of borders)
    for (const x of [border, border * (1 + 2 ** -52), border * (1 - 2 ** -53)])
      assertWithin(0.51, 1, () => ({ value: log(x), truth: logarithm(x), of: [x] }))
})

test('of 1 it is 0, of nothing minus infinity, and what lies below has none', () => {
  assert.ok(Object.is(log(1), 0))
  assert.deepEqual(
    [0, -0, -1, -5e-324, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN].map(log),
    [
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      ...[Number.NaN, Number.NaN, Number.NaN],
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ],
  )
})
