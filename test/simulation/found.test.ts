/** What the simulator must find: servers without what keeps the own character in step, with keys held and tapped. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CheckedRun, Simulation, scenarioByName } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { lively, livelyBots } from '../field/lively.ts'

type Run = CheckedRun<typeof lively.game>

/** What one seed shows, a change of anything else may hide: it is looked for in some more. */
const seedsFrom = (first: number): number[] => Array.from({ length: 16 }, (_, i) => first + i)

/** Plays seeds, at most a few dozen, until one fails. @returns what it says; undefined when all of them hold */
async function found(seeds: readonly number[], spoil: () => (run: Run) => void): Promise<string | undefined> {
  for (const seed of seeds) {
    const sealed = { cipher: nodeSodium }
    const scenario = scenarioByName('keys')
    const options = { definition: lively, bots: livelyBots, scenario, seed, sealed, watch: spoil() }
    const { failure } = await new Simulation(options).run()
    if (failure !== undefined) return failure
  }
  return undefined
}

test('the simulator finds a server where what lapsed in a silence never holds again', async () => {
  const failure = await found(seedsFrom(4), () => ({ pair }) => {
    for (const { world } of pair.host.realm.instances)
      for (const { commands } of world.players.values()) {
        const packed = commands.pack()
        if (packed.hasLapsed) commands.unpack({ ...packed, current: commands.current, hasLapsed: false })
      }
  })
  assert.match(failure ?? '', /^Bot \d (is|was) shown [\d.]+ m from where/)
})

test('the simulator finds a server where a word of an earlier tick settles what is owed of a command', async () => {
  const failure = await found(seedsFrom(2), () => {
    const before = new Map<object, { readonly toldAt: number; readonly commandedAt: number | undefined }>()
    return ({ pair }) => {
      for (const { players } of pair.host.region.worlds)
        for (const { feed } of players) {
          const packed = feed.pack()
          const last = before.get(feed)
          before.set(feed, packed)
          const { commandedAt, toldAt } = packed
          if (commandedAt === undefined || toldAt === last?.toldAt || commandedAt !== last?.commandedAt)
            continue
          feed.unpack({ ...packed, commandedAt: undefined })
        }
    }
  })
  assert.match(failure ?? '', /^Bot \d (is|was) shown [\d.]+ m from where/)
})
