/** Players who walk from one map to another, as clients see it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { Pair, parseWeather, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { defineServer } from '../../src/server/index.ts'
import type { Instance, Realm } from '../../src/world/index.ts'
import { field, fieldServer } from '../field/field.ts'
import { maps, twoMaps } from '../field/two-maps.ts'

const map = (name: string) => maps[name]

for (const weather of ['', '60ms±20 loss=10%'])
  test(`[N30] [N31] [M19] through a portal and back: the same character, moved ahead of the server all the way (${weather || 'clear'})`, async () => {
    const dice = new Random(4)
    const path = () => new Weather(parseWeather(weather), dice.fork()).path
    const pair = new Pair(twoMaps, {
      seed: 11,
      ...(weather && { sealed: { cipher: nodeSodium, toServer: path(), toClient: path() } }),
    })
    const [ada, bob] = [await pair.join({ name: 'Ada', map }), await pair.join({ name: 'Bob', map })]
    await pair.run(1500)
    const { id } = ada.me!
    const log: string[] = []
    ada.onMap(({ name, width, ground }) => log.push(`${name} ${width} ${ground === maps[name]}`))
    ada.onStatus((status) => log.push(status))
    bob.onLeave('walker', ({ name }, why) => log.push(`Bob: ${name} ${why}`))
    ada.command({ east: 1, north: 0 })
    assert.ok(await pair.runUntil(() => ada.map?.name === 'cave' && ada.me !== undefined, 8000))
    await pair.run(1500)
    ada.frame()
    assert.deepEqual([ada.me?.id, ada.me?.name, ada.me?.health], [id, 'Ada', 77])
    assert.deepEqual(
      [...ada.entities('sky')].map(({ rain }) => rain),
      [3],
    )
    assert.deepEqual([...ada.entities('walker')].length, 1)
    // The key is still held: she goes on walking in the cave.
    assert.ok(ada.me!.position.x > 33, `${ada.me!.position.x}`)
    assert.ok(await pair.runUntil(() => ada.map?.name === 'meadow' && ada.me !== undefined, 8000))
    // From the door to within the view radius of Bob.
    ada.command({ east: 1, north: 0 })
    await pair.run(5000)
    ada.frame()
    assert.deepEqual(
      log.filter((line) => !line.startsWith('Bob')),
      ['cave 64 true', 'meadow 256 true'],
    )
    assert.deepEqual(
      log.filter((line) => line.startsWith('Bob')),
      ['Bob: Ada removed'],
    )
    assert.ok(ada.stats.isPredicting)
    // Where commands are late now and then, the server may use one a tick later.
    assert.ok(ada.stats.corrections <= (weather === '' ? 0 : 3), `${ada.stats.corrections} corrections`)
    const truth = pair.host.world.get(id) as { position: object } | undefined
    assert.deepEqual(truth?.position && [...bob.entities('walker')].map(({ name }) => name).sort(), [
      'Ada',
      'Bob',
    ])
  })

test('what is asked is asked of the world where the player is, and events stay in theirs', async () => {
  const pair = new Pair(twoMaps, { seed: 3 })
  const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
  const heard: string[] = []
  ada.on('said', ({ text }) => heard.push(`Ada: ${text}`))
  bob.on('said', ({ text }) => heard.push(`Bob: ${text}`))
  ada.command({ east: 1, north: 0 })
  assert.ok(await pair.runUntil(() => ada.map?.name === 'cave' && ada.me !== undefined, 8000))
  const [fromCave, fromMeadow] = [ada.ask('say', { text: 'echo' }), bob.ask('say', { text: 'hello' })]
  await pair.run(200)
  assert.deepEqual([(await fromCave).heardBy, (await fromMeadow).heardBy], [1, 1])
  assert.deepEqual(heard.sort(), ['Ada: echo', 'Bob: hello'])
})

test('[M19] a spectator is carried as well, and a program may carry a player when it is asked to', async () => {
  const pair = new Pair(
    defineServer(field, {
      ...twoMaps.options,
      join({ player }) {
        player.watching = { x: 128, y: 128 }
        return undefined
      },
      requests: {
        ...fieldServer.options.requests!,
        async buy({ player, ask: { price }, realm }) {
          await realm.carry(player, (await realm.open('cave'))!, 'door')
          return { left: price }
        },
      },
    }),
    { seed: 3 },
  )
  const eye = pair.connect({ name: 'Eye' })
  await pair.run(500)
  void eye.ask('buy', { price: 5 })
  assert.ok(await pair.runUntil(() => eye.map?.name === 'cave', 500))
  await pair.run(500)
  assert.deepEqual([...eye.entities('sky')].length, 1)
  // An instance that is closed puts its spectators where players come in.
  const { realm } = pair.host
  await realm.close(realm.get(eye.map!.instance)!)
  await pair.run(200)
  assert.equal(eye.map?.instance, realm.home('meadow').id)
})

test('[M22] what is told as a player leaves a world reaches them: at its close, at a portal, when carried', async () => {
  const ends: Record<string, (realm: Realm<typeof field>, at: Instance<typeof field>) => Promise<void>> = {
    closed: (realm, at) => realm.close(at),
    'closed, to the cave': (realm, at) => realm.close(at, { to: realm.home('cave') }),
    carried: async (realm, at) => {
      for (const player of [...at.world.players.values()])
        await realm.carry(player, realm.home('cave'), 'door')
    },
  }
  for (const [name, end] of Object.entries(ends))
    for (const isInTick of [true, false]) {
      const pair = new Pair(defineServer(field, twoMaps.options), { seed: 3 })
      const clients = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
      const { realm, world } = pair.host
      const tellAll = (at: Instance<typeof field>): void => {
        const [ada] = at.world.players.values()
        at.world.tell('said', { who: 0, text: 'everyone' }, { everyone: true })
        at.world.tell('said', { who: 0, text: 'to Ada' }, { to: ada })
        at.world.tell('said', { who: 0, text: 'near' }, { near: ada.entity!.position, radius: 5 })
        at.world.tell('said', { who: 0, text: 'far' }, { near: { x: 1, y: 1 }, radius: 5 })
      }
      let isOver = false
      const match = await realm.open('meadow', {
        ticksPerSecond: 5,
        update({ instance }) {
          if (!isInTick || instance.world.tick < 10 || isOver) return
          isOver = true
          tellAll(instance)
          return end(realm as never, instance)
        },
      })
      for (const player of [...world.players.values()]) await realm.carry(player, match!, { x: 128, y: 128 })
      await pair.run(1000)
      const told: string[][] = [[], []]
      for (const [i, client] of clients.entries()) {
        let isElsewhere = false
        client.onMap(() => {
          isElsewhere = true
        })
        client.on('said', ({ text }) => void told[i].push(`${text} ${isElsewhere ? 'after' : 'before'}`))
      }
      if (!isInTick) {
        tellAll(match as never)
        await end(realm as never, match as never)
      }
      await pair.run(3000)
      assert.deepEqual(
        told,
        [
          ['everyone before', 'to Ada before', 'near before'],
          ['everyone before', 'near before'],
        ],
        `${name}, ${isInTick ? 'in a tick' : 'between two'}`,
      )
      const expected = name === 'closed' ? 'meadow' : 'cave'
      for (const client of clients) assert.deepEqual([client.map?.name, client.status], [expected, 'open'])
    }
})
