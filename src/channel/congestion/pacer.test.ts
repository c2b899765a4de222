import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { Pacer } from './pacer.ts'

/** Sends packets of 1,228 bytes whenever allowed, for `seconds`; returns when each went, in ms. */
function departures(bytesPerSecond: number, seconds: number): number[] {
  const pacer = new Pacer()
  const went: number[] = []
  for (let now = instant(0); now < seconds * 1000; now = pacer.readyAt(bytesPerSecond)) {
    pacer.refill(bytesPerSecond, now)
    while (pacer.isReady) {
      pacer.take(1228)
      went.push(now)
    }
  }
  return went
}

test('[C30] over any second, at most the rate and a burst of four packets leave', () => {
  for (const rate of [4000, 64_000, 250_000, 2_000_000]) {
    const went = departures(rate, 5)
    const allowed = rate + Math.max(4 * 1228, rate / 100) + 1228
    for (let from = 0, to = 0; to < went.length; to++) {
      while (went[to] - went[from] > 1000) from++
      assert.ok((to - from + 1) * 1228 <= allowed, `${rate}`)
    }
    assert.ok(went.length * 1228 >= rate * 5 * 0.99, `${rate} is also reached`)
  }
})

test('[C30] after a pause no more may go at once than a burst', () => {
  const pacer = new Pacer()
  pacer.refill(1_000_000, instant(60_000))
  let burst = 0
  for (; pacer.isReady; burst += 1000) pacer.take(1000)
  assert.equal(burst, 11_000)
})

test('[C30] it says when it will be ready, and is', () => {
  const pacer = new Pacer()
  pacer.refill(100_000, instant(0))
  while (pacer.isReady) pacer.take(700)
  const at = pacer.readyAt(100_000)
  pacer.refill(100_000, instant(at - 0.1))
  assert.ok(!pacer.isReady)
  pacer.refill(100_000, at)
  assert.ok(pacer.isReady)
})
