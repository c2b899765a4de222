/** Some nights of matches in a train's weather: `npm run sim -- haunted --matches 1000` plays more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playNight } from './simulate.ts'
import { houseMap } from './visit.ts'

const FIXED = [1, 22]

test('nights on a train: phases end, results agree, nobody is stuck, and no secret is told', async () => {
  let matches = 0
  for (const seed of [...FIXED, Math.floor(Math.random() * 2 ** 31)]) {
    const outcome = await playNight(houseMap, seed)
    assert.equal(outcome.failure, undefined, `seed ${seed}: npm run sim -- haunted --seed ${seed} --seeds 1`)
    assert.deepEqual(outcome.warnings, [])
    matches += outcome.matches
  }
  assert.ok(matches >= 2, `${matches} matches`)
})
