import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { Pulse } from './pulse.ts'

const pace = (workMs: number) => ({ workMs, worstMs: workMs, lateMs: 0 })

test('the first ping is believed as it is, later ones by a quarter', () => {
  const pulse = new Pulse()
  pulse.ponged(1000, pace(2), instant(1040))
  assert.deepEqual([pulse.pingMs, pulse.jitterMs, pulse.pace.workMs], [40, 0, 2])
  pulse.ponged(2000, pace(3), instant(2080))
  assert.deepEqual([pulse.pingMs, pulse.jitterMs, pulse.pace.workMs], [50, 5, 3])
})

test('an even connection has no jitter, and an uneven one about its mean deviation', () => {
  const even = new Pulse()
  const uneven = new Pulse()
  for (let i = 0; i < 200; i++) {
    even.ponged(i * 1000, pace(0), instant(i * 1000 + 40))
    uneven.ponged(i * 1000, pace(0), instant(i * 1000 + (i % 2 === 0 ? 30 : 50)))
  }
  assert.equal(even.jitterMs, 0)
  assert.ok(uneven.jitterMs > 8 && uneven.jitterMs < 13, `${uneven.jitterMs} ms`)
})

test('a clock that was set back makes no negative round trip', () => {
  const pulse = new Pulse()
  pulse.ponged(1000, pace(0), instant(900))
  assert.equal(pulse.pingMs, 0)
})

test('news after more than 750 ms is a stall, after exactly 750 ms none', () => {
  const pulse = new Pulse()
  for (const at of [0, 750, 1500, 2251]) pulse.heard(instant(at))
  assert.deepEqual([pulse.ticksReceived, pulse.stalls], [4, 1])
})

test('the time without a session is no stall', () => {
  const pulse = new Pulse()
  pulse.heard(instant(0))
  pulse.restart()
  pulse.heard(instant(60_000))
  assert.equal(pulse.stalls, 0)
})
