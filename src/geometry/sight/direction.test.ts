import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cone, directionOf } from './direction.ts'

test('directions are those of the true sine and cosine, within 10^-15', () => {
  for (let i = -1000; i <= 1000; i++) {
    const radians = i / 37
    const { x, y } = directionOf(radians)
    assert.ok(
      Math.abs(x - Math.cos(radians)) < 1e-15 && Math.abs(y - Math.sin(radians)) < 1e-15,
      `${radians}`,
    )
  }
})

test('a cone holds what lies within half its width of where it faces', () => {
  const cone = new Cone({ facing: Math.PI / 2, width: Math.PI / 2 })
  assert.deepEqual(
    [cone.holds(0, 5), cone.holds(4.99, 5), cone.holds(5.01, 5), cone.holds(0, -5), cone.holds(0, 0)],
    [true, true, false, false, true],
  )
})

test('a cone may be wider than half a turn, and a whole turn holds everything', () => {
  const wide = new Cone({ facing: 0, width: 1.5 * Math.PI })
  assert.deepEqual([wide.holds(-1, 1.01), wide.holds(-1, 0.99), wide.holds(-1, 0)], [true, false, false])
  const whole = new Cone({ facing: 1, width: 9 })
  for (const [x, y] of [
    [1, 0],
    [-1, 0],
    [0, -1],
    [-3, 2],
  ])
    assert.ok(whole.holds(x, y))
})
