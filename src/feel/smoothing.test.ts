import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Smoothing } from './smoothing.ts'

function shown(smoothing: Smoothing, x: number, seconds: number): number {
  const position = { x: 0, y: 0, z: 0 }
  smoothing.follow({ x, y: 0, z: 0 }, seconds)
  smoothing.write(position)
  return position.x
}

test('[P6] half of a correction is faded out in 60 ms, and in the picture of the correction nothing jumps', () => {
  const smoothing = new Smoothing()
  assert.equal(shown(smoothing, 10, 0.016), 10)
  smoothing.moved({ x: 1, y: 0, z: 0 })
  assert.equal(shown(smoothing, 11, 0), 10)
  assert.ok(Math.abs(shown(smoothing, 11, 0.06) - 10.5) < 1e-9)
  assert.ok(Math.abs(shown(smoothing, 11, 0.06) - 10.75) < 1e-9)
  assert.equal(shown(smoothing, 11, 2), 11)
})

test('[P6] of one of more than three metres there is no fading', () => {
  const smoothing = new Smoothing()
  smoothing.moved({ x: 3, y: 0, z: 0 })
  assert.equal(shown(smoothing, 20, 0), 17)
  smoothing.moved({ x: 0.1, y: 0, z: 0 })
  assert.equal(shown(smoothing, 20, 0), 20)
})

test('[P6] what was shown as others are until now goes on from where it was shown', () => {
  const smoothing = new Smoothing()
  smoothing.begin({ x: 1, y: 0, z: 0 })
  assert.equal(shown(smoothing, 5, 0), 4)
  smoothing.begin({ x: 4, y: 0, z: 0 })
  assert.equal(shown(smoothing, 5, 0), 5)
})
