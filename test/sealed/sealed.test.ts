import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { Pair, parseWeather, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { defineServer } from '../../src/server/index.ts'
import { field, fieldServer } from '../field/field.ts'

function sealedPair(seed: number, weather: string, definition = fieldServer): Pair<typeof field> {
  const figures = parseWeather(weather)
  const random = new Random(seed)
  return new Pair(definition, {
    seed,
    sealed: {
      cipher: nodeSodium,
      toServer: new Weather(figures, random.fork()).path,
      toClient: new Weather(figures, random.fork()).path,
    },
  })
}

for (const weather of ['LAN', 'wifi', '100ms±30 loss=10% reorder=20% repeat=5%', '250ms±80 loss=20%'])
  test(`over sealed datagrams in ${weather}, others are seen where they are once they stand still`, async () => {
    const pair = sealedPair(11, weather)
    const ada = await pair.join({ name: 'Ada' })
    const bob = await pair.join({ name: 'Bob' })
    assert.equal(ada.status, 'open')
    for (let turn = 0; turn < 12; turn++) {
      ada.command({ east: turn % 3 === 0 ? -1 : 0, north: turn % 2 === 0 ? 1 : -1 })
      await pair.run(700)
    }
    ada.command({ east: 0, north: 0 })
    await pair.run(6000)
    for (const client of [ada, bob]) client.frame()
    const truth = [...pair.host.world.entities('walker')].find(({ name }) => name === 'Ada')
    const seen = [...bob.entities('walker')].find(({ name }) => name === 'Ada')
    assert.ok(truth && seen)
    assert.ok(Math.abs(seen.position.x - truth.position.x) <= 1 / 32)
    assert.ok(Math.abs(seen.position.y - truth.position.y) <= 1 / 32)
    assert.equal(pair.host.stats.players, 2)
  })

/** Three hundred who change all over in every tick: more to tell than a small path bears. */
const crowd = defineServer(field, {
  ...fieldServer.options,
  begin({ world }) {
    for (let i = 0; i < 300; i++)
      world.spawn('walker', { position: { x: 85 + (i % 20) * 1.5, y: 115 + i / 15 }, name: `Bot ${i}` })
  },
  update({ world }) {
    for (const walker of world.entities('walker')) {
      walker.health = (walker.health + 7) % 100
      walker.facing = world.random.fraction() * 6
    }
  },
})

test('[N23] where there is more to tell than the path bears, what is told is new, and the path is not passed', async () => {
  const pair = sealedPair(15, '30ms rate=12kB/s', crowd)
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(3000)
  const ages: number[] = []
  const before = pair.host.stats.bytesOut
  for (let turn = 0; turn < 200; turn++) {
    await pair.run(50)
    ages.push(pair.host.world.tick - ada.stats.serverTick)
  }
  const share = (part: number) => ages.toSorted((a, b) => a - b)[Math.floor(ages.length * part)]
  assert.ok(share(0.5) <= 6 && share(0.95) <= 10, `ages in ticks of 50 ms: ${ages}`)
  const bytesPerSecond = (pair.host.stats.bytesOut - before) / 10
  assert.ok(bytesPerSecond > 6000 && bytesPerSecond < 12_000, `${bytesPerSecond} bytes per second`)
  assert.equal(ada.status, 'open')
})

test('requests and replies arrive over datagrams that get lost', async () => {
  const pair = sealedPair(12, '80ms loss=20%')
  const ada = await pair.join({ name: 'Ada' })
  const answers = Array.from({ length: 10 }, (_, i) => ada.ask('buy', { price: i }))
  await pair.run(5000)
  assert.deepEqual(
    (await Promise.all(answers)).map(({ left }) => left),
    Array.from({ length: 10 }, (_, i) => 100 - i),
  )
})

test('a client that leaves over datagrams is gone at once', async () => {
  const pair = sealedPair(13, '20ms')
  const ada = await pair.join({ name: 'Ada' })
  await pair.join({ name: 'Bob' })
  ada.close()
  await pair.run(500)
  assert.equal(pair.host.stats.players, 1)
})

test('the same seed gives the same run over datagrams', async () => {
  const run = async (): Promise<string> => {
    const pair = sealedPair(14, 'wifi')
    const ada = await pair.join({ name: 'Ada' })
    ada.command({ east: 1, north: 1 })
    await pair.run(3000)
    return JSON.stringify([pair.host.stats, ada.stats])
  }
  assert.equal(await run(), await run())
})
