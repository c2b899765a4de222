import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../core/index.ts'
import { TickClock } from './clock.ts'
import { Lead } from './lead.ts'

const TICK = 50

/** What a note can say of a margin, in ms. */
const told = (margin: number) => Math.max(-560, Math.min(560, margin))

/**
 * Runs a server that makes tick t at t * 50 ms, and a client; messages take `toServer` ms there and `toClient` ms back.
 */
function run(options: {
  toServer: (now: number) => number
  toClient: number
  seconds: number
  joinedAfter?: number
}) {
  const clock = new TickClock(20)
  const lead = new Lead(clock, 20)
  const margins: { at: number; margin: number }[] = []
  const word: { at: number; margin: number }[] = []
  let begun = false
  let least = Number.POSITIVE_INFINITY
  let most = 0
  let last = 0
  for (let now = 1000; now < 1000 + options.seconds * 1000; now++) {
    if (now % TICK === 0) clock.hear(Math.floor((now - options.toClient) / TICK), instant(now))
    if (!begun) lead.begin(options.joinedAfter ?? options.toServer(now) + options.toClient, instant(now))
    begun = true
    const at = lead.tickAt(instant(now))
    if (now > 3000) {
      least = Math.min(least, (at - last) * TICK)
      most = Math.max(most, (at - last) * TICK)
    }
    while (word.length > 0 && word[0].at <= now)
      lead.heard(told((word.shift() as { margin: number }).margin), 100, instant(now))
    // A player's tick begins, and every fifth says something.
    if (Math.floor(at) > Math.floor(last) && Math.floor(at) % 5 === 0) {
      const arrives = now + options.toServer(now)
      const margin = Math.floor(at) * TICK - arrives
      margins.push({ at: now, margin })
      word.push({ at: arrives + options.toClient, margin })
    }
    last = at
  }
  return { margins, least, most }
}

test('[P3] commands come to arrive just before their tick, and the clock is only slewed for it', () => {
  const { margins, least, most } = run({ toServer: () => 60, toClient: 40, seconds: 40 })
  const late = margins.filter(({ at, margin }) => at > 6000 && margin < -1)
  assert.deepEqual(late, [])
  assert.ok(margins.slice(-20).every(({ margin }) => margin < 100))
  assert.ok(least > 0.96 && most < 1.12, `${least} .. ${most}`)
})

test('[P3] on an uneven way few come late', () => {
  const dice = new Random(4)
  const { margins } = run({ toServer: () => 50 + dice.between(0, 60), toClient: 40, seconds: 120 })
  const late = margins.filter(({ at, margin }) => at > 8000 && margin < 0)
  assert.ok(late.length < margins.length * 0.1, `${late.length} of ${margins.length}`)
  const mean = margins.reduce((sum, { margin }) => sum + margin, 0) / margins.length
  assert.ok(mean < 120, `${mean} ms early on average`)
})

test('[P3] a joining that took very long leaves no long lead behind', () => {
  const { margins } = run({ toServer: () => 30, toClient: 30, seconds: 20, joinedAfter: 3000 })
  assert.ok(margins.slice(-10).every(({ margin }) => margin < 200))
})

test('[P3] where the way suddenly takes much longer, commands are late for seconds, the more so the longer', () => {
  for (const [longer, lateFor] of [
    [100, 1000],
    [300, 1500],
    [600, 2500],
    [1200, 4500],
  ]) {
    const { margins, most } = run({
      toServer: (now) => (now < 20_000 ? 60 : 60 + longer),
      toClient: 40,
      seconds: 40,
    })
    const late = margins.filter(({ at, margin }) => at > 20_000 + lateFor && margin < 0)
    assert.deepEqual(late, [], `${longer} ms longer`)
    assert.ok(most <= 1.51 * 1.05, `${most}`)
  }
})
