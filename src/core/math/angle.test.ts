import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWithin, doubleOf } from '../../../test/math/accuracy.ts'
import { angleOf, PI, precise } from '../../../test/math/precise.ts'
import { atan2, heading } from './angle.ts'

for (const size of [0, 4, 60, 500])
  test(`an angle is within 1 ulp and a heading within 2, for ways of 2^-${size} to 2^${size}`, () => {
    assertWithin(0.8, 150, (dice) => {
      const [y, x] = [doubleOf(dice, -size, size), doubleOf(dice, -size, size)]
      return { value: atan2(y, x), truth: angleOf(precise(y), precise(x), atan2(y, x)), of: [y, x] }
    })
    assertWithin(2, 150, (dice) => {
      const [y, x] = [doubleOf(dice, -size, size), doubleOf(dice, -size, size)]
      const angle = angleOf(precise(y), precise(x), atan2(y, x))
      const value = heading(x, y)
      assert.ok(value >= 0 && value < 2 * Math.PI)
      // What lies less than half an ulp south of east is east: 0 is as near as the number below a whole turn.
      return {
        value,
        truth: angle < 0n && value > 0 ? angle + 2n * PI : value === 0 ? 0n : angle,
        of: [y, x],
      }
    })
  })

test('the largest and the smallest ways have angles too', () => {
  const [large, small] = [2 ** 1023, 5e-324]
  for (const [y, x] of [
    [large, large * 1.5],
    [large * 1.5, -large],
    [small, small],
    [small * 3, -small * 7],
    [2 ** -1030, 2 ** -1040 * 3],
    [large, 1],
    [1, large],
    [small, 1],
    [small, -large],
  ])
    assertWithin(0.8, 1, () => ({
      value: atan2(y, x),
      truth: angleOf(precise(y), precise(x), atan2(y, x)),
      of: [y, x],
    }))
})

test('zeros, infinities and NaN are answered as by Math.atan2', () => {
  const special = [0, -0, 1, -1, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  for (const y of special)
    for (const x of special) assert.ok(Object.is(atan2(y, x), Math.atan2(y, x)), `atan2(${y}, ${x})`)
})

test('a heading begins in the east and goes round by the north: 0 <= v < 2 pi', () => {
  assert.deepEqual(
    [heading(3, 0), heading(0, 3), heading(-3, 0), heading(0, -3), heading(2, 2)],
    [0, Math.PI / 2, Math.PI, 1.5 * Math.PI, Math.PI / 4],
  )
  for (const [east, north] of [
    [0, 0],
    [-0, 0],
    [0, -0],
    [1, -0],
    [1, -1e-300],
    [1, -1e-17],
  ])
    assert.ok(heading(east, north) >= 0 && heading(east, north) < 2 * Math.PI, `${east}, ${north}`)
  assert.ok(Object.is(heading(0, 0), 0))
  assert.ok(Object.is(heading(1, -0), 0))
  assert.equal(heading(-1, -0), Math.PI)
  assert.ok(Number.isNaN(heading(Number.NaN, 1)))
})
