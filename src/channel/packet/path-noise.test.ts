import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PathNoise } from './path-noise.ts'

test('[C31] a path that varies by itself is given that much room', () => {
  const noise = new PathNoise()
  for (let i = 0; i < 100; i++) noise.learn([0, 20, 5, 30, 10, 0, 25, 15][i % 8])
  assert.ok(noise.ms > 30 && noise.ms < 70, `${noise.ms}`)
})

test('[C31] a queue that is always there is no noise', () => {
  const noise = new PathNoise()
  for (let i = 0; i < 100; i++) noise.learn(80)
  assert.ok(noise.ms < 1, `${noise.ms}`)
})
