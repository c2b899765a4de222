import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWithin, doubleOf } from '../../../test/math/accuracy.ts'
import { precise, sineAndCosine, tangent } from '../../../test/math/precise.ts'
import { cos, sin, tan } from './sine.ts'

/** Powers of two that angles begin with: small, about a turn, about the border of large ones, and the largest. */
const sizes = [
  [-40, -1],
  [-1, 3],
  [3, 18],
  [18, 21],
  [48, 56],
  [56, 1023],
] as const

for (const [least, most] of sizes)
  test(`sine and cosine are within 1 ulp, tangents within 2, for angles of 2^${least} to 2^${most}`, () => {
    assertWithin(0.75, 150, (dice) => {
      const x = doubleOf(dice, least, most)
      return { value: sin(x), truth: sineAndCosine(precise(x)).sin, of: [x] }
    })
    assertWithin(0.75, 150, (dice) => {
      const x = doubleOf(dice, least, most)
      return { value: cos(x), truth: sineAndCosine(precise(x)).cos, of: [x] }
    })
    assertWithin(2, 150, (dice) => {
      const x = doubleOf(dice, least, most)
      return { value: tan(x), truth: tangent(precise(x)), of: [x] }
    })
  })

test('where a sine or a cosine is nearly nothing, it is right all the same', () => {
  // The double that comes nearest to a whole number of quarter turns: what is left is 2^-61.
  const nearest = 6381956970095103 * 2 ** 797
  for (const x of [nearest, Math.PI, Math.PI / 2, 11, 22, 355, 5_419_351 / 2, 1e22, 2 ** 1023]) {
    const truth = sineAndCosine(precise(x))
    assertWithin(0.75, 1, () => ({ value: sin(x), truth: truth.sin, of: [x] }))
    assertWithin(0.75, 1, () => ({ value: cos(-x), truth: truth.cos, of: [x] }))
  }
  assert.equal(cos(nearest), -4.687165924254628e-19)
})

test('zeros keep their sign, small angles are their own sine, and what is no angle has none', () => {
  for (const each of [sin, tan]) {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300, 2 ** -40]) assert.ok(Object.is(each(x), x), `${x}`)
  }
  assert.equal(cos(0), 1)
  assert.equal(cos(-0), 1)
  for (const each of [sin, cos, tan]) {
    for (const x of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.ok(Number.isNaN(each(x)))
  }
})

test('the other way round is the other sign, bit for bit', () => {
  for (let x = 0.001; x < 1e9; x *= 1.7) {
    assert.equal(sin(-x), -sin(x))
    assert.equal(cos(-x), cos(x))
    assert.equal(tan(-x), -tan(x))
  }
})
