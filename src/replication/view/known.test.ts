import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { KNOWN_MAX, Known } from './known.ts'

test('what is noted is known, what is forgotten is not', () => {
  const known = new Known()
  known.note(7, 100, 0)
  known.note(2 ** 32 - 1, 101, 0)
  assert.deepEqual([known.tickOf(7), known.tickOf(2 ** 32 - 1), known.tickOf(8)], [100, 101, 0])
  known.forget(7)
  known.forget(9)
  assert.deepEqual([known.tickOf(7), known.tickOf(9)], [0, 0])
  known.note(7, 102, 0)
  assert.deepEqual([known.tickOf(7), known.tickOf(2 ** 32 - 1)], [102, 101])
})

test('it agrees with a map over many notes, and leaves out only what is too old', () => {
  const random = new Random(2)
  const known = new Known()
  const map = new Map<number, number>()
  for (let tick = 1; tick < 20_000; tick++) {
    const id = random.integer(1, 3000)
    known.note(id, tick, tick - 5000)
    map.set(id, tick)
    if (random.chance(0.1)) {
      const gone = random.integer(1, 3000)
      known.forget(gone)
      map.delete(gone)
    }
    const asked = random.integer(1, 3000)
    const expected = map.get(asked) ?? 0
    const found = known.tickOf(asked)
    assert.ok(found === expected || (found === 0 && expected < tick - 5000))
  }
})

test('beyond its size it forgets everything rather than grow', () => {
  const known = new Known()
  for (let id = 1; id < 20 * KNOWN_MAX; id++) known.note(id, 5, 0)
  assert.ok(known.size <= 2 * KNOWN_MAX)
})
