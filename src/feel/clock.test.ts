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

test('[T36] what is shown never runs back, and beyond the newest tick by seven at most', () => {
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
    assert.ok(next >= shown && next <= heard + 7, `${next} after ${shown}, heard of ${heard}`)
    shown = next
  }
})

test('[T36] where nothing is heard, time goes on for 150 ms beyond the last tick and then runs out, without a jerk', () => {
  const clock = new TickClock(20)
  for (let tick = 100; tick <= 300; tick++) {
    clock.hear(tick, instant(50 * tick))
    clock.shownAt(instant(50 * tick))
  }
  const from = 300 * 50
  const end = 300 + 7
  // It lies a tick and a quarter behind, and so reaches the last tick and three more 212.5 ms later.
  assert.ok(Math.abs(clock.shownAt(instant(from + 212)) - (303 - 0.01)) < 0.01)
  for (const [ms, left] of [
    [200, Math.exp(-1)],
    [400, Math.exp(-2)],
    [1200, Math.exp(-6)],
  ]) {
    const shown = clock.shownAt(instant(from + 212.5 + ms))
    // Meanwhile it may run too fast.
    assert.ok(
      shown >= end - 4 * left - 1e-9 && shown < end && shown <= end - 4 * left ** 2 + 1e-9,
      `${ms}: ${shown}`,
    )
  }
  const before = clock.shownAt(instant(from + 1500))
  clock.hear(330, instant(from + 1500))
  const after = clock.shownAt(instant(from + 1516))
  assert.ok(after - before > 0.3 && after - before < 0.66, `${after - before}`)
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

/**
 * Sends a packet for each tick over `seconds` from a server whose clock drifts by `ppm`; returns the estimate's
 * error, in ms.
 */
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
  assert.ok(clock.shownAt(instant(now)) <= 1201 + 7)
})

test('[N19] time that the server left out sets the clock back, once, and what was known of lateness holds on', () => {
  const clock = new TickClock(20)
  for (let tick = 100; tick < 200; tick++) clock.hear(tick, instant(50 * tick))
  const { delayTicks } = clock
  // It stood still for a second, and makes up for five ticks of that.
  for (let tick = 200; tick < 205; tick++) clock.hear(tick, instant(50 * 199 + 1000))
  const now = instant(50 * 205 + 750)
  clock.leftOut(205, { ms: 750, heard: 205, now })
  clock.leftOut(205, { ms: 750, heard: 205, now })
  for (let tick = 205; tick < 210; tick++) clock.hear(tick, instant(50 * tick + 750))
  assert.equal(clock.tickAt(instant(50 * 209 + 750)), 209)
  assert.equal(clock.delayTicks, delayTicks)
})

test('[N19] what the server left out before the first tick heard of is nothing to this clock', () => {
  const clock = new TickClock(20)
  const now = instant(500)
  clock.leftOut(5, { ms: 100, heard: 10, now })
  clock.hear(10, now)
  clock.leftOut(10, { ms: 100, heard: 10, now })
  clock.leftOut(11, { ms: 0, heard: 11, now })
  assert.equal(clock.tickAt(instant(500)), 10)
})

test('[P2] a way that is much longer from now on is followed at once after a second, a shorter one with its first packet', () => {
  const clock = new TickClock(20)
  const hear = (tick: number, late: number) => clock.hear(tick, instant(50 * tick + late))
  for (let tick = 1; tick < 200; tick++) hear(tick, 30)
  for (let tick = 200; tick < 220; tick++) hear(tick, 700)
  assert.ok(clock.tickAt(instant(50 * 219 + 700)) > 219 + 12, 'a stall of a second is none')
  for (let tick = 220; tick < 222; tick++) hear(tick, 700)
  assert.ok(Math.abs(clock.tickAt(instant(50 * 221 + 700)) - 221) < 0.1)
  hear(222, 30)
  assert.ok(Math.abs(clock.tickAt(instant(50 * 222 + 30)) - 222) < 0.1)
})

test('[P2] where this computer’s clock is set back, what is shown goes on', () => {
  const clock = new TickClock(20)
  let shown = 0
  const hear = (tick: number, now: number) => {
    clock.hear(tick, instant(now))
    shown = clock.shownAt(instant(now))
  }
  for (let tick = 1; tick < 200; tick++) hear(tick, 50 * tick + 30)
  for (let tick = 200; tick < 220; tick++) hear(tick, 50 * tick + 30 - 1400)
  assert.ok(219 - shown < 3, `${shown} at tick 219`)
})
