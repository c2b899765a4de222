/** A whole cluster in virtual time, with everything that can go wrong: ten thousand handoffs and more. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  ALL_CLUSTER_RULES,
  type ClusterRules,
  type ClusterRun,
  ClusterSimulation,
  type ClusterSwarm,
  calmSwarm,
} from '../../src/lab/index.ts'

type Faults = Partial<ClusterSwarm['faults']>

/** Seeds that stay the same; those at the end failed once. */
const SEEDS = [...Array.from({ length: 60 }, (_, i) => i + 1), 192, 293, 428, 100671, 500376]
const FRESH = 10

/** Nothing goes wrong but this. */
const only =
  (faults: Faults, more: Partial<ClusterSwarm> = {}) =>
  (drawn: ClusterSwarm): ClusterSwarm => {
    const calm = calmSwarm(drawn)
    return { ...calm, ...more, faults: { ...calm.faults, ...faults } }
  }

function failureOf({ seed, failure }: ClusterRun): string | undefined {
  return failure && `${failure}\nPlay it again: npm run sim -- --cluster --seed ${seed}`
}

test('[K1] at least 10,000 handoffs with faults: one author, nothing lost, nothing twice, what was confirmed is kept', () => {
  let [handoffs, faults] = [0, 0]
  for (const seed of SEEDS) {
    const run = new ClusterSimulation({ seed }).run()
    assert.equal(failureOf(run), undefined)
    handoffs += run.handoffs
    faults += run.faults
  }
  assert.ok(handoffs >= 10_000, `${handoffs} handoffs`)
  assert.ok(faults >= 500, `${faults} faults`)
})

test('fresh seeds hold', () => {
  const first = Math.floor(Math.random() * 2 ** 31)
  for (let seed = first; seed < first + FRESH; seed++)
    assert.equal(failureOf(new ClusterSimulation({ seed }).run()), undefined)
})

test('the same seed gives the same run', () => {
  const play = (seed: number): ClusterRun => new ClusterSimulation({ seed }).run()
  assert.deepEqual(play(5), play(5))
  assert.notEqual(play(5).hash, play(6).hash)
})

test('where nothing goes wrong no entity pauses longer than a few ticks and the paths, and nothing goes back', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const quick = { pathMs: { leastMs: 1, jitterMs: 2 }, storeMs: { leastMs: 0.5, jitterMs: 1 } }
    const { failure, longestGapMs, setbacks } = new ClusterSimulation({ seed, swarm: only({}, quick) }).run()
    assert.deepEqual([failure, setbacks], [undefined, 0])
    assert.ok(longestGapMs <= 112, `${longestGapMs} ms`)
  }
})

describe('each rule, taken out, is missed', () => {
  /** Plays seeds with a rule and without it, the same things going wrong. */
  function compare(
    out: keyof ClusterRules,
    seeds: readonly number[],
    swarm: (drawn: ClusterSwarm) => ClusterSwarm,
  ): { readonly within: ClusterRun[]; readonly without: ClusterRun[] } {
    const play = (rules: ClusterRules): ClusterRun[] =>
      seeds.map((seed) => new ClusterSimulation({ seed, rules, swarm }).run())
    const within = play(ALL_CLUSTER_RULES)
    for (const run of within) assert.equal(failureOf(run), undefined)
    return { within, without: play({ ...ALL_CLUSTER_RULES, [out]: false }) }
  }

  for (const [out, seeds, why, faults, more] of [
    ['commitFirst', [12, 15], '[K7] told first', { regionCrash: 0.4, break: 1 }, {}],
    [
      'hopCheck',
      [1],
      '[K10] no hop looked at',
      { break: 1 },
      { wander: 0.3, pathMs: { leastMs: 5, jitterMs: 30 } },
    ],
    ['fenceRound', [9, 14], '[K4] receivers not asked', { suspicion: 0.5, stall: 0.5 }, {}],
    ['orphans', [13, 15], '[K12] rows not looked for', { regionCrash: 0.5, break: 2 }, {}],
    ['syncFirst', [3, 7], '[K1] a store that says done too early', { storeCrash: 0.6 }, {}],
    ['floor', [1], '[K2] epochs below those of the store', { directoryForgets: 0.4 }, {}],
  ] as const)
    test(`${why} (${out})`, () => {
      const { without } = compare(out, seeds, only(faults, more))
      assert.ok(
        without.some(({ failure }) => failure !== undefined),
        'it should have failed',
      )
    })

  test('[K6] without what receivers know, a crash takes steps back that were told (askBack)', () => {
    const { within, without } = compare('askBack', [1, 2, 3, 4], only({ regionCrash: 0.4 }))
    const sum = (runs: readonly ClusterRun[]): number => runs.reduce((all, { setbacks }) => all + setbacks, 0)
    assert.equal(sum(within), 0)
    assert.ok(sum(without) > 0)
  })
})
