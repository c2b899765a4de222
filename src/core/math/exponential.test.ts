import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWithin, doubleOf } from '../../../test/math/accuracy.ts'
import { exponential, precise } from '../../../test/math/precise.ts'
import { exp } from './exponential.ts'

for (const [least, most] of [
  [-60, -1],
  [-2, 3],
  [4, 8],
] as const)
  test(`e to a power of 2^${least} to 2^${most} is within 1 ulp`, () => {
    assertWithin(0.75, 300, (dice) => {
      const x = doubleOf(dice, least, most)
      return { value: exp(x), truth: exponential(precise(x)), of: [x] }
    })
  })

test('it is right up to the largest double, and down to the smallest', () => {
  assertWithin(0.75, 300, (dice) => {
    const x = -dice.between(700, 745.13)
    return { value: exp(x), truth: exponential(precise(x)), of: [x] }
  })
  assert.ok(exp(709.782712893384) > 1.797e308 && exp(709.782712893384) < Number.POSITIVE_INFINITY)
  assert.equal(exp(709.7827128933841), Number.POSITIVE_INFINITY)
  assert.equal(exp(-745.1332191019411), 5e-324)
  assert.equal(exp(-745.1332191019413), 0)
})

test('of nothing it is 1, of infinities infinite and nothing, and of NaN NaN', () => {
  assert.deepEqual(
    [0, -0, 5e-324, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(exp),
    [1, 1, 1, Math.E, Number.POSITIVE_INFINITY, 0, Number.NaN],
  )
})
