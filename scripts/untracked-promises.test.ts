import assert from 'node:assert/strict'
import { executionAsyncId } from 'node:async_hooks'
import { test } from 'node:test'

test('npm test has its runner track no promises', async () => {
  assert.notEqual(executionAsyncId(), 0)
  await Promise.resolve()
  // A promise that is tracked has an id of its own in what comes after it.
  assert.equal(executionAsyncId(), 0, 'run it by npm test')
})
