import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../core/index.ts'
import { TickClock } from './clock.ts'

test('[T36] on an even network the past is shown by a tick and a half', () => {
  const clock = new TickClock(20)
  assert.equal(clock.shownAt(instant(0)), 0)
  for (let tick = 100; tick < 300; tick++) clock.hear(tick, instant(1000 + 50 * tick))
  const now = instant(1000 + 50 * 299 + 25)
  assert.ok(Math.abs(clock.tickAt(now) - 299.5) < 0.01)
  assert.ok(Math.abs(clock.shownAt(now) - 298) < 0.05)
  assert.equal(clock.heard, 299)
})

test('[T36] what is shown never runs back, and beyond the newest tick by five at most', () => {
  const random = new Random(9)
  const clock = new TickClock(20)
  let shown = 0
  let heard = 0
  for (let now = 0; now < 60_000; now += 16) {
    if (random.chance(0.3) && !(now > 20_000 && now < 24_000)) {
      const tick = Math.floor((now - random.between(0, 120)) / 50)
      if (tick > 0) clock.hear(tick, instant(now))
      heard = Math.max(heard, tick)
    }
    const next = clock.shownAt(instant(now))
    assert.ok(next >= shown && next <= heard + 5, `${next} after ${shown}, heard of ${heard}`)
    shown = next
  }
})

test('[T36] an uneven network is shown further in the past, by a second at most', () => {
  const random = new Random(10)
  const delays = [5, 40, 200, 2000].map((jitterMs) => {
    const clock = new TickClock(20)
    for (let tick = 1; tick < 400; tick++) clock.hear(tick, instant(50 * tick + random.between(0, jitterMs)))
    return clock.delayTicks
  })
  assert.deepEqual(
    delays,
    [...delays].sort((a, b) => a - b),
  )
  assert.ok(delays[0] < 2 && delays[2] > 4 && delays[3] <= 20)
})

test('[T36] a server that begins anew is followed at once', () => {
  const clock = new TickClock(20)
  for (let tick = 1; tick < 100; tick++) clock.hear(tick, instant(50 * tick))
  clock.reset()
  assert.equal(clock.heard, 0)
  clock.hear(5000, instant(5000))
  assert.ok(Math.abs(clock.tickAt(instant(5000)) - 5000) < 0.01)
})
