/** Some nights of matches in a train's weather: `npm run sim -- haunted --matches 1000` plays more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playNight } from './simulate.ts'
import { houseMap } from './visit.ts'

const FIXED = [1, 22]
/** Seeds of long nights, in most of which the seekers win: they are played until they have. */
const LONG = [5, 10, 15, 20, 25, 30]

test('nights on a train: phases end, results agree, nobody is stuck, and no secret is told', async () => {
  let [matches, wonBySeekers] = [0, 0]
  const play = async (seed: number): Promise<void> => {
    const outcome = await playNight(houseMap, seed)
    assert.equal(outcome.failure, undefined, `seed ${seed}: npm run sim -- haunted --seed ${seed} --seeds 1`)
    assert.deepEqual(outcome.warnings, [])
    matches += outcome.matches
    wonBySeekers += outcome.wonBySeekers
  }
  for (const seed of [...FIXED, Math.floor(Math.random() * 2 ** 31)]) await play(seed)
  for (const seed of LONG) if (wonBySeekers === 0) await play(seed)
  assert.ok(matches >= 3, `${matches} matches`)
  assert.ok(wonBySeekers >= 1, 'the seekers won none')
})
