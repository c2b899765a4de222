import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffsetWindow } from './offset-window.ts'

/** Adds news every `everyMs` for `ms` milliseconds, always 10 ms after its tick. */
function fill(window: OffsetWindow, { from, ms, everyMs }: { from: number; ms: number; everyMs: number }) {
  for (let now = from; now < from + ms; now += everyMs) window.add(10, now)
}

test('[T36] what a stall held back counts as one moment, and a moment or two that stand alone not at all', () => {
  for (const everyMs of [50, 200]) {
    const window = new OffsetWindow()
    assert.ok(Number.isNaN(window.value))
    fill(window, { from: 0, ms: 4000, everyMs })
    assert.equal(window.value, 10)
    for (let late = 1010; late > 10; late -= everyMs) window.add(late, 5000)
    fill(window, { from: 5050, ms: 100, everyMs })
    assert.equal(window.value, 10)
  }
})

test('[T36] lateness that keeps coming counts, and is forgotten within four seconds, in busy and quiet places', () => {
  for (const everyMs of [10, 50, 200]) {
    const window = new OffsetWindow()
    fill(window, { from: 0, ms: 4000, everyMs })
    for (let now = 4000; now < 5000; now += everyMs) window.add(310, now)
    assert.equal(window.value, 310)
    fill(window, { from: 5000, ms: 4100, everyMs })
    assert.equal(window.value, 10)
  }
})

test('[T36] lateness of a little counts at once, save that of one moment in fifty', () => {
  const window = new OffsetWindow()
  fill(window, { from: 0, ms: 1000, everyMs: 50 })
  window.add(110, 1000)
  assert.equal(window.value, 110)
  fill(window, { from: 1050, ms: 2000, everyMs: 50 })
  assert.equal(window.value, 10)
  window.add(90, 3050)
  assert.equal(window.value, 90)
})
