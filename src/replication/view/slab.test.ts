import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { CHUNK, Progress, SENT_UNTIL, SERIAL } from './progress.ts'
import { Slab } from './slab.ts'

test('stretches never overlap, come as zeros, and are used again', () => {
  const random = new Random(4)
  const slab = new Slab()
  const owned: { start: number; length: number; mark: number }[] = []
  for (let i = 0; i < 3000; i++) {
    if (random.chance(0.5) || owned.length === 0) {
      const length = random.integer(0, 300)
      const start = slab.take(length)
      assert.ok(slab.data.subarray(start, start + length).every((value) => value === 0))
      slab.data.fill(i, start, start + length)
      owned.push({ start, length, mark: i })
    } else {
      const [{ start, length, mark }] = owned.splice(random.integer(0, owned.length - 1), 1)
      assert.ok(slab.data.subarray(start, start + length).every((value) => value === mark))
      slab.give(start, length)
    }
  }
  assert.ok(slab.data.length < 2 ** 17, `${slab.data.length}`)
})

test('rows keep what they hold while tables grow, move and take from each other', () => {
  const slab = new Slab()
  const tables = [new Progress(slab), new Progress(slab)]
  for (let row = 0; row < 100; row++)
    for (const [t, table] of tables.entries()) {
      assert.equal(table.add(1000 * t + row), row)
      table.set(SERIAL, row, 5000 * t + row)
      table.setHead(row, row)
      if (row % 3 === 0) table.fallBehind(row, 7)
      else table.setBehind(row, false)
    }
  const [first, second] = tables
  for (let row = 0; row < 100; row++) {
    assert.equal(second.chunk(row), 1000 + row)
    assert.equal(second.head(row), row)
    assert.equal(second.isBehind(row), row % 3 === 0)
    assert.equal(second.find(5000 + row), row)
  }
  const copy = new Progress(slab)
  copy.copy(second)
  first.count = 0
  assert.equal(first.take(copy, 42), 0)
  assert.deepEqual([first.chunk(0), first.isBehind(0), first.get(SENT_UNTIL, 0)], [1042, true, 7])
  assert.equal(first.find(1), -1)
  assert.ok(slab.data[second.start + CHUNK] === ~1000)
})
