/** Some nights of matches in a train's weather: `npm run sim -- haunted --matches 1000` plays more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playNight } from './simulate.ts'
import { houseMap } from './visit.ts'

/** In the last the seekers win: few nights on a train are so long. */
const FIXED = [1, 22, 250]

test('nights on a train: phases end, results agree, nobody is stuck, and no secret is told', async () => {
  let [matches, wonBySeekers] = [0, 0]
  for (const seed of [...FIXED, Math.floor(Math.random() * 2 ** 31)]) {
    const outcome = await playNight(houseMap, seed)
    assert.equal(outcome.failure, undefined, `seed ${seed}: npm run sim -- haunted --seed ${seed} --seeds 1`)
    assert.deepEqual(outcome.warnings, [])
    matches += outcome.matches
    wonBySeekers += outcome.wonBySeekers
  }
  assert.ok(matches >= 3, `${matches} matches`)
  assert.ok(wonBySeekers >= 1, 'the seekers won none')
})
