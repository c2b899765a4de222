import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counters } from './counters.ts'

test('each name counts for itself, by one or by as many as it is told', () => {
  const dropped = new Counters('short', 'forged')
  dropped.count('short')
  dropped.count('short', 40)
  dropped.count('forged', 0)
  assert.equal(dropped.get('short'), 41)
  assert.equal(dropped.get('forged'), 0)
  assert.equal(dropped.total, 41)
})

test('a name that was not given at the start is neither counted nor added', () => {
  const dropped = new Counters<string>('short')
  dropped.count('stranger')
  dropped.count('__proto__')
  assert.equal(dropped.get('stranger'), 0)
  assert.equal(dropped.total, 0)
  assert.deepEqual(dropped.names, ['short'])
})

test('counts stay exact far beyond 32 bits', () => {
  const sent = new Counters('bytes')
  sent.count('bytes', 2 ** 52)
  sent.count('bytes')
  assert.equal(sent.get('bytes'), 2 ** 52 + 1)
})

test('a snapshot is a plain copy in which nothing is zero', () => {
  const dropped = new Counters('short', 'forged')
  dropped.count('forged', 2)
  const copy = dropped.snapshot()
  dropped.count('forged')
  assert.deepEqual(copy, { forged: 2 })
})
