import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { Random } from '../../core/index.ts'
import { parseMap } from '../../geometry/index.ts'
import { gameOn, Realm, type RealmOptions } from './realm.ts'

test('[M19] a portal carries a character across: the same object, the same id, in exactly one world', () => {
  const crossed: string[] = []
  const realm = newRealm({
    crossed: ({ player, from, to, place }) =>
      crossed.push(`${player.name}: ${from.map} -> ${to.map} at ${place.x}, ${place.y}`),
  })
  const [meadow, cave] = [realm.home('meadow'), realm.home('cave')]
  const ada = enter(realm, 'Ada', 90)
  const { entity } = ada
  assert.ok(entity)
  const { id } = entity
  entity.health = 7
  entity.position.x = 100
  realm.advance()
  assert.deepEqual(crossed, ['Ada: meadow -> cave at 20, 20'])
  assert.deepEqual(
    realm.crossings.map(({ player }) => player.name),
    ['Ada'],
  )
  assert.equal(realm.whereIs(ada), cave)
  assert.equal(meadow.world.get(id), undefined)
  assert.equal(meadow.world.players.size, 0)
  assert.equal(cave.world.get(id), entity)
  assert.deepEqual([entity.health, entity.name], [7, 'Ada'])
  realm.endTick()
  assert.deepEqual(realm.crossings, [])
})

test('[M19] whoever arrives in a portal has to leave it before it takes them back', () => {
  const realm = newRealm({})
  const ada = enter(realm, 'Ada', 100)
  const where = () => {
    realm.advance()
    realm.endTick()
    return realm.whereIs(ada)?.map
  }
  assert.equal(where(), 'cave')
  assert.ok(ada.entity)
  // The cave's place lies beside its own portal.
  ada.entity.position.x = 30
  assert.equal(where(), 'meadow')
  assert.deepEqual(ada.entity.position, { x: 98, y: 128 }, 'in the portal of the meadow')
  assert.deepEqual([where(), where()], ['meadow', 'meadow'])
  ada.entity.position.x = 80
  assert.equal(where(), 'meadow')
  ada.entity.position.x = 100
  assert.equal(where(), 'cave')
})

test('[M19] a character that is carried cannot be taken by two worlds, nor one that is not there', async () => {
  const realm = newRealm({})
  const ada = enter(realm, 'Ada', 50)
  await realm.carry(ada, realm.home('cave'), 'mouth')
  const cave = realm.home('cave').world
  assert.throws(() => cave.welcome(ada, realm.home('meadow').world, { x: 1, y: 1 }), {
    code: 'world/not-here',
  })
  const place = { ...ada.entity!.position }
  realm.home('meadow').world.teleport(ada.entity!, { x: 1, y: 1 })
  assert.deepEqual(ada.entity!.position, place, 'only its own world puts it somewhere else')
  realm.removePlayer(ada)
  await assert.rejects(realm.carry(ada, realm.home('meadow'), 'gate'), { code: 'world/not-here' })
  assert.equal(cave.entityCount, 0)
})

test('[M20] things of all worlds of a realm have numbers of their own', async () => {
  const realm = newRealm({})
  const worlds = [
    realm.home('meadow'),
    realm.home('cave'),
    await realm.open('cave'),
    await realm.open('cave'),
  ]
  const ids = worlds.flatMap((instance) => [1, 2].map(() => instance?.world.spawn('sky', {}).id))
  assert.equal(new Set(ids).size, 8)
  const players = worlds.map((instance) => instance && realm.addPlayer('x', instance).id)
  assert.equal(new Set(players).size, 4)
})

test('[M21] an instance runs by its own rules, clock and dice, and does nothing while it is paused', async () => {
  const realm = newRealm({})
  const told: string[] = []
  const match = await realm.open('cave', {
    group: 7,
    seed: 5,
    ticksPerSecond: 5,
    update: ({ world, instance: { group } }) => told.push(`${group} at ${world.tick}`),
  })
  const twin = await realm.open('cave', { seed: 5 })
  assert.ok(match && twin)
  assert.equal(match.world.random.next(), twin.world.random.next())
  const run = (ticks: number) => {
    for (let i = 0; i < ticks; i++) {
      realm.advance()
      realm.endTick()
    }
  }
  run(8)
  assert.deepEqual(told, ['7 at 1', '7 at 2'])
  assert.equal(match.world.game.secondsPerTick, 1 / 5)
  match.isPaused = true
  run(8)
  assert.equal(match.world.tick, 3)
  match.isPaused = false
  run(4)
  assert.deepEqual(told, ['7 at 1', '7 at 2', '7 at 3'])
  await assert.rejects(realm.open('cave', { ticksPerSecond: 7 }), { code: 'world/bad-instance' })
})

test('[M22] an instance is closed when it has been without players for its grace, and there are only so many', async () => {
  const realm = newRealm({ instancesMax: 2 })
  const dungeon = await realm.open('cave', { graceSeconds: 1 })
  assert.ok(dungeon && (await realm.open('meadow')))
  assert.equal(await realm.open('meadow'), undefined)
  const ada = enter(realm, 'Ada', 50)
  const run = (ticks: number) => {
    let closed = 0
    for (let i = 0; i < ticks; i++) {
      realm.advance()
      closed += realm.closed.length
      realm.endTick()
    }
    return closed
  }
  assert.equal(run(20), 0)
  await realm.carry(ada, dungeon, 'mouth')
  assert.equal(run(100), 0)
  await realm.carry(ada, realm.home('meadow'), 'gate')
  assert.equal(run(20), 0)
  assert.equal(run(1), 1)
  assert.equal(realm.get(dungeon.id), undefined)
  assert.ok(await realm.open('meadow'))
  assert.equal([...realm.instances].filter(({ isHome }) => isHome).length, 2)
})

test('an instance that is closed by hand puts its players where the game says, or where players come in', async () => {
  const realm = newRealm({})
  const dungeon = await realm.open('cave')
  assert.ok(dungeon)
  const ada = enter(realm, 'Ada', 50)
  await realm.carry(ada, dungeon, 'mouth')
  const [bob, eve] = [enter(realm, 'Bob', 50), enter(realm, 'Eve', 60)]
  for (const player of [bob, eve]) await realm.carry(player, dungeon, 'mouth')
  // A character that the game has taken out of the world comes along as one who watches.
  dungeon.world.despawn(eve.entity!)
  await realm.close(dungeon)
  assert.deepEqual(
    [ada, bob, eve].map((player) => realm.whereIs(player)?.name),
    ['meadow', 'meadow', 'meadow'],
  )
  assert.equal(realm.home('meadow').world.get(ada.entity!.id), ada.entity)
  assert.equal(eve.entity, undefined)
  const match = await realm.open('cave')
  const next = await realm.open('cave')
  assert.ok(match && next)
  await realm.carry(ada, match, 'mouth')
  await realm.close(match, { to: next, place: 'mouth' })
  assert.equal(realm.whereIs(ada), next)
  assert.deepEqual(ada.entity?.position, { x: 20, y: 20 })
  // A world that is gone is none to go to.
  await realm.close(next, { to: match })
  assert.equal(realm.whereIs(ada), realm.home('meadow'))
  await realm.close(realm.home('cave'))
  assert.equal(realm.get(realm.home('cave').id), realm.home('cave'))
})

test('a portal that leads nowhere is refused with its number', () => {
  const maps = { meadow: mapOf(256, [portal(4, 'cave', 'mouth')]) }
  assert.throws(() => new Realm(field, { maps, random: new Random(1) }), {
    message: "[world/lost-portal] on the map 'meadow', portal 4 leads nowhere: there is no map 'cave'.",
  })
  assert.throws(() => newRealm({}).home('attic'), { code: 'world/unknown-map' })
})

test('a game on a map of another size is the same on both ends', () => {
  const cave = gameOn(field, { width: 64, height: 32, ticksPerSecond: 10 })
  assert.equal(gameOn(field, { width: 256, height: 256 }), field)
  assert.equal(cave.fingerprint, gameOn(field, { width: 64, height: 32, ticksPerSecond: 10 }).fingerprint)
  assert.deepEqual([cave.map.width, cave.map.cellSize, cave.secondsPerTick], [64, field.map.cellSize, 0.1])
  assert.throws(() => gameOn(field, { width: 65, height: 32 }), { code: 'world/bad-game' })
})

function newRealm(options: Partial<RealmOptions<typeof field>>): Realm<typeof field> {
  const maps = {
    meadow: mapOf(256, [portal(1, 'cave', 'mouth'), { id: 2, name: 'gate', x: 98, y: 128, point: true }]),
    cave: mapOf(64, [
      { ...portal(3, 'meadow', 'gate'), x: 28, y: 0, height: 64 },
      { id: 4, name: 'mouth', x: 20, y: 44, point: true },
    ]),
  }
  return new Realm(field, { maps, random: new Random(1), ...options })
}

/** Returns a player whose walker stands in the meadow. */
function enter(realm: Realm<typeof field>, name: string, x: number) {
  const meadow = realm.home('meadow')
  const player = realm.addPlayer(name, meadow)
  player.entity = meadow.world.spawn('walker', { position: { x, y: 128 }, name })
  return player
}

function portal(id: number, map: string, place: string) {
  const properties = Object.entries({ map, place }).map(([name, value]) => ({ name, value }))
  return { id, x: 96, y: 96, width: 8, height: 64, properties }
}

/** Returns a square map, one pixel per metre, with portals and named places. */
function mapOf(side: number, objects: readonly object[]) {
  const layer = (name: string, of: readonly object[]) => ({ name, type: 'objectgroup', objects: of })
  return parseMap({
    ...{ orientation: 'orthogonal', width: side, height: side, tilewidth: 1, tileheight: 1 },
    properties: [{ name: 'pixelsPerMetre', value: 1 }],
    layers: [
      layer(
        'portals',
        objects.filter((object) => 'properties' in object),
      ),
      layer(
        'places',
        objects.filter((object) => !('properties' in object)),
      ),
    ],
  })
}
