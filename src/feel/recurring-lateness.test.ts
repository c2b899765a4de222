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
    for (const pauses of [pausesOf(ms, { from: 8000, everyMs: 0, count: 1 }), pausesOf(ms, { from: 8000, everyMs: 30_000, count: 4 })])
      for (const { at } of pauses) {
        const place = clockIn(pauses)
        place.run(at + ms + 5000)
        assert.ok(place.delayMs < 1.5 * even.delayMs, `${place.delayMs} ms after the pause at ${at}, ${even.delayMs} before`)
      }
  })
