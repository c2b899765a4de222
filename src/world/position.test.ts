import assert from 'node:assert/strict'
import { test } from 'node:test'
import { motion, motion3, sampled, sampled3 } from './position.ts'

test('a dead-reckoned position travels in units that keep a straight mover within its tolerance', () => {
  const position = motion({ tolerance: 1 / 32, speedMax: 8 }).at(20)
  assert.equal(position.style, 'motion')
  assert.ok(Number.isInteger(Math.log2(position.unit)))
  // Half a unit a tick is what a velocity may be off by.
  assert.ok((position.unit / 2) * 20 <= 1 / 32 / 2)
  assert.equal(position.toleranceUnits * position.unit, 1 / 32)
})

test('beyond speedMax a change of place is a jump', () => {
  const position = motion({ tolerance: 1 / 32, speedMax: 8 }).at(20)
  assert.ok(position.speedUnitsMax * position.unit >= 8 / 20)
  assert.ok((position.speedUnitsMax - 1) * position.unit < 8 / 20)
  assert.equal(sampled({ step: 0.1 }).at(20).speedUnitsMax, Number.POSITIVE_INFINITY)
})

test('a sampled position travels in its own step, and has no tolerance', () => {
  const position = sampled({ step: 0.1 }).at(20)
  assert.deepEqual([position.style, position.unit, position.toleranceUnits], ['sampled', 0.1, 0])
})

test('a height has its bound', () => {
  assert.equal(motion3({ tolerance: 1, speedMax: 5, heightMax: 65_536 }).at(20).axes, 3)
  for (const heightMax of [0, -1, 65_537, Number.NaN])
    assert.throws(() => sampled3({ step: 1, heightMax }), { code: 'world/bad-position' }, `${heightMax}`)
})

test('a tolerance or step lies above 0 and within 64 m, a speed above 0', () => {
  assert.equal(motion({ tolerance: 64, speedMax: 1 }).isPosition, true)
  for (const accuracy of [0, -1, 64.1, Number.NaN]) {
    assert.throws(() => motion({ tolerance: accuracy, speedMax: 1 }), { code: 'world/bad-position' })
    assert.throws(() => sampled({ step: accuracy }), { code: 'world/bad-position' })
  }
  for (const speedMax of [0, -1, Number.NaN])
    assert.throws(() => motion({ tolerance: 1, speedMax }), { code: 'world/bad-position' })
})

test('everything that both ends must agree on is in the description', () => {
  const describe = (speedMax: number, tolerance: number) => motion({ tolerance, speedMax }).at(20).description
  assert.equal(describe(8, 0.5), 'motion2(0.5 m, 8 m/s)')
  assert.notEqual(describe(8, 0.5), describe(9, 0.5))
  assert.notEqual(describe(8, 0.5), describe(8, 0.25))
  const described = (isPredicted?: boolean) => sampled({ step: 0.5, isPredicted }).at(20).description
  assert.equal(described(), described(false))
  assert.equal(described(true), 'sampled2(0.5 m, predicted)')
})
