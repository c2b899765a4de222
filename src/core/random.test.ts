import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from './random.ts'

const throws = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next())

test('the same seed gives the same throws on every platform and for ever: these are pinned', () => {
  assert.deepEqual(throws(new Random(0), 4), [1789933344, 44971166, 2521392804, 3836935353])
  assert.deepEqual(throws(new Random(20), 4), [3705395406, 533019534, 1964090539, 3306788790])
})

test('only the low 32 bits of a seed count, and each of them does', () => {
  assert.deepEqual(throws(new Random(-1), 4), throws(new Random(2 ** 32 - 1), 4))
  const first = new Set(Array.from({ length: 32 }, (_, bit) => new Random(2 ** bit).next()))
  assert.equal(first.size, 32)
})

test('next is a whole number of 32 bits without a sign', () => {
  for (const value of throws(new Random(3), 10_000)) {
    assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** 32, String(value))
  }
})

test('every bit is set in about half of all throws', () => {
  const counts = new Array<number>(32).fill(0)
  for (const value of throws(new Random(5), 20_000)) {
    for (let bit = 0; bit < 32; bit++) counts[bit] += (value >>> bit) & 1
  }
  // Seven standard deviations: sqrt(20000) / 2 = 71 each.
  for (const [bit, count] of counts.entries())
    assert.ok(Math.abs(count - 10_000) < 500, `bit ${bit}: ${count}`)
})

test('fraction is at least 0 and below 1; between keeps to its borders', () => {
  const random = new Random(9)
  for (let i = 0; i < 10_000; i++) {
    const fraction = random.fraction()
    assert.ok(fraction >= 0 && fraction < 1)
    const value = random.between(-2, 3)
    assert.ok(value >= -2 && value < 3)
  }
})

test('integer reaches both its borders, nothing beyond them, and all between about equally often', () => {
  const random = new Random(11)
  const counts = new Map<number, number>()
  for (let i = 0; i < 60_000; i++) {
    const value = random.integer(-2, 3)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  assert.deepEqual(
    [...counts.keys()].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2, 3],
  )
  for (const count of counts.values()) assert.ok(Math.abs(count - 10_000) < 700, String(count))
  assert.equal(random.integer(4, 4), 4)
})

test('chance 0 never happens, chance 1 always, one half about half the time', () => {
  const random = new Random(13)
  let happened = 0
  for (let i = 0; i < 10_000; i++) {
    assert.equal(random.chance(0), false)
    assert.equal(random.chance(1), true)
    if (random.chance(0.5)) happened++
  }
  assert.ok(Math.abs(happened - 5000) < 350, String(happened))
})

test('pick takes each thing sometimes and answers undefined for none', () => {
  const random = new Random(17)
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))
  assert.deepEqual([...picked].sort(), ['a', 'b', 'c'])
  assert.equal(random.pick([]), undefined)
})

test('a fork throws its own: how often it is asked changes nothing for its parent', () => {
  const asked = new Random(19)
  const left = new Random(19)
  const fork = asked.fork()
  left.fork()
  throws(fork, 100)
  assert.deepEqual(throws(asked, 8), throws(left, 8))
  assert.notDeepEqual(throws(new Random(19).fork(), 8), throws(new Random(19), 8))
})
