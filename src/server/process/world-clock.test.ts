import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { createMemoryStore } from '../../store/index.ts'
import { clockOf, worldBeganAt } from './world-clock.ts'

test('all processes of a world count its ticks from the same moment, whenever each began', async () => {
  const store = createMemoryStore()
  const began = await worldBeganAt(store, 1_000_000)
  assert.equal(await worldBeganAt(store, 1_007_777), began)
  const early = clockOf(began, 50, { wall: 1_000_020, now: instant(5) })
  assert.deepEqual([early.tick, early.at], [1, 35])
  const late = clockOf(began, 50, { wall: 1_001_001, now: instant(70_000) })
  assert.deepEqual([late.tick, late.at], [21, 70_049])
})
