/** Maps that change while people walk on them: in virtual time, and over real sockets from a real file. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect, MapKeeper } from '../../src/client/index.node.ts'
import { mapKeeper } from '../../src/client/show/fetch-maps.web.ts'
import { after, type Instant, milliseconds } from '../../src/core/index.ts'
import { emptyMap, parseMap, type WorldMap } from '../../src/geometry/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { defineServer, loadMap, serve } from '../../src/server/index.node.ts'
import { field, fieldMap, fieldServer } from '../field/field.ts'

/** The field with its wall from south to north at this many metres, and a hundred trees far from it. */
function tmj(wallAt: number): object {
  const trees = Array.from({ length: 100 }, (_, i) => ({
    id: 100 + i,
    x: 10 + 20 * (i % 12),
    y: 210 + 4 * Math.floor(i / 12),
    width: 1,
    height: 1,
    ellipse: true,
  }))
  const layer = (name: string, objects: object[]) => ({ type: 'objectgroup', name, objects })
  return {
    ...{ type: 'map', orientation: 'orthogonal', width: 256, height: 256, tilewidth: 1, tileheight: 1 },
    properties: [{ name: 'pixelsPerMetre', type: 'int', value: 1 }],
    layers: [layer('walls', [{ id: 1, x: wallAt, y: 100, width: 2, height: 60 }]), layer('trees', trees)],
  }
}

const wall = (at: number): WorldMap => parseMap(tmj(at), 'wall')

/** A pair whose server has this map, and a client that keeps it by the server's pieces. */
async function walker(map: WorldMap, ms: number) {
  const path = (_bytes: number, now: Instant) => [after(now, milliseconds(ms))]
  const server = defineServer(field, { ...fieldServer.options, map })
  const pair = new Pair(server, { seed: 5, network: { toServer: path, toClient: path } })
  const maps = new MapKeeper()
  const ada = await pair.join({ name: 'Ada', map: maps.source })
  ada.command({ east: 0, north: 0 })
  await pair.run(1000)
  return { pair, maps, ada }
}

/** Metres between where the client shows its character and where the server has it, once nothing is wanted. */
async function apart(pair: Pair<typeof field>, client: Client<typeof field>): Promise<number> {
  client.command({ east: 0, north: 0 })
  await pair.run(1000)
  client.frame()
  const [truth] = [...pair.host.world.entities('walker')] as unknown as {
    position: { x: number; y: number }
  }[]
  return Math.hypot(truth.position.x - client.me!.position.x, truth.position.y - client.me!.position.y)
}

for (const ms of [0, 80])
  test(`[N32] [N33] a wall that is moved is walked through where it was, and stops where it is (${ms} ms)`, async () => {
    const { pair, maps, ada } = await walker(wall(106), ms)
    assert.deepEqual([ada.stats.isPredicting, ada.stats.mapTrouble], [true, undefined])
    const pieces = maps.piecesFetched
    ada.command({ east: 1, north: 0 })
    await pair.run(3000)
    ada.frame()
    assert.ok(Math.abs(ada.me!.position.x - 105.6) < 0.1, `stopped at ${ada.me!.position.x}`)
    const hashes: string[] = []
    ada.onMap(({ hash, ground }) => hashes.push(`${hash} ${ground !== undefined}`))
    // The wall goes from one square of 64 m, in which nothing is left, to another: that one is new, and the index.
    assert.deepEqual(pair.host.reloadMap(wall(130)), { freed: 0, stuck: 0 })
    await pair.run(4 * ms + 200)
    assert.equal(maps.piecesFetched - pieces, 2)
    const { hash } = ada.map!
    assert.deepEqual(hashes, [`${hash} false`, `${hash} true`])
    await pair.run(3000)
    ada.frame()
    assert.ok(ada.me!.position.x > 112, `walked to ${ada.me!.position.x}`)
    await pair.run(6000)
    ada.frame()
    assert.ok(Math.abs(ada.me!.position.x - 129.6) < 0.1, `stopped at ${ada.me!.position.x}`)
    assert.equal(ada.stats.corrections, 0)
    assert.ok((await apart(pair, ada)) < 1e-9)
  })

test('[N32] who stands in a new wall is set free, and the client goes on from there', async () => {
  const { pair, ada } = await walker(wall(200), 50)
  assert.deepEqual(pair.host.reloadMap(wall(99)), { freed: 1, stuck: 0 })
  await pair.run(500)
  ada.command({ east: -1, north: 0 })
  await pair.run(3000)
  assert.ok((await apart(pair, ada)) < 1e-9)
  assert.deepEqual([ada.stats.corrections, ada.stats.isPredicting], [0, true])
})

test('[N32] a client with another map than the server foretells nothing, and says why', async () => {
  const pair = new Pair(fieldServer, { seed: 5 })
  const [ada, bob, cay] = [
    await pair.join({ name: 'Ada', map: emptyMap(256, 256) }),
    await pair.join({ name: 'Bob', map: () => undefined }),
    await pair.join({ name: 'Cay', map: () => Promise.reject(new Error('the disk is full.')) }),
  ]
  const dan = await pair.join({ name: 'Dan', map: fieldMap })
  for (const client of [ada, bob, cay, dan]) client.command({ east: 1, north: 0 })
  await pair.run(8000)
  assert.deepEqual(
    [ada, bob, cay, dan].map(({ stats }) => [stats.isPredicting, stats.corrections]),
    [
      [false, 0],
      [false, 0],
      [false, 0],
      [true, 0],
    ],
  )
  assert.match(
    ada.stats.mapTrouble!,
    /^The map given for home is another one \([0-9a-f]{16}\) than the server's/,
  )
  assert.equal(bob.stats.mapTrouble, 'No map was given for home.')
  assert.equal(cay.stats.mapTrouble, 'The map home could not be had: the disk is full.')
  ada.frame()
  // It is shown as the server tells it.
  assert.ok(Math.abs(ada.me!.position.x - 119.6) < 0.1)
})

test('[M17] a map that cannot be there changes nothing', async () => {
  const { pair, ada } = await walker(wall(106), 0)
  const { map } = pair.host.world
  assert.throws(() => pair.host.reloadMap(emptyMap(64, 64)), { code: 'world/wrong-map' })
  assert.throws(() => pair.host.reloadMap(wall(110), 'attic'), { code: 'world/unknown-map' })
  assert.equal(pair.host.world.map, map)
  assert.equal(ada.stats.isPredicting, true)
})

test('[N33] [M18] a file is edited while the server runs: a client over a socket walks by it, and fetches what changed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'map-reload-'))
  const file = join(folder, 'field.tmj')
  const write = (wallAt: number) => writeFileSync(file, JSON.stringify(tmj(wallAt)))
  write(106)
  const told: string[] = []
  const definition = defineServer(field, { ...fieldServer.options, map: loadMap(file) })
  const server = await serve(definition, {
    listen: ['ws://127.0.0.1:0'],
    watch: (sentence) => void told.push(sentence),
  })
  const url = server.urls[0]
  const maps = mapKeeper(url)
  const ada = await connect(field, url, { name: 'Ada', map: maps.source })
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (const end = performance.now() + 60_000; !isSo() && performance.now() < end; ) await sleep(10)
    assert.ok(isSo(), what)
    ada.frame()
  }
  try {
    await until('the map is at hand', () => ada.map?.ground !== undefined && ada.me !== undefined)
    const pieces = maps.piecesFetched
    ada.command({ east: 1, north: 0 })
    const shownX = (): number => {
      ada.frame()
      return ada.me!.position.x
    }
    await until('she stands at the wall', () => Math.abs(shownX() - 105.6) < 0.1)
    write(112)
    await until('she walks through where the wall was', () => shownX() > 107.5)
    await until('the new wall stops her', () => Math.abs(shownX() - 111.6) < 0.1)
    await sleep(700)
    assert.ok(Math.abs(shownX() - 111.6) < 0.1)
    assert.match(
      told.join(),
      /^The map home was replaced; 0 bodies were moved out of its walls, 0 could not be\.$/,
    )
    // The wall stands in one square of 64 m, before and after.
    assert.equal(maps.piecesFetched - pieces, 2)
    assert.deepEqual([ada.stats.isPredicting, ada.stats.mapTrouble], [true, undefined])
    // Where two clocks run, a command may be late once; nothing wrong lasts.
    const truth = server.world.get(ada.me!.id) as { position: { x: number } }
    assert.ok(Math.abs(truth.position.x - shownX()) < 1e-9)
    writeFileSync(file, '{')
    await until('a broken file is told of', () => told.length === 2)
    assert.match(told[1], /^The map home stays as it was: The map .* is not JSON/)
  } finally {
    ada.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
})

test('a map that the game replaces in a tick is told, and whom `mapChanged` despawns and spawns is so to players', async () => {
  const spots: { readonly id: number }[] = []
  let isWanted = false
  const server = defineServer(field, {
    ...fieldServer.options,
    map: wall(100),
    begin: ({ world }) =>
      void spots.push(world.spawn('walker', { position: { x: 130, y: 128 }, name: 'old' } as never)),
    update({ world }) {
      if (isWanted) world.replaceMap(wall(120))
      isWanted = false
    },
    mapChanged({ world }) {
      for (const spot of spots.splice(0)) world.despawn(spot)
      world.spawn('walker', { position: { x: 131, y: 128 }, name: 'new' } as never)
    },
  })
  const pair = new Pair(server, { seed: 5 })
  const maps = new MapKeeper()
  const ada = await pair.join({ name: 'Ada', map: maps.source })
  await pair.run(1000)
  const names = () => [...ada.entities('walker')].map(({ name }) => name).filter((name) => name !== 'Ada')
  assert.deepEqual(names(), ['old'])
  isWanted = true
  await pair.run(1000)
  assert.deepEqual(names(), ['new'])
  assert.equal(ada.map?.ground?.isFree(121, 120, 0.4), false)
})
