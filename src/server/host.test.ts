import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field, fieldServer } from '../../test/field/field.ts'
import { instant, Random } from '../core/index.ts'
import { Pair } from '../lab/index.ts'
import { defineServer, type ServerOptions } from '../region/index.ts'
import { Host } from './host.ts'

const server = (options: Partial<ServerOptions<typeof field>>) =>
  defineServer(field, { ...fieldServer.options, ...options })

test('ticks are made when they are due, one for each 50 ms', () => {
  const host = new Host(fieldServer, { random: new Random(1) }, instant(1000))
  assert.equal(host.wakeAt, 1050)
  host.advance(instant(1049))
  assert.equal(host.stats.tick, 1)
  host.advance(instant(1050))
  assert.equal(host.stats.tick, 2)
  host.advance(instant(1200))
  assert.equal(host.stats.tick, 5)
  assert.equal(host.wakeAt, 1250)
})

test('after a long stall five ticks are made up for, and the rest is skipped', () => {
  const host = new Host(fieldServer, { random: new Random(1) }, instant(0))
  host.advance(instant(10_000))
  assert.equal(host.stats.tick, 6)
  assert.equal(host.wakeAt, 10_050)
})

test('what is there from the beginning is there before the first tick', () => {
  const definition = server({ begin: ({ world }) => void world.spawn('sky', { rain: 3 }) })
  const host = new Host(definition, { random: new Random(1) }, instant(0))
  assert.equal(host.stats.entities, 1)
  assert.equal(host.stats.tick, 1)
})

test('a player whose character is another one now sees and moves that one', async () => {
  const born: number[] = []
  const definition = server({
    update({ world }) {
      for (const player of world.players.values()) {
        if (world.tick !== 60 || !player.entity) continue
        world.despawn(player.entity)
        player.entity = world.spawn('walker', { position: { x: 20, y: 20 }, health: 50, name: 'Ghost' })
        born.push(player.entity.id)
      }
    },
  })
  const pair = new Pair(definition, { seed: 1 })
  const ada = await pair.join({ name: 'Ada' })
  assert.equal(ada.me?.name, 'Ada')
  await pair.run(3500)
  assert.equal(ada.me?.id, born[0])
  assert.equal(ada.me?.name, 'Ghost')
  ada.command({ east: 1, north: 0 })
  await pair.run(1500)
  ada.frame()
  assert.ok(ada.me && ada.me.position.x > 24, `it stands at ${ada.me?.position.x}`)
})

test('a player without a character for a while sees none as their own', async () => {
  const definition = server({
    update({ world }) {
      for (const player of world.players.values()) {
        if (world.tick !== 60 || !player.entity) continue
        world.despawn(player.entity)
        player.entity = undefined
      }
    },
  })
  const pair = new Pair(definition, { seed: 2 })
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(3500)
  assert.equal(ada.me, undefined)
  assert.equal(ada.status, 'open')
})

test('an event reaches those near, one player, a group or everyone, and nobody else', async () => {
  const places = new Map([
    ['Ada', 30],
    ['Bob', 40],
    ['Cy', 200],
  ])
  const definition = server({
    join: ({ world, player }) =>
      world.spawn('walker', { position: { x: places.get(player.name) ?? 0, y: 30 }, name: player.name }),
    groups: ({ player }) => (player.name === 'Bob' ? [7] : []),
    update({ world }) {
      if (world.tick !== 60) return
      const say = (text: string, audience: Parameters<typeof world.tell>[2]) =>
        world.tell('said', { who: 0, text }, audience)
      const ada = [...world.players.values()].find(({ name }) => name === 'Ada')
      assert.ok(ada)
      say('near', { near: { x: 30, y: 30 }, radius: 10 })
      say('to', { to: ada })
      say('group', { group: 7 })
      say('everyone', { everyone: true })
    },
  })
  const pair = new Pair(definition, { seed: 3 })
  const heard: string[] = []
  for (const name of places.keys()) {
    const client = await pair.join({ name })
    client.on('said', ({ text }) => heard.push(`${name}: ${text}`))
  }
  await pair.run(4000)
  assert.deepEqual(heard.sort(), [
    'Ada: everyone',
    'Ada: near',
    'Ada: to',
    'Bob: everyone',
    'Bob: group',
    'Bob: near',
    'Cy: everyone',
  ])
})

test('a request without a handler is answered with a sentence, and what a handler throws by mistake is thrown', async () => {
  const mute = new Pair(server({ requests: undefined }), { seed: 4 })
  const ada = await mute.join({ name: 'Ada' })
  const asked = ada.ask('buy', { price: 1 })
  asked.catch(() => {})
  await mute.run(200)
  await assert.rejects(asked, /The server does not answer 'buy'/)

  const buy = (): never => {
    throw new RangeError('a bug')
  }
  const broken = new Pair(server({ requests: { say: () => ({ heardBy: 0 }), buy } }), { seed: 5 })
  const bob = await broken.join({ name: 'Bob' })
  bob.ask('buy', { price: 1 }).catch(() => {})
  await assert.rejects(broken.run(200), RangeError)

  const reported: unknown[] = []
  const definition = server({ requests: { say: () => ({ heardBy: 0 }), buy } })
  const running = new Pair(definition, { seed: 6, report: (error) => reported.push(error) })
  const cy = await running.join({ name: 'Cy' })
  const price = cy.ask('buy', { price: 1 })
  price.catch(() => {})
  await running.run(200)
  await assert.rejects(price, /The server could not answer that\./)
  assert.ok(reported[0] instanceof RangeError)
  assert.equal(cy.status, 'open')
})

test('who leaves is told to the game before the character is taken away', async () => {
  const left: string[] = []
  const definition = server({
    leave: ({ world, player }) => left.push(`${player.name} ${world.get(player.entity?.id ?? 0)?.kind}`),
  })
  const pair = new Pair(definition, { seed: 6 })
  const ada = await pair.join({ name: 'Ada' })
  ada.close()
  await pair.run(200)
  assert.deepEqual(left, ['Ada walker'])
  assert.equal(pair.host.stats.entities, 0)
})

test('a restricted entity is seen by those who may know of it, and by nobody else', async () => {
  const definition = server({
    begin: ({ world }) =>
      void world.spawn('secret', { position: { x: 101, y: 128 }, code: 42 }, { isRestricted: true }),
    canSee: ({ player, entity: { kind } }) => kind === 'secret' && player.name === 'Ada',
  })
  const pair = new Pair(definition, { seed: 7 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(500)
  assert.deepEqual(
    [ada, bob].map((client) => [...client.entities('secret')].map(({ code }) => code)),
    [[42], []],
  )
})

test('how far a player sees can change at any time, for one player and not for others', async () => {
  const places = [100, 120, 190]
  const definition = server({
    viewRadius: 48,
    begin({ world }) {
      for (const x of places) world.spawn('walker', { position: { x, y: 20 }, health: 9, name: 'Post' })
    },
    join: ({ world, player: { name } }) =>
      world.spawn('walker', { position: { x: 20, y: 20 }, health: 50, name }),
  })
  const pair = new Pair(definition, { seed: 3 })
  const [ada, bob] = [await pair.join({ name: 'Ada' }), await pair.join({ name: 'Bob' })]
  const posts = (client: typeof ada): number =>
    [...client.entities('walker')].filter(({ name }) => name === 'Post').length
  const [player] = pair.host.world.players.values()
  await pair.run(1000)
  assert.deepEqual([posts(ada), posts(bob)], [0, 0])
  player.viewRadius = 110
  await pair.run(1000)
  assert.deepEqual([posts(ada), posts(bob)], [2, 0])
  player.viewRadius = 0
  await pair.run(1000)
  assert.deepEqual([posts(ada), posts(bob)], [0, 0])
  assert.equal(ada.me?.name, 'Ada')
  for (const metres of [-1, Number.NaN, 4096.5])
    assert.throws(
      () => {
        player.viewRadius = metres
      },
      { code: 'world/bad-view-radius' },
    )
  player.viewRadius = undefined
  await pair.run(1000)
  assert.deepEqual([posts(ada), posts(bob)], [0, 0])
})
