import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../core/index.ts'
import { TickClock } from './clock.ts'

test('[T36] on an even network the past is shown by a tick and a quarter', () => {
  const clock = new TickClock(20)
  assert.equal(clock.shownAt(instant(0)), 0)
  for (let tick = 100; tick < 300; tick++) clock.hear(tick, instant(1000 + 50 * tick))
  const now = instant(1000 + 50 * 299 + 25)
  assert.ok(Math.abs(clock.tickAt(now) - 299.5) < 0.01)
  assert.ok(Math.abs(clock.shownAt(now) - 298.25) < 0.05)
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

/** Packets of each tick over `seconds`, from a server whose clock runs off by `ppm`; how far off the estimate is, in ms. */
function follow(options: { ppm: number; seconds: number; jitterMs: number; seed: number }) {
  const dice = new Random(options.seed)
  const clock = new TickClock(20)
  let worst = 0
  let step = 0
  let last = Number.NaN
  for (let tick = 1; tick < options.seconds * 20; tick++) {
    const made = tick * 50 * (1 + options.ppm / 1e6)
    const now = made + 30 + (dice.chance(0.3) ? 0 : dice.between(0, options.jitterMs))
    clock.hear(tick, instant(now))
    const off = (clock.tickAt(instant(now)) - (now - 30) / (50 * (1 + options.ppm / 1e6))) * 50
    if (now > 10_000) worst = Math.max(worst, Math.abs(off))
    if (now > 3000) step = Math.max(step, Math.abs(off - last))
    last = off
  }
  return { worst, step }
}

test('[P1] the tick is known to within a few ms on an uneven network, and with a drift of 200 millionths', () => {
  for (const ppm of [0, 200, -200]) {
    const { worst, step } = follow({ ppm, seconds: 600, jitterMs: 60, seed: 3 })
    assert.ok(worst < 5, `${worst} ms off at ${ppm} ppm`)
    assert.ok(step < 5, `a step of ${step} ms`)
  }
})

test('[P2] a way that becomes longer is followed without a step; after a sleep the clock is set', () => {
  const clock = new TickClock(20)
  let now = 0
  let last = 0
  for (let tick = 1; tick < 1200; tick++) {
    now = tick * 50 + (tick > 400 ? 130 : 30)
    clock.hear(tick, instant(now))
    const at = clock.tickAt(instant(now))
    if (tick > 2) assert.ok(at - last < 1.2 + 2 && at > last, `from ${last} to ${at} at ${tick}`)
    last = at
  }
  assert.ok(Math.abs(clock.tickAt(instant(now)) - 1199) < 0.05)
  now += 600_000
  clock.hear(1201, instant(now))
  assert.ok(Math.abs(clock.tickAt(instant(now)) - 1201) < 0.01)
  assert.ok(clock.shownAt(instant(now)) <= 1201 + 5)
})
