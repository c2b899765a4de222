import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Ledger } from '../ledger/ledger.ts'
import { stageGame } from '../stage.suite.ts'
import { CellInterest } from './cell-interest.ts'
import { Reaches } from './reach.ts'

function watch(hysteresis: number) {
  const ledger = new Ledger(stageGame)
  return { ledger, interest: new CellInterest(ledger, new Reaches(ledger.grid), hysteresis) }
}

test('[T15] every cell within the radius is in view, from any point of the seat and its surroundings', () => {
  const random = new Random(1)
  for (let i = 0; i < 300; i++) {
    const hysteresis = random.integer(0, 6)
    const radius = random.integer(0, 90)
    const { ledger, interest } = watch(hysteresis)
    const x = random.between(0, 256)
    const y = random.between(0, 256)
    interest.lookFrom(x, y, radius)
    const seen = new Set(interest.cells.subarray(0, interest.count))
    const { column, row } = interest.seat
    for (let j = 0; j < 20; j++) {
      const px = Math.max(0, Math.min(255, column * 8 + random.between(-hysteresis, 8 + hysteresis)))
      const py = Math.max(0, Math.min(255, row * 8 + random.between(-hysteresis, 8 + hysteresis)))
      for (let cell = 0; cell < ledger.grid.cells; cell++)
        if (ledger.grid.distanceTo(cell, px, py) <= radius) assert.ok(seen.has(cell))
    }
  }
})

test('[T15] no cell is in view that is further away than the radius, the surroundings and a seat', () => {
  const random = new Random(2)
  for (let i = 0; i < 300; i++) {
    const { ledger, interest } = watch(4)
    const x = random.between(0, 256)
    const y = random.between(0, 256)
    const radius = random.integer(0, 90)
    interest.lookFrom(x, y, radius)
    for (const cell of interest.cells.subarray(0, interest.count))
      assert.ok(ledger.grid.distanceTo(cell, x, y) <= radius + (4 + 8) * Math.SQRT2)
  }
})

test('[T15] cells come nearest first, each once', () => {
  const { interest } = watch(4)
  interest.lookFrom(100, 200, 60)
  const distances = [...interest.distances.subarray(0, interest.count)]
  assert.deepEqual(
    distances,
    [...distances].sort((a, b) => a - b),
  )
  assert.equal(new Set(interest.cells.subarray(0, interest.count)).size, interest.count)
})

test('[T15] another seat or another radius is news, the same is none', () => {
  const { interest } = watch(4)
  assert.ok(interest.lookFrom(100, 100, 40))
  assert.ok(!interest.lookFrom(102, 101, 40))
  assert.ok(interest.lookFrom(110, 101, 40))
  assert.ok(interest.lookAsFarAs(20))
  assert.ok(!interest.lookAsFarAs(20))
})

test('a topic that is opened, closed, or gains a chunk within view is noticed once', () => {
  const { ledger, interest } = watch(4)
  interest.lookFrom(16, 16, 10)
  assert.ok(!interest.hasNewTopics())
  const near = ledger.open(0)
  ledger.open(63 * 4)
  assert.ok(interest.hasNewTopics())
  assert.ok(!interest.hasNewTopics())
  ledger.addChunk(near)
  assert.ok(interest.hasNewTopics())
  ledger.close(near)
  assert.ok(interest.hasNewTopics())
  assert.ok(!interest.hasNewTopics())
})
