import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWithin, doubleOf } from '../../../test/math/accuracy.ts'
import { lengthOf } from '../../../test/math/precise.ts'
import { hypot } from './hypot.ts'

for (const [least, most] of [
  [-4, 4],
  [480, 1021],
  [-580, -480],
] as const)
  test(`lengths of ways of 2^${least} to 2^${most} are within 2 ulp`, () => {
    assertWithin(2, 150, (dice) => {
      const of = [doubleOf(dice, least, most), doubleOf(dice, least, most), doubleOf(dice, least, most)]
      return { value: hypot(of[0], of[1], of[2]), truth: lengthOf(of), of }
    })
  })

test('whole triangles are whole, small and large', () => {
  assert.equal(hypot(3, 4), 5)
  assert.equal(hypot(-2, 3, -6), 7)
  for (const size of [2 ** -1070, 2 ** -600, 2 ** 600, 2 ** 1020])
    assert.equal(hypot(3 * size, -4 * size), 5 * size)
})

test('no way has no length; what is endless in one part is endless; otherwise NaN is NaN', () => {
  const [endless, none] = [Number.POSITIVE_INFINITY, Number.NaN]
  assert.ok(Object.is(hypot(0, -0), 0))
  assert.equal(hypot(-endless, none), endless)
  assert.equal(hypot(1, 2, endless), endless)
  assert.ok(Number.isNaN(hypot(1, none)))
  assert.equal(hypot(Number.MAX_VALUE, Number.MAX_VALUE), endless)
})
