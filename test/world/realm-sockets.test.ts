/**
 * Maps, portals and instances over real sockets: what is waited for is what should come, however long this machine
 * takes for it.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type match, matchServer } from '../../docs/examples/match.ts'
import { type Client, connect, MapKeeper } from '../../src/client/index.node.ts'
import { mapDigest } from '../../src/dialect/native/index.ts'
import { cutMap } from '../../src/geometry/index.ts'
import { type ServeOptions, serve } from '../../src/server/index.node.ts'
import type { Air, Link } from '../../src/transport/index.ts'
import { field } from '../field/field.ts'
import { maps, twoMaps } from '../field/two-maps.ts'

const PATIENCE_MS = 40_000

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!isSo() && performance.now() < end) await sleep(10)
  assert.ok(isSo(), what)
}

async function open(t: TestContext, definition: Parameters<typeof serve>[0], options: ServeOptions) {
  const server = await serve(definition, { seed: 1, ...options })
  t.after(() => server.close())
  return server
}

for (const scheme of ['ws', 'tcp', 'udp'])
  test(`[N30] [N34] through a portal and back over ${scheme}://, each map fetched once over the player's own connection`, async (t) => {
    const server = await open(t, twoMaps, { listen: [`${scheme}://127.0.0.1:0`] })
    const keeper = new MapKeeper()
    const ada = await connect(field, server.urls[0], { name: 'Ada', map: keeper.source })
    t.after(() => ada.close())
    const isWalkingOn = (name: string) => () => {
      ada.frame()
      return ada.map?.name === name && ada.me !== undefined && ada.stats.isPredicting
    }
    await until('the meadow is at hand', isWalkingOn('meadow'))
    const { id } = ada.me!
    ada.command({ east: 1, north: 0 })
    await until('she is in the cave', isWalkingOn('cave'))
    const { world } = server.host.realm.home('cave')
    world.teleport(world.get(id) as never, { x: 54, y: 32 })
    await until('she is in the meadow again', isWalkingOn('meadow'))
    ada.command({ east: 0, north: -1 })
    await until('it is a fresh part of it', () => {
      ada.frame()
      return ada.me !== undefined && ada.me.position.y < 120
    })
    assert.equal(ada.me?.id, id)
    assert.equal(ada.map?.hash, cutMap(maps.meadow).hash)
    const pieces = Object.values(maps).reduce((sum, map) => sum + cutMap(map).files.size, 0)
    assert.equal(keeper.piecesFetched, pieces)
  })

test('[N34] what is no piece of a map is gone', async (t) => {
  const server = await open(t, twoMaps, { listen: ['tcp://127.0.0.1:0'] })
  const ada = await connect(field, server.urls[0], { name: 'Ada' })
  t.after(() => ada.close())
  const { hash } = cutMap(maps.meadow)
  const [piece, other] = await Promise.all([
    ada.askContent({ sha256: mapDigest(hash), offset: 0, length: 100 }),
    ada.askContent({ sha256: mapDigest('0123456789abcdef'), offset: 0, length: 100 }),
  ])
  assert.deepEqual([piece?.is, other?.is], ['piece', 'gone'])
})

test('[M21] [M22] [N18] a match from the lobby to the end, over WebSocket and TCP; who is cut off in it comes back into it', async (t) => {
  const server = await open(t, matchServer({ countdownSeconds: 1, graceSeconds: 1 }), {
    listen: ['ws://127.0.0.1:0', 'tcp://127.0.0.1:0'],
  })
  const { match: game } = await import('../../docs/examples/match.ts')
  const links: Link[] = []
  const air: Air = {
    wrap(link) {
      links.push(link)
      return link
    },
    carry: (datagram, _peer, { pass }) => pass(datagram),
  }
  const join = async (name: string, url: string, air?: Air): Promise<Client<typeof match>> => {
    const client = await connect(game, url, { name, map: new MapKeeper().source, air })
    t.after(() => client.close())
    await until(`${name} is in`, () => client.me !== undefined)
    return client
  }
  const [web, tcp] = server.urls
  const ada = await join('Ada', web, air)
  const ben = await join('Ben', tcp)
  const cay = await join('Cay', web)
  for (const [client, team] of [
    [ada, 1],
    [ben, 0],
  ] as const) {
    await client.ask('joinLobby', {})
    await client.ask('chooseTeam', { team })
    await client.ask('sayReady', { isReady: true })
  }
  await until('the arena is open', () => ada.map?.name === 'arena' && ben.map?.name === 'arena')
  const { instance } = ada.map!
  assert.deepEqual([ben.map?.instance, cay.map?.name, server.host.stats.worlds], [instance, 'hall', 3])
  const seesBoth = (client: Client<typeof match>) => () => [...client.entities('fighter')].length === 2
  await until('they see each other', () => seesBoth(ada)() && seesBoth(ben)())
  const { id } = ada.me!
  links[0].close('The cable is out.')
  await until('Ada is away', () => server.host.stats.playersAway === 1)
  await until('Ada is back', () => ada.status === 'open' && ada.me?.id === id)
  await until('and moves on the very map', () => ada.stats.isPredicting)
  assert.deepEqual([ada.map?.instance, ada.me?.team, links.length], [instance, 1, 2])
  await ada.ask('goHome', {})
  await ben.ask('goHome', {})
  await until('all are in the hall', () => [...cay.entities('fighter')].length === 3)
  await until('the arena is gone', () => server.host.stats.worlds === 2)
  assert.deepEqual([ada.map?.name, ada.me?.id], ['hall', id])
})
