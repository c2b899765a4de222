import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flying } from './flying.ts'

test('what was noted for a payload is taken out once, in whichever order fates come', () => {
  const flying = new Flying()
  for (const id of [3, 4, 7, 9]) flying.note(id, 10 * id)
  assert.deepEqual(
    [7, 3, 5, 9, 7, 4, 4].map((id) => flying.take(id)),
    [70, 30, 0, 90, 0, 40, 0],
  )
  flying.note(11, 1)
  flying.clear()
  assert.equal(flying.take(11), 0)
})
