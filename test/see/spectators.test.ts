/** Spectators: players without a character, who follow a place or an entity through the same views as everybody. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../src/client/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { field, fieldServer } from '../field/field.ts'

/** Whoever is called "Eye" has no character, and watches whom or what the test says. */
const arena = defineServer(field, {
  ...fieldServer.options,
  join: (context) => (context.player.name === 'Eye' ? undefined : fieldServer.options.join(context)),
  canSee: ({ player }) => player.name === 'Ada',
})

async function arenaWith(seed: number, ...names: readonly string[]) {
  const pair = new Pair(arena, { seed })
  const clients: Client<typeof field>[] = []
  for (const name of names) clients.push(await pair.join({ name }))
  await pair.run(300)
  const players = [...pair.host.world.players.values()]
  return { pair, clients, players }
}

/** The names in view, in order. */
function namesIn(client: Client<typeof field>): string[] {
  return [...client.entities('walker')].map(({ name }) => name).sort()
}

test('a spectator has no character, and nobody sees or counts one', async () => {
  const { pair, clients } = await arenaWith(1, 'Ada', 'Eye')
  const [ada, eye] = clients
  assert.equal(eye.me, undefined)
  assert.deepEqual(namesIn(ada), ['Ada'])
  assert.equal(pair.host.world.entityCount, 1)
  eye.command({ east: 1, north: 0 })
  await pair.run(1000)
  eye.close()
  await pair.run(500)
  assert.deepEqual(namesIn(ada), ['Ada'])
})

test('who watches nothing sees only what everyone does', async () => {
  const { pair, clients } = await arenaWith(2, 'Ada', 'Eye')
  pair.host.world.spawn('sky', { rain: 7 } as never)
  await pair.run(300)
  const [, eye] = clients
  assert.deepEqual(namesIn(eye), [])
  assert.deepEqual(
    [...eye.entities('sky')].map(({ rain }) => rain),
    [7],
  )
})

test('who watches an entity sees what it sees, wherever it goes, as smoothly as its own player', async () => {
  const { pair, clients, players } = await arenaWith(3, 'Ada', 'Eye')
  const [ada, eye] = clients
  players[1].watching = ada.me?.id
  await pair.run(300)
  let flicker = 0
  eye.onLeave('walker', () => flicker++)
  ada.command({ east: -1, north: 1 })
  await pair.run(16_000)
  for (const client of clients) client.frame()
  const [shown] = [...eye.entities('walker')]
  assert.ok(shown && ada.me && shown.id === ada.me.id)
  assert.ok(shown.position.x < 50, 'Ada has crossed several cells')
  assert.equal(flicker, 0)
})

test('who watches a place sees it, and another one as soon as it is named', async () => {
  const { pair, clients, players } = await arenaWith(4, 'Ada', 'Eye')
  const [, eye] = clients
  pair.host.world.spawn('walker', { position: { x: 220, y: 220 }, health: 5, name: 'Far' })
  players[1].watching = { x: 100, y: 128 }
  await pair.run(300)
  assert.deepEqual(namesIn(eye), ['Ada'])
  players[1].watching = { x: 210, y: 210 }
  await pair.run(300)
  assert.deepEqual(namesIn(eye), ['Far'])
})

test('when the watched entity is gone the spectator stays where it was', async () => {
  const { pair, clients, players } = await arenaWith(5, 'Ada', 'Bob', 'Eye')
  const [, bob, eye] = clients
  players[2].watching = bob.me?.id
  await pair.run(300)
  const told: string[] = []
  eye.onLeave('walker', ({ name }, why) => told.push(`${name} ${why}`))
  bob.close()
  await pair.run(500)
  assert.deepEqual(told, ['Bob removed'])
  assert.deepEqual(namesIn(eye), ['Ada'])
})

test('a spectator is told of restricted entities only where canSee holds, and hears what is said near', async () => {
  const { pair, clients, players } = await arenaWith(6, 'Ada', 'Eye')
  const [ada, eye] = clients
  players[1].watching = ada.me?.id
  pair.host.world.spawn('secret', { position: { x: 101, y: 128 }, code: 7 }, { isRestricted: true })
  const heard: string[] = []
  eye.on('said', ({ text }) => heard.push(text))
  await pair.run(300)
  assert.equal([...ada.entities('secret')].length, 1)
  assert.equal([...eye.entities('secret')].length, 0)
  await Promise.all([ada.ask('say', { text: 'hello' }), pair.run(500)])
  assert.deepEqual(heard, ['hello'])
})

test('spectators cost no encoding: what they are told was encoded for the players', async () => {
  const encoded: number[] = []
  for (const names of [['Ada'], ['Ada', 'Eye', 'Eye', 'Eye']]) {
    const { pair, clients, players } = await arenaWith(7, ...names)
    for (const player of players.slice(1)) player.watching = clients[0].me?.id
    await pair.run(1000)
    const before = pair.host.stats.advancesEncoded
    for (let turn = 0; turn < 8; turn++) {
      clients[0].command({ east: turn % 2 === 0 ? 1 : -1, north: 0 })
      await pair.run(500)
    }
    encoded.push(pair.host.stats.advancesEncoded - before)
  }
  assert.ok(encoded[0] >= 8)
  assert.equal(encoded[1], encoded[0])
})
