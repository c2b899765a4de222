import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedQueue } from './queue.ts'
import { Random } from './random.ts'

test('what goes in first comes out first', () => {
  const queue = new BoundedQueue<string>(3)
  for (const thing of ['a', 'b', 'c']) assert.equal(queue.push(thing), true)
  assert.equal(queue.peek(), 'a')
  assert.deepEqual([queue.shift(), queue.shift(), queue.shift(), queue.shift()], ['a', 'b', 'c', undefined])
})

test('a full queue refuses the newcomer and keeps what it has', () => {
  const queue = new BoundedQueue<number>(2)
  assert.deepEqual([queue.push(1), queue.push(2), queue.push(3)], [true, true, false])
  assert.equal(queue.length, 2)
  assert.equal(queue.shift(), 1)
  assert.equal(queue.push(4), true)
  assert.deepEqual([queue.shift(), queue.shift()], [2, 4])
})

test('a queue without room refuses everything, and an empty one has nothing', () => {
  const queue = new BoundedQueue<number>(0)
  assert.equal(queue.push(1), false)
  assert.equal(queue.peek(), undefined)
  assert.equal(queue.shift(), undefined)
  assert.equal(queue.length, 0)
})

test('clear empties it, wherever the ring stands, and it works on', () => {
  const queue = new BoundedQueue<number>(3)
  queue.push(1)
  queue.push(2)
  queue.shift()
  queue.push(3)
  queue.push(4)
  queue.clear()
  assert.equal(queue.length, 0)
  assert.equal(queue.peek(), undefined)
  for (const thing of [5, 6, 7]) assert.equal(queue.push(thing), true)
  assert.equal(queue.shift(), 5)
})

test('it behaves as a plain list does over 10,000 steps round the ring', () => {
  const random = new Random(7)
  const queue = new BoundedQueue<number>(5)
  const list: number[] = []
  for (let step = 0; step < 10_000; step++) {
    if (random.chance(0.55)) {
      const fits = list.length < 5
      assert.equal(queue.push(step), fits)
      if (fits) list.push(step)
    } else {
      assert.equal(queue.shift(), list.shift())
    }
    assert.equal(queue.length, list.length)
    assert.equal(queue.peek(), list[0])
  }
})
