import assert from 'node:assert/strict'
import { test } from 'node:test'
import { milliseconds } from '../../core/index.ts'
import { RttEstimator } from './rtt.ts'

test('[C27] before the first round trip, 333 ms are assumed; the first one is believed at once', () => {
  const rtt = new RttEstimator()
  assert.equal(rtt.smoothed, 333)
  rtt.sample(80)
  assert.deepEqual([rtt.smoothed, rtt.deviation, rtt.jitter], [80, 40, 0])
})

test('[C27] round trips are smoothed by 1/8, deviation by 1/4, jitter by 1/16', () => {
  const rtt = new RttEstimator()
  rtt.sample(80)
  rtt.sample(160)
  assert.deepEqual([rtt.smoothed, rtt.deviation, rtt.jitter], [90, 40 + (80 - 40) / 4, 5])
  for (let i = 0; i < 200; i++) rtt.sample(100)
  assert.ok(Math.abs(rtt.smoothed - 100) < 0.01 && rtt.deviation < 0.01 && rtt.jitter < 0.01)
})

test('[C8] patience is a round trip and four deviations, at least an eighth of a round trip and 2 ms', () => {
  const rtt = new RttEstimator()
  rtt.sample(80)
  assert.equal(rtt.overtakenAfter, 80 + 4 * 40)
  for (let i = 0; i < 300; i++) rtt.sample(80)
  assert.ok(Math.abs(rtt.overtakenAfter - 90) < 0.01)
  const short = new RttEstimator()
  for (let i = 0; i < 300; i++) short.sample(1)
  assert.ok(Math.abs(short.overtakenAfter - 3) < 0.01)
})

test('[C9] silence is longer by what the peer may wait, half as much again', () => {
  const rtt = new RttEstimator()
  for (let i = 0; i < 300; i++) rtt.sample(160)
  assert.ok(Math.abs(rtt.silenceAfter(milliseconds(20)) - (160 + 20 + 30)) < 0.01)
})

test('[C9] however long a round trip once took, silence is noticed after 3 s', () => {
  const rtt = new RttEstimator()
  rtt.sample(15_000)
  assert.equal(rtt.silenceAfter(milliseconds(20)), 3000)
})

test('[C8] a straggler teaches patience, at most another round trip and 50 ms of it, which wears off', () => {
  const rtt = new RttEstimator()
  for (let i = 0; i < 300; i++) rtt.sample(80)
  rtt.straggler(120)
  assert.ok(Math.abs(rtt.overtakenAfter - 120) < 0.01)
  rtt.straggler(5000)
  assert.ok(Math.abs(rtt.overtakenAfter - (80 + 80 + 50)) < 0.01)
  for (let i = 0; i < 350; i++) rtt.sample(80)
  assert.ok(Math.abs(rtt.overtakenAfter - (80 + 65)) < 1)
})
