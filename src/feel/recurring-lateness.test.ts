import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../core/index.ts'
import { TickClock } from './clock.ts'

const TICK_MS = 50

/** A clock whose packets come 30 ms after their tick, save in pauses, after which all that waited comes at once. */
function clockIn(pauses: readonly { readonly at: number; readonly ms: number }[]) {
  const clock = new TickClock(20)
  let tick = 1
  return {
    clock,
    /** Takes in what comes until `until`, and shows a picture each 20 ms. */
    run(until: number): void {
      for (let now = 0; now <= until; now += 20) {
        if (now <= tick * TICK_MS - TICK_MS) continue
        const paused = pauses.find(({ at, ms }) => now >= at && now < at + ms)
        while (!paused && tick * TICK_MS + 30 <= now) clock.hear(tick++, instant(now))
        clock.shownAt(instant(now))
      }
    },
    get delayMs(): number {
      return clock.delayTicks * TICK_MS
    },
  }
}

/** Pauses of `ms` that come every `everyMs`. */
function pausesOf(ms: number, options: { from: number; everyMs: number; count: number }) {
  return Array.from({ length: options.count }, (_, i) => ({ at: options.from + i * options.everyMs, ms }))
}

for (const ms of [500, 1000, 2000])
  test(`[T36] a pause of ${ms} ms that stands alone is left out within five seconds, and so is one half a minute later`, () => {
    const even = clockIn([])
    even.run(10_000)
    for (const pauses of [
      pausesOf(ms, { from: 8000, everyMs: 0, count: 1 }),
      pausesOf(ms, { from: 8000, everyMs: 30_000, count: 4 }),
    ])
      for (const { at } of pauses) {
        const place = clockIn(pauses)
        place.run(at + ms + 5000)
        assert.ok(
          place.delayMs < 1.5 * even.delayMs,
          `${place.delayMs} ms after the pause at ${at}, ${even.delayMs} before`,
        )
      }
  })

for (const [one, other] of [
  [1000, 1000],
  [1300, 2400],
  [2500, 1100],
])
  test(`[T36] pauses of ${one} and ${other} ms, six seconds apart, are left out too: nobody waits for as long as that`, () => {
    const even = clockIn([])
    even.run(10_000)
    const place = clockIn([
      { at: 8000, ms: one },
      { at: 8000 + one + 6000, ms: other },
    ])
    place.run(8000 + one + 6000 + other + 5000)
    assert.ok(place.delayMs < 1.5 * even.delayMs, `${place.delayMs} ms, and ${even.delayMs} before`)
  })

test('[T36] pauses that come again and again are waited for, and no longer than they keep coming', () => {
  const pauses = pausesOf(600, { from: 8000, everyMs: 8000, count: 20 })
  const place = clockIn(pauses)
  place.run(8000 + 19 * 8000 + 700)
  const end = 8000 + 19 * 8000
  assert.ok(place.delayMs > 400 && place.delayMs < 700, `${place.delayMs} ms`)
  const after = clockIn(pauses)
  after.run(end + 80_000)
  assert.ok(after.delayMs < 100, `${after.delayMs} ms long after the last`)
})

test('[T36] on a train nearly all that is shown is shown as it was, from the third pause on', () => {
  const random = new Random(5)
  const pauses: { at: number; ms: number }[] = []
  for (let at = 4000; at < 300_000; at += 600 + 500 + random.between(0, 14_000)) pauses.push({ at, ms: 600 })
  const clock = new TickClock(20)
  let tick = 1
  let late = 0
  let pictures = 0
  for (let now = 1000; now < 300_000; now += 20) {
    const isPaused = pauses.some(({ at, ms }) => now >= at && now < at + ms)
    while (!isPaused && tick * TICK_MS + 30 <= now) clock.hear(tick++, instant(now))
    const shown = clock.shownAt(instant(now))
    if (now < 40_000) continue
    pictures++
    // Who turned at the first tick that is not known yet is shown wrong from there on.
    late += Math.max(0, shown - clock.heard)
  }
  assert.ok(
    (late * TICK_MS) / pictures < 5,
    `${(late * TICK_MS) / pictures} ms beyond what is known, on average`,
  )
})

test('[T36] what a page that draws nothing, or a server that leaves out time, holds up again and again is not waited for', () => {
  for (const whose of ['page', 'server']) {
    const clock = new TickClock(20)
    let late = 0
    for (let turn = 0; turn < 20; turn++) {
      for (let tick = turn * 100; tick < turn * 100 + 100; tick++) {
        const now = tick * TICK_MS + late
        if (tick % 100 >= 80 && whose === 'page') continue
        if (tick % 100 === 80 && whose === 'server') {
          clock.hear(tick, instant(now + 800))
          late += 800
          clock.leftOut(tick + 1, { ms: 800, heard: tick + 1, now: instant(now + 850) })
          continue
        }
        if (tick > 0) clock.hear(tick, instant(now))
        clock.shownAt(instant(now))
        clock.shownAt(instant(now + 25))
      }
      const end = turn * 100 + 100
      if (whose === 'page')
        for (let tick = end - 20; tick < end; tick++) clock.hear(tick, instant(end * TICK_MS - 10))
    }
    for (let tick = 2000; tick < 2100; tick++) clock.hear(tick, instant(tick * TICK_MS + late))
    assert.ok(clock.delayTicks * TICK_MS < 120, `${clock.delayTicks * TICK_MS} ms for the ${whose}`)
  }
})
