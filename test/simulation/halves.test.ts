/** The server's halves apart: whatever holds in one process holds with weather between the gateway and the region. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MapKeeper } from '../../src/client/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Pair, Simulation, scenarioByName } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { defineServer } from '../../src/server/index.ts'
import { openHall } from '../account/hall.ts'
import { field, fieldServer } from '../field/field.ts'
import { lively, livelyBots } from '../field/lively.ts'
import { maps, twoMaps } from '../field/two-maps.ts'

/** Between data centres of one city, and of two continents. */
const NEAR = '3ms±1'
const FAR = '80ms±16'

for (const [scenario, between, seed, isSealed] of [
  ['calm', NEAR, 1, false],
  ['town', FAR, 7, false],
  ['storm', '30ms±20 loss=2%', 7, false],
  ['stalls', FAR, 7, false],
  ['chaos', FAR, 7, false],
  ['train', FAR, 5, true],
] as const)
  test(`"${scenario}" holds with ${between} between the halves (seed ${seed}${isSealed ? ', sealed' : ''})`, async () => {
    const sealed = isSealed ? { cipher: nodeSodium } : undefined
    const options = { definition: lively, bots: livelyBots, scenario: scenarioByName(scenario), seed, sealed }
    const { failure } = await new Simulation({ ...options, between }).run()
    assert.equal(failure, undefined)
  })

test('the same seed gives the same packets with weather between the halves, and others than without', async () => {
  const scenario = { ...scenarioByName('town'), seconds: 5 }
  const play = (between?: string) =>
    new Simulation({ definition: lively, bots: livelyBots, scenario, seed: 3, between }).run()
  const first = await play(FAR)
  assert.deepEqual(await play(FAR), first)
  assert.notEqual((await play()).hash, first.hash)
})

for (const between of [NEAR, FAR])
  test(`who walks is foreseen exactly, and others see it (${between})`, async () => {
    const pair = new Pair(fieldServer, { seed: 4, between })
    const map = fieldServer.options.map
    const [ada, bob] = [await pair.join({ name: 'Ada', map }), await pair.join({ name: 'Bob', map })]
    await pair.run(2000)
    ada.command({ east: -1, north: 1 })
    await pair.run(2000)
    ada.command({ east: 0, north: 0 })
    await pair.run(1500)
    ada.frame()
    bob.frame()
    const truth = pair.host.world.get(ada.me!.id)!.position
    assert.deepEqual([ada.stats.isPredicting, ada.stats.corrections], [true, 0])
    assert.deepEqual({ ...ada.me!.position }, { ...truth })
    const seen = [...bob.entities('walker')].find(({ name }) => name === 'Ada')!.position
    assert.ok(Math.hypot(seen.x - truth.x, seen.y - truth.y) < 0.05, `${seen.x}, ${seen.y}`)
    assert.equal(pair.host.stats.commandsLate, 0)
  })

test('events reach those they are for, and each request gets its reply or a sentence', async () => {
  const pair = new Pair(fieldServer, { seed: 5, between: FAR })
  const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
  const heard: string[] = []
  bob.on('said', ({ text, who }) => heard.push(`${text} by ${who === ada.me?.id ? 'Ada' : who}`))
  const [said, rude, left] = [
    ada.ask('say', { text: 'hello' }),
    ada.ask('say', { text: 'rude' }),
    bob.ask('buy', { price: 7 }),
  ]
  rude.catch(() => {})
  await pair.run(1000)
  assert.deepEqual([(await said).heardBy, (await left).left], [2, 93])
  await assert.rejects(rude, /That is not said here\./)
  assert.deepEqual(heard, ['hello by Ada'])
})

test('who comes back goes on as the same character, and who leaves is gone from the world', async () => {
  let isCut = false
  const path = (_bytes: number, now: number) => (isCut ? [] : [now]) as never
  const pair = new Pair(fieldServer, { seed: 6, between: FAR })
  const ada = await pair.join({ name: 'Ada' }, { toServer: path, toClient: path })
  const { id } = ada.me!
  isCut = true
  await pair.run(14_000)
  assert.notEqual(ada.status, 'open')
  assert.deepEqual([pair.host.stats.playersAway, pair.host.world.players.size], [1, 1])
  isCut = false
  assert.ok(await pair.runUntil(() => ada.status === 'open', 10_000))
  await pair.run(1000)
  assert.deepEqual([ada.me?.id, pair.host.stats.playersAway], [id, 0])
  ada.close()
  // A hello that was on the way while nothing got through may have come back for her as well: it falls silent.
  assert.ok(await pair.runUntil(() => pair.host.world.players.size === 0, 60_000))
  assert.equal(pair.host.stats.players, 0)
})

test('who hangs up on the way in leaves nobody behind', async () => {
  const pair = new Pair(fieldServer, { seed: 6, between: FAR })
  const ada = pair.connect({ name: 'Ada' })
  await pair.run(100)
  ada.close()
  await pair.run(2000)
  assert.deepEqual([pair.host.stats.players, pair.host.world.players.size], [0, 0])
})

test('through a portal and back the character stays one, foreseen all the way', async () => {
  const pair = new Pair(twoMaps, { seed: 11, between: FAR })
  const map = (name: string) => maps[name]
  const ada = await pair.join({ name: 'Ada', map })
  const bob = await pair.join({ name: 'Bob', map })
  await pair.run(1500)
  const { id } = ada.me!
  for (const [east, to] of [
    [1, 'cave'],
    [1, 'meadow'],
  ] as const) {
    ada.command({ east, north: 0 })
    assert.ok(await pair.runUntil(() => ada.map?.name === to && ada.me !== undefined, 9000), to)
  }
  // From the door to within the view radius of who stands at the portal.
  ada.command({ east: 1, north: 0 })
  await pair.run(5000)
  assert.deepEqual([ada.me?.id, ada.stats.isPredicting], [id, true])
  assert.ok([...bob.entities('walker')].some(({ name }) => name === 'Ada'))
})

test('a map that is put under players comes with its pieces, and clients go on from it', async () => {
  const server = defineServer(field, { ...fieldServer.options, map: emptyMap(256, 256) })
  const pair = new Pair(server, { seed: 5, between: FAR })
  const keeper = new MapKeeper()
  const ada = await pair.join({ name: 'Ada', map: keeper.source })
  await pair.run(2000)
  assert.deepEqual(pair.host.reloadMap(fieldServer.options.map!), { freed: 0, stuck: 0 })
  await pair.run(3000)
  ada.command({ east: 1, north: 0 })
  await pair.run(6000)
  ada.frame()
  assert.deepEqual(
    [ada.stats.isPredicting, ada.stats.mapTrouble, ada.stats.corrections],
    [true, undefined, 0],
  )
  assert.ok(Math.abs(ada.me!.position.x - 119.6) < 0.1, `stopped at ${ada.me!.position.x}`)
})

test('a restricted entity is known to those who may see it, at the gateway too', async () => {
  const definition = defineServer(field, {
    ...fieldServer.options,
    begin: ({ world }) =>
      void world.spawn('secret', { position: { x: 101, y: 128 }, code: 42 }, { isRestricted: true }),
    canSee: ({ player, entity: { kind } }) => kind === 'secret' && player.name === 'Ada',
  })
  const pair = new Pair(definition, { seed: 7, between: FAR })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(1000)
  const known = (): number => {
    let count = 0
    const source = pair.host.gateway.sourceOf(1)
    for (const { name } of source?.ledger.topics ?? []) if (name.kind === 'entity') count++
    return count
  }
  assert.equal(known(), 0, 'nobody here may know of it')
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(1000)
  const codes = [ada, bob].map((client) => [...client.entities('secret')].map(({ code }) => code))
  assert.deepEqual(codes, [[42], []])
  assert.equal(known(), 1)
})

test('[N52] of two who come in with one account at once the later one stays, with a slow way between the halves too', async () => {
  const hall = openHall({ seed: 1, between: FAR })
  const { id, token } = await hall.guest()
  const [first, second] = ['Ada', 'Eve'].map((name) => hall.pair.connect({ name, token }))
  await hall.run(2000)
  assert.equal(first.refusal?.code, 'taken-over')
  assert.deepEqual([first.status, second.status], ['closed', 'open'])
  assert.equal(hall.pair.host.world.players.size, 1)
  second.close()
  await hall.run(2000)
  assert.equal(hall.pair.host.world.players.size, 0)
  const [character] = await hall.store.characters.list(id)
  assert.equal(character.lease, undefined)
  const third = hall.pair.connect({ name: 'Ada', token })
  await hall.run(2000)
  assert.equal(third.status, 'open')
})
