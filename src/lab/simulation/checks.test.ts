import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { lively, livelyBots } from '../../../test/field/lively.ts'
import { Random } from '../../core/index.ts'
import { defineServer } from '../../server/index.ts'
import { Pair } from '../pair.ts'
import { clear } from '../weather.ts'
import { type CheckedRun, standingChecks, unsettled } from './checks.ts'
import { Road, Spell } from './road.ts'
import { SimulatedPlayer } from './simulated-player.ts'

interface Stage {
  readonly pair: Pair<typeof field>
  readonly actors: SimulatedPlayer<typeof field>[]
  scene(bufferedBytes?: number): CheckedRun<typeof field>
  run(ticks: number): Promise<void>
}

async function stage(): Promise<Stage> {
  const pair = new Pair(lively, { seed: 1 })
  const actors = [0, 1].map((number) => {
    const random = new Random(number)
    const road = new Road(clear, { random, serverPause: new Spell() })
    return new SimulatedPlayer({ number, pair, road, random, bots: livelyBots, driftPpm: 0 })
  })
  const scene = (bufferedBytes = 0) => ({
    pair,
    world: pair.host.world as never,
    actors,
    bufferedBytes,
    bufferBytesMax: 1_048_576,
  })
  const run = async (ticks: number) => {
    for (let i = 0; i < ticks; i++) {
      for (const actor of actors) actor.act(pair.now)
      await pair.run(50)
    }
  }
  await run(20)
  return { pair, actors, scene, run }
}

const failures = (scene: CheckedRun<typeof field>, definition = lively): string[] =>
  standingChecks<typeof field>(definition).flatMap((check) => check(scene) ?? [])

test('nothing is found where all is well', async () => {
  const { scene, run, actors } = await stage()
  assert.deepEqual(failures(scene()), [])
  for (const actor of actors) actor.isQuiet = true
  await run(60)
  assert.equal(unsettled(scene()), undefined)
})

test('whoever sees what is hidden from them is found', async () => {
  const { scene } = await stage()
  const strict = defineServer(field, { ...lively.options, canSee: () => false })
  assert.match(failures(scene(), strict).join(), /^Bot 2 sees secret \d+, which is hidden from Bot 2$/)
})

test('an entity off the map is found', async () => {
  const { scene, pair } = await stage()
  const [walker] = pair.host.world.entities('walker')
  walker.position.x = 256
  assert.match(failures(scene()).join(), /^walker \d+ stands at \(256, [\d.]+\), off the map home$/)
})

test('players that the server does not count are found', async () => {
  const { scene, pair } = await stage()
  pair.host.world.addPlayer('Ghost')
  assert.match(failures(scene()).join(), /^3 players are in its worlds, and the server counts 2/)
})

test('a link that holds more than its bound is found', async () => {
  const { scene } = await stage()
  assert.deepEqual(failures(scene(1_048_576)), [])
  assert.match(failures(scene(1_048_577)).join(), /holds 1048577 bytes/)
})

test('a client that does not have what the server has is found, with topic, entity and field', async () => {
  const { scene, run, actors } = await stage()
  for (const actor of actors) actor.isQuiet = true
  await run(60)
  actors[1].road.cut.begin(0, 100_000)
  await run(40)
  assert.match(unsettled(scene()) ?? '', /^Bot 2 has not what the server has: cell \d+: .*walker/)
})

test('one who takes part and is not there is found', async () => {
  const { scene, actors } = await stage()
  actors[0].client.close()
  assert.match(unsettled(scene()) ?? '', /^Bot 1 is closed after all is quiet$/)
})
