import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Budget } from './budget.ts'

/** A link that bears everything. */
const ANY = Number.POSITIVE_INFINITY

/** Returns the most bytes in any second, when `spend` says how much of the savings goes out. */
function mostInASecond(bytesPerSecond: number, spend: (saved: number, tick: number) => number): number {
  const budget = new Budget(bytesPerSecond, 20)
  const spent: number[] = []
  let saved = budget.burst
  let most = 0
  for (let tick = 1; tick <= 600; tick++) {
    saved = budget.after(saved, 1, ANY)
    const bytes = spend(saved, tick)
    saved -= bytes
    spent.push(bytes)
    const second = spent.slice(-20).reduce((sum, each) => sum + each, 0)
    most = Math.max(most, second)
  }
  return most
}

test('[T20] whoever always sends all that is saved never passes the budget in any second', () => {
  for (const budget of [2000, 5000, 64_000]) assert.ok(mostInASecond(budget, (saved) => saved) <= budget)
})

test('[T20] whoever waits and then sends all at once never passes the budget in any second', () => {
  const random = new Random(5)
  for (const budget of [2000, 5000, 64_000])
    for (let i = 0; i < 20; i++) {
      const often = random.fraction()
      const most = mostInASecond(budget, (saved) => (random.chance(often) ? saved : 0))
      assert.ok(most <= budget, `${most} bytes of ${budget}`)
    }
})

test('[T20] four fifths of the budget can be used for long, and the largest advance fits the smallest budget', () => {
  let sum = 0
  mostInASecond(64_000, (saved, tick) => {
    if (tick > 200) sum += saved
    return saved
  })
  assert.ok(sum / 400 >= (64_000 * 0.8) / 20 - 1)
  assert.ok(new Budget(2000, 20).burst >= 1400)
})

test('[T20] nothing is saved beyond the burst, however long the pause', () => {
  const budget = new Budget(64_000, 20)
  assert.equal(budget.after(0, 1_000_000, ANY), budget.burst)
})

test('[T20] on a link that bears hardly anything, one large advance is saved up for, and no more goes out than it bears', () => {
  const budget = new Budget(64_000, 20)
  for (const borne of [300, 1000, 2000]) {
    let saved = 0
    let ticks = 0
    while (saved < 1400 && ticks < 1000) {
      saved = budget.after(saved, 1, borne)
      ticks++
    }
    assert.ok(saved === 1400 && (1400 * 20) / ticks <= borne, `${ticks} ticks for 1400 bytes`)
  }
  assert.equal(budget.after(10_000, 1, 1000), 1400)
})
