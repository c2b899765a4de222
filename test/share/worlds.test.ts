/** Whole clusters of real worlds in virtual time, while everything goes wrong that can. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorldSimulation } from '../../src/lab/index.ts'

/** Each of these failed once. */
const SEEDS = [
  ...[2, 5, 7, 12, 14, 16, 17, 7001, 7032, 7055, 20044, 31032, 849384162, 849384178],
  ...[30127, 865481358, 865481422, 865482094, 52130, 60200, 61065, 61076, 62103, 62132],
]

for (const seed of SEEDS)
  test(`[K7] real worlds: one author, nothing lost or twice, items conserved, no secret told, replicas equal (seed ${seed})`, async () => {
    const simulation = new WorldSimulation({ seed })
    const run = await simulation.run()
    assert.equal(run.failure, undefined, `Play it again: npm run sim -- --cluster --seed ${seed}`)
    assert.ok(run.crossings > 10 && run.faults > 0 && run.trades > 5, JSON.stringify(run))
  })
