import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atan2, cos, Random, sin } from '../../core/index.ts'
import { isSurelyRounded, ROUGH, roughCosine, roughSine, roughTurns } from './rough-turn.ts'

const TURN = 2 * Math.PI
const random = new Random(17)

test('a rough angle is off by less than a tenth of what it may be', () => {
  for (let i = 0; i < 20_000; i++) {
    const [x, y] = [random.between(-100, 100), random.between(-100, 100)]
    assert.ok(Math.abs(roughTurns(y, x) - atan2(y, x) / TURN) < ROUGH / 10, `${y}, ${x}`)
  }
  for (const [y, x] of [
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
    [1, 1],
    [-1, -1],
  ] as const)
    assert.ok(Math.abs(roughTurns(y, x) - atan2(y, x) / TURN) < ROUGH / 10, `${y}, ${x}`)
  assert.ok(Number.isNaN(roughTurns(0, 0)))
})

test('rough sines and cosines are off by less than a tenth of what they may be', () => {
  for (let i = 0; i <= 20_000; i++) {
    const turns = i / 20_000
    assert.ok(Math.abs(roughSine(turns) - sin(turns * TURN)) < ROUGH / 10, `${turns}`)
    assert.ok(Math.abs(roughCosine(turns) - cos(turns * TURN)) < ROUGH / 10, `${turns}`)
  }
})

test('what lies near the middle of two whole numbers, or is none, is not surely rounded', () => {
  assert.ok(isSurelyRounded(3.4, 0.09) && isSurelyRounded(-3.4, 0.09) && isSurelyRounded(3, 0.4))
  assert.ok(!isSurelyRounded(3.45, 0.09) && !isSurelyRounded(-2.5, 0.01) && !isSurelyRounded(3, 0.5))
  assert.ok(!isSurelyRounded(Number.NaN, 0.01))
})
