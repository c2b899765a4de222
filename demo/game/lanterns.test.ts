import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyMap } from 'shardless'
import type { Client } from 'shardless/client'
import { Pair } from 'shardless/lab'
import { defineServer } from 'shardless/server'
import { burningSeconds, tendLanterns } from './lanterns.ts'
import { flightTicks, idle, restTicks, runningSpeed, throwSpeed, town } from './town.ts'

type Town = Client<typeof town>

const map = emptyMap(512, 512)
const north = Math.PI / 2

/** A server that places Ada at (100, 100), and everyone else 8 m north of her. */
const meadow = defineServer(town, {
  map,
  begin: ({ world }) => void world.tasks.start(() => tendLanterns(world), { name: 'lanterns' }),
  join: ({ world, player: { name } }) =>
    world.spawn('walker', { position: { x: 100, y: name === 'Ada' ? 100 : 108 }, name }),
})

const late = (ms: number) => {
  const path = (_bytes: number, now: number) => [now + ms] as never
  return { toServer: path, toClient: path }
}

/** Runs so many seconds, with sixty pictures each. */
async function draw(pair: Pair<typeof town>, clients: Town[], seconds: number, each = () => {}) {
  for (let i = 0; i < seconds * 60; i++) {
    await pair.run(1000 / 60)
    for (const client of clients) client.frame()
    each()
  }
}

for (const ms of [5, 150])
  test(`at ${ms} ms each way a walk with throws all the time, alone, is foreseen without a correction`, async () => {
    const pair = new Pair(meadow, { seed: 1 })
    const ada = await pair.join({ name: 'Ada', map }, late(ms))
    const seen: string[] = []
    ada.onEnter('lantern', ({ id }) => seen.push(id < 0 ? 'foreseen' : 'told'))
    ada.onLeave('lantern', (_lantern, why) => seen.push(why))
    const ways = [0, 1, 1, 0, -1, -1, 1, -1]
    for (const [turn, east] of ways.entries()) {
      ada.command({ ...idle, east, north: ways[(turn + 3) % 8], isRunning: turn % 3 === 0 })
      ada.press({ throws: true, aim: turn * 0.7 })
      await draw(pair, [ada], 1.5)
    }
    ada.command(idle)
    await draw(pair, [ada], burningSeconds + 2)
    assert.equal(ada.stats.corrections, 0)
    assert.deepEqual(seen.filter((what) => what === 'foreseen').length, ways.length)
    assert.deepEqual(new Set(seen), new Set(['foreseen', 'removed']))
    assert.equal([...pair.host.world.entities('lantern')].length, 0)
  })

test('a lantern flies twelve metres, and is thrown again after a rest only, however often one asks', async () => {
  const pair = new Pair(meadow, { seed: 2 })
  const ada = await pair.join({ name: 'Ada', map })
  ada.command({ ...idle, throws: true, aim: 0 })
  await pair.run(4000)
  const lanterns = [...pair.host.world.entities('lantern')]
  assert.equal(lanterns.length, Math.ceil((4 * 20) / (restTicks + 1)))
  const far = (flightTicks * throwSpeed) / 20
  assert.ok(Math.abs(lanterns[0].position.x - 100 - far) < 0.1, `fell at ${lanterns[0].position.x}`)
})

test('who stands in its way is hit, and everyone near is told; the lantern falls there and burns down', async () => {
  const pair = new Pair(meadow, { seed: 3 })
  const ada = await pair.join({ name: 'Ada', map })
  const bob = await pair.join({ name: 'Bob', map })
  const told: unknown[] = []
  bob.on('marked', (mark) => told.push(mark))
  ada.command(idle)
  await draw(pair, [ada, bob], 0.5)
  ada.press({ throws: true, aim: north })
  await draw(pair, [ada, bob], 1.5)
  const [lantern] = [...bob.entities('lantern')]
  assert.deepEqual(told, [{ who: bob.me!.id, by: ada.me!.id }])
  assert.equal(lantern.hit, bob.me!.id)
  assert.ok(Math.abs(lantern.position.y - 108) < 0.8, `fell at ${lantern.position.y}`)
  await draw(pair, [ada, bob], burningSeconds + 0.5)
  assert.equal([...bob.entities('lantern')].length, 0)
})

/** Bob runs by, and Ada throws so that on her screen both meet. @returns whether he is hit */
async function aimed(lagCompensation: boolean): Promise<boolean> {
  const pair = new Pair(meadow, { seed: 4 })
  const ada = await pair.join({ name: 'Ada', map }, late(120))
  const bob = await pair.join({ name: 'Bob', map }, late(10))
  ada.switches.lagCompensation = lagCompensation
  ada.command(idle)
  bob.command({ ...idle, east: -1, isRunning: true })
  await draw(pair, [ada, bob], 1.5)
  bob.command({ ...idle, east: 1, isRunning: true })
  // The lantern needs 8 m to be where Bob's way crosses its own.
  const ahead = (8 / throwSpeed) * runningSpeed
  let hasThrown = false
  await draw(pair, [ada, bob], 3, () => {
    const seen = ada.get(bob.me!.id)
    if (hasThrown || seen?.kind !== 'walker' || seen.gait === 'standing') return
    if (seen.position.x < 100 - ahead - 0.2 || seen.position.x > 100 - ahead + 0.3) return
    hasThrown = true
    ada.press({ throws: true, aim: north })
  })
  assert.ok(hasThrown)
  return [...pair.host.world.entities('lantern')].some(({ hit }) => hit === bob.me!.id)
}

test('what meets on the screen of somebody 240 ms away is a hit; without lag compensation it is a miss', async () => {
  assert.equal(await aimed(true), true)
  assert.equal(await aimed(false), false)
})
