import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { lively, livelyBots } from '../../../test/field/lively.ts'
import { Random } from '../../core/index.ts'
import { defineServer } from '../../server/index.ts'
import { Pair } from '../pair.ts'
import { clear } from '../weather.ts'
import { bothWays } from '../weather-air.ts'
import type { CheckedRun } from './check.ts'
import { standingChecks, unsettled } from './checks.ts'
import { ownIsForeseen, ownIsInStep } from './in-step.ts'
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
    const road = new Road(bothWays(clear), { random, serverPause: new Spell() })
    return new SimulatedPlayer({ number, pair, road, random, bots: livelyBots, driftPpm: 0 })
  })
  const scene = (bufferedBytes = 0) => ({
    pair,
    world: pair.host.world as never,
    actors,
    bufferedBytes,
    bufferBytesMax: 1_048_576,
    metresPerSecond: 5 * Math.SQRT2,
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

test('whose own character is shown elsewhere for longer than a word takes is found, and not before', async () => {
  const { scene, pair, actors, run } = await stage()
  const checks = [ownIsInStep<typeof field>()]
  const found = () => checks.flatMap((check) => check(scene()) ?? [])
  const look = async (ticks: number) => {
    for (let i = 0; i < ticks; i++) {
      await run(1)
      const own = pair.host.world.get(actors[1].client.me!.id)!
      // The server has it five metres further than it is shown, and says nothing of it.
      const { x, y } = own.position!
      const shown = actors[1].client.me!.position
      own.position = { x: shown.x, y: shown.y + 5 } as never
      const sentences = found()
      own.position = { x, y } as never
      if (sentences.length > 0) return sentences.join()
    }
    return ''
  }
  for (let i = 0; i < 45; i++) {
    await run(1)
    assert.deepEqual(found(), [])
  }
  assert.equal(await look(22), '')
  assert.match(await look(20), /^Bot 2 is shown 5\.00 m from where it is, for \d+ ms, and is \d+ ms ahead$/)
})

test('whose own character is shown elsewhere than it comes to be is found, whether or not keys change', async () => {
  const { scene, actors, run } = await stage()
  const check = ownIsForeseen<typeof field>()
  const look = async (ticks: number, off: number) => {
    for (let i = 0; i < ticks; i++) {
      await run(1)
      actors[1].client.me!.position.y += off
      const found = check(scene())
      if (found !== undefined) return found
    }
    return ''
  }
  assert.equal(await look(120, 0.4), '')
  assert.equal(await look(12, 0.6), '')
  assert.match(
    await look(12, 0.6),
    /^Bot 2 was shown 0\.\d\d m from where it came to be at tick [\d.]+, and was for \d+ ms$/,
  )
})

test('who is shown others elsewhere than they were is found', async () => {
  const { scene, actors, run } = await stage()
  const checks = standingChecks<typeof field>(lively)
  const found = () => checks.flatMap((check) => check(scene()) ?? [])
  for (let i = 0; i < 45; i++) {
    await run(1)
    assert.deepEqual(found(), [])
  }
  let sentences: string[] = []
  for (let i = 0; i < 20 && sentences.length === 0; i++) {
    await run(1)
    const { client } = actors[0]
    for (const other of client.entities('walker')) if (other.id !== client.me!.id) other.position.x += 1
    sentences = found()
  }
  assert.match(sentences.join(), /^Bot 1 sees walker \d+ 1\.\d\d m from where it was at tick [\d.]+$/)
})

test('one who takes part and is not there is found', async () => {
  const { scene, actors } = await stage()
  actors[0].client.close()
  assert.match(unsettled(scene()) ?? '', /^Bot 1 is closed after all is quiet$/)
})
