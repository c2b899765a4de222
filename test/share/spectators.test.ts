/** Players without a character, who are one region's and look where others have the world. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineServer } from '../../src/server/index.ts'
import { meadow, meadowServer } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

/** Whoever is named `Look` only watches, from the middle of the south-eastern district. */
const withSpectators = defineServer(meadow, {
  ...meadowServer.options,
  join: (context) => {
    if (context.player.name !== 'Look') return meadowServer.options.join(context)
    context.player.watching = { x: 190, y: 64 }
    return undefined
  },
})

test('[K20] who only watches sees what another region has there, and hears what is said', async () => {
  const cut = new SharedTown<typeof meadow>({ definition: withSpectators as never, between: '3ms' })
  await cut.settle()
  const [west, east] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
  const { world } = cut.get(east).region.home
  const ball = world.spawn('ball', { position: { x: 180, y: 64 }, east: 0, owner: 1, label: 'looked at' })
  cut.entrance = () => west
  const look = await cut.join('Look')
  await cut.run(1000)
  look.frame()
  assert.equal(look.me, undefined)
  assert.deepEqual(
    [...look.entities('ball')].map(({ id }) => id),
    [ball.id],
  )
  const heard: string[] = []
  look.on('said', ({ text }) => heard.push(text))
  world.tell('said', { who: 0, text: 'over there' }, { near: { x: 185, y: 64 }, radius: 20 })
  ball.bounces = 7
  await cut.run(500)
  look.frame()
  assert.deepEqual(heard, ['over there'])
  assert.deepEqual(
    [...look.entities('ball')].map(({ bounces }) => bounces),
    [7],
  )
  // What is said elsewhere is not for them.
  world.tell('said', { who: 0, text: 'far away' }, { near: { x: 250, y: 250 }, radius: 20 })
  await cut.run(500)
  assert.deepEqual(heard, ['over there'])
})

test('[K20] who watches something goes on seeing it when it crosses into another region', async () => {
  const cut = new SharedTown<typeof meadow>({ definition: withSpectators as never, between: '3ms' })
  await cut.settle()
  const [west, east] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
  const { world, players } = cut.get(west).region.home
  const ball = world.spawn('ball', { position: { x: 110, y: 64 }, east: 14, owner: 1, label: 'watched' })
  cut.entrance = () => west
  const look = await cut.join('Look')
  const [{ player }] = players
  player.watching = ball.id
  let missed = 0
  await cut.run(500)
  for (let waited = 0; waited < 2500; waited += 50) {
    await cut.run(50)
    look.frame()
    if (![...look.entities('ball')].some(({ id }) => id === ball.id)) missed++
  }
  assert.deepEqual([cut.realIn(ball.id), missed], [[east], 0])
})

test('[K22] who only watches goes on at once when their region has given all its districts away', async () => {
  const cut = new SharedTown<typeof meadow>({ definition: withSpectators as never, between: '3ms' })
  await cut.settle()
  const [west, east] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
  cut.entrance = (_name, speakerOf) => speakerOf(0)
  const look = await cut.join('Look')
  const statuses: string[] = []
  look.onStatus((status) => statuses.push(status))
  const watchers = (name: string): number => [...cut.get(name).region.home.players].length
  assert.deepEqual([watchers(west), watchers(east)], [1, 0])
  for (const [district, owner] of cut.authors) {
    if (owner !== west) continue
    cut.move(district, east)
    while (cut.authors.get(district) !== east) await cut.run(10)
  }
  await cut.run(600)
  assert.deepEqual([watchers(west), watchers(east), statuses], [0, 1, []])
  cut.kill(west)
  const { world } = cut.get(east).region.home
  const ball = world.spawn('ball', { position: { x: 180, y: 64 }, east: 0, owner: 1, label: 'later' })
  await cut.run(1000)
  look.frame()
  assert.deepEqual(
    [...look.entities('ball')].map(({ id }) => id),
    [ball.id],
  )
})
