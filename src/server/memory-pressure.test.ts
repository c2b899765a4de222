import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryPressure, oldSpaceLimit } from './memory-pressure.ts'

test('memory is short from six tenths on after a collection, and ample again below 0.55', () => {
  const memory = new MemoryPressure(1000, 0.75)
  assert.equal(memory.note(599, true), 'none')
  assert.equal(memory.note(600, true), 'short')
  assert.equal(memory.note(550, true), 'short')
  assert.equal(memory.note(549, true), 'none')
})

test('what may be garbage counts only where a collection would have come before', () => {
  const memory = new MemoryPressure(1000, 0.75)
  assert.equal(memory.note(870, false), 'none')
  assert.equal(memory.note(875, false), 'out')
})

test('memory that is out stays out', () => {
  const memory = new MemoryPressure(1000, 0.75)
  assert.equal(memory.note(749, true), 'short')
  assert.equal(memory.note(750, true), 'out')
  assert.equal(memory.note(100, true), 'out')
})

test('the limit is what the last flag says, and else most of what the heap may be', () => {
  assert.equal(
    oldSpaceLimit(1000, ['--max-old-space-size=64', '--max_old_space_size=32', '-e']),
    32 * 2 ** 20,
  )
  assert.equal(oldSpaceLimit(1000, ['--inspect']), 950)
})
