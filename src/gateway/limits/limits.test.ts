import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { instant } from '../../core/index.ts'
import { defaultLimits, limitsFor, Rate } from './limits.ts'

test('three seconds of a rate may come at once, and not one more', () => {
  const rate = new Rate(10, instant(0))
  for (let i = 0; i < 30; i++) assert.equal(rate.take(1, instant(0)), true)
  assert.equal(rate.take(1, instant(0)), false)
})

test('what was used comes back at the rate, and never beyond three seconds of it', () => {
  const rate = new Rate(10, instant(0))
  assert.equal(rate.take(30, instant(0)), true)
  assert.equal(rate.take(1, instant(99)), false)
  assert.equal(rate.take(1, instant(100)), true)
  assert.equal(rate.take(31, instant(60_000)), false)
  assert.equal(rate.take(30, instant(60_000)), true)
})

test('what is refused uses nothing', () => {
  const rate = new Rate(10, instant(0))
  assert.equal(rate.take(31, instant(0)), false)
  assert.equal(rate.take(30, instant(0)), true)
})

test('[N14] limits have room for a command in each tick and all requests, and what is given is taken as it is', () => {
  const { command } = field
  for (const ticksPerSecond of [20, 96, 128]) {
    const { packetsPerSecond, requestsPerSecond, bytesPerSecond } = limitsFor({ ticksPerSecond, command })
    assert.ok(packetsPerSecond > ticksPerSecond * 1.1 + requestsPerSecond + 2, `${packetsPerSecond}`)
    assert.ok(bytesPerSecond >= ticksPerSecond * 32 * 2, `${bytesPerSecond}`)
  }
  assert.equal(limitsFor({ ticksPerSecond: 20, command }).packetsPerSecond, 100)
  assert.equal(limitsFor({ ticksPerSecond: 128, command }, { packetsPerSecond: 50 }).packetsPerSecond, 50)
  assert.equal(
    limitsFor({ ticksPerSecond: 20, command }, { players: undefined }).players,
    defaultLimits.players,
  )
})

test('every limit is on by default', () => {
  for (const [name, limit] of Object.entries(defaultLimits))
    assert.ok(Number.isFinite(limit) && limit > 0, name)
})
