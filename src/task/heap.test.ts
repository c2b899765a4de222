import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../core/index.ts'
import { Heap, type HeapItem } from './heap.ts'

test('items come out by key, equal keys by order, whatever was taken out of the middle', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = new Random(seed)
    const heap = new Heap<HeapItem>()
    let held: HeapItem[] = []
    for (let order = 0; order < 200; order++) {
      const item = { key: random.integer(0, 20), order, at: -1 }
      heap.push(item)
      held.push(item)
      if (random.chance(0.3)) {
        const gone = random.pick(held)
        heap.remove(gone)
        heap.remove(gone)
        assert.equal(gone.at, -1)
        held = held.filter((each) => each !== gone)
      }
    }
    held.sort((a, b) => a.key - b.key || a.order - b.order)
    assert.equal(heap.first, held[0])
    const popped: (HeapItem | undefined)[] = []
    while (heap.size > 0) popped.push(heap.pop())
    assert.deepEqual(popped, held, `seed ${seed}`)
  }
  assert.equal(new Heap().pop(), undefined)
})
