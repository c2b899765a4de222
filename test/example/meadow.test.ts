/** The example of the guide: a scenario and a rule of one's own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { thunderstorm } from '../../docs/examples/meadow/simulate.ts'

test('the thunderstorm over the meadow passes, and everyone comes back', async () => {
  const outcome = await thunderstorm(7)
  assert.equal(outcome.failure, undefined)
  assert.deepEqual((await thunderstorm(7)).hash, outcome.hash)
})
