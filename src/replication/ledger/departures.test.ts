import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEPARTURES_MAX, Departures } from './departures.ts'
import { ELSEWHERE, nearby, REMOVED } from './topic.ts'

test('departures are kept by chunk, the newest first', () => {
  const departures = new Departures()
  departures.grow(4)
  departures.note(2, 31, REMOVED, 10)
  departures.note(2, 5, nearby(1, -1), 12)
  departures.note(3, 1, ELSEWHERE, 12)
  assert.equal(departures.countSince(2, 9), 2)
  assert.equal(departures.countSince(2, 10), 1)
  assert.equal(departures.countSince(2, 12), 0)
  assert.deepEqual(
    [0, 1].map((n) => [departures.slotOf(2, n), departures.destinationOf(2, n), departures.tickOf(2, n)]),
    [
      [5, nearby(1, -1), 12],
      [31, REMOVED, 10],
    ],
  )
})

test('the oldest departures are forgotten, and up to when is known', () => {
  const departures = new Departures()
  departures.grow(1)
  for (let tick = 1; tick <= DEPARTURES_MAX; tick++) departures.note(0, tick % 32, ELSEWHERE, tick)
  assert.equal(departures.forgotten[0], 0)
  departures.note(0, 3, ELSEWHERE, 100)
  departures.note(0, 4, ELSEWHERE, 101)
  assert.equal(departures.forgotten[0], 2)
  assert.equal(departures.countSince(0, 2), DEPARTURES_MAX)
  departures.grow(8)
  assert.equal(departures.slotOf(0, 0), 4)
  departures.clear(0)
  assert.equal(departures.countSince(0, 0), 0)
  assert.equal(departures.forgotten[0], 0)
})
