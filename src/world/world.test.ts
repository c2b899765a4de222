import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../test/field/field.ts'
import { Random } from '../core/index.ts'
import { emptyMap } from '../geometry/index.ts'
import { World } from './world.ts'

const newWorld = () => new World(field, { map: emptyMap(256, 256), random: new Random(1) })
const at = (x: number, y: number) => ({ position: { x, y } })

test('what is spawned is a plain object with what was given, and initial values for the rest', () => {
  const world = newWorld()
  const ada = world.spawn('walker', { ...at(10, 20), name: 'Ada' })
  assert.deepEqual(ada, {
    id: 1,
    kind: 'walker',
    position: { x: 10, y: 20 },
    facing: 0,
    health: 0,
    name: 'Ada',
  })
  assert.equal(world.get(1), ada)
  assert.equal(world.entityCount, 1)
})

test("the position that was given remains the giver's: the entity has a copy", () => {
  const world = newWorld()
  const position = { x: 10, y: 20 }
  world.spawn('walker', { position }).position.x = 11
  assert.equal(position.x, 10)
})

test('ids are never used twice', () => {
  const world = newWorld()
  const first = world.spawn('sky', {})
  world.despawn(first)
  world.endTick()
  assert.notEqual(world.spawn('sky', {}).id, first.id)
})

test('what is despawned is gone at once, and its place is used again from the next tick', () => {
  const world = newWorld()
  const ada = world.spawn('walker', at(10, 10))
  world.despawn(ada)
  world.despawn(ada)
  assert.equal(world.get(ada.id), undefined)
  assert.deepEqual(world.near({ x: 10, y: 10 }, 5), [])
  assert.equal(world.removed.length, 1)
  world.spawn('walker', at(10, 10))
  assert.equal(world.residents.length, 2)
  world.endTick()
  assert.equal(world.removed.length, 0)
  world.spawn('walker', at(10, 10))
  assert.equal(world.residents.length, 2)
})

test('a kind or part that the game does not have throws', () => {
  const world = newWorld()
  assert.throws(() => world.spawn('dragon' as never, {} as never), { code: 'world/unknown-kind' })
  assert.throws(() => world.spawn('sky', { mana: 1 } as never), { code: 'world/unknown-part' })
  assert.throws(() => world.tell('shout' as never, {} as never, { everyone: true }), {
    code: 'world/unknown-event',
  })
})

test('a value that cannot travel is refused at spawn: by kind, entity and part, with the line of the game', () => {
  const world = newWorld()
  const line = function gameCode(start: object) {
    world.spawn('walker', { position: { x: 1, y: 1 }, ...start } as never)
  }
  const cases: [object, RegExp][] = [
    [{ health: 1e9 }, /^\[wire\/out-of-range\] walker \d+\.health is 1000000000; it travels as /],
    [{ health: Number.NaN }, /^\[wire\/out-of-range\] walker \d+\.health is NaN/],
    [{ health: 'good' }, /^\[wire\/out-of-range\] walker \d+\.health is "good"/],
  ]
  for (const [start, message] of cases)
    assert.throws(
      () => line(start),
      (error: Error) => message.test(error.message) && /gameCode/.test(error.stack ?? ''),
      String(message),
    )
  assert.equal(world.entityCount, 0)
})

test('near finds what stands within the radius, also what moved in this tick', () => {
  const world = newWorld()
  const ada = world.spawn('walker', at(100, 100))
  const bob = world.spawn('walker', at(100, 140))
  const found = (x: number, y: number, radius: number) =>
    world
      .near({ x, y }, radius)
      .map(({ id }) => id)
      .sort()
  assert.deepEqual(found(100, 100, 40), [ada.id, bob.id])
  assert.deepEqual(found(100, 100, 39.9), [ada.id])
  bob.position.y = 101
  assert.deepEqual(found(100, 100, 2), [ada.id, bob.id])
  assert.deepEqual(found(0, 0, 10), [])
  assert.deepEqual(found(255, 255, 1000), [ada.id, bob.id])
})

test('entities of one kind are met, each once', () => {
  const world = newWorld()
  const ids = [1, 2, 3].map((x) => world.spawn('walker', at(x, 1)).id)
  world.spawn('sky', {})
  assert.deepEqual(
    [...world.entities('walker')].map(({ id }) => id),
    ids,
  )
})

test('a tick applies each player command to their character, then runs the systems', () => {
  const world = newWorld()
  const player = world.addPlayer('Ada')
  player.entity = world.spawn('walker', at(100, 100))
  const idle = world.addPlayer('Bob')
  idle.entity = world.spawn('walker', at(50, 50))
  player.commands.receive(1, { east: 1, north: 0 }, world.tick)
  let seen = 0
  world.advance(() => {
    seen = player.entity?.position.x ?? 0
  })
  assert.ok(Math.abs(seen - 100.25) < 1e-9)
  assert.equal(idle.entity.position.x, 50)
  assert.equal(world.tick, 1)
  world.endTick()
  assert.equal(world.tick, 2)
})

test('a character that was despawned is moved no more', () => {
  const world = newWorld()
  const player = world.addPlayer('Ada')
  const ada = world.spawn('walker', at(100, 100))
  player.entity = ada
  world.despawn(ada)
  player.commands.receive(1, { east: 1, north: 0 }, world.tick)
  world.advance()
  assert.equal(ada.position.x, 100)
})

test('who stands on the very edge of the map is within it, beyond it the tick throws', () => {
  const world = newWorld()
  const ada = world.spawn('walker', at(0, 255.999))
  world.advance()
  for (const x of [-0.001, 256, Number.NaN, Number.POSITIVE_INFINITY]) {
    ada.position.x = x
    assert.throws(() => world.advance(), { code: 'world/off-map' }, `${x}`)
  }
  assert.throws(() => world.spawn('walker', at(300, 1)), { code: 'world/off-map' })
})

test('the cell of an entity follows it', () => {
  const world = newWorld()
  const ada = world.spawn('walker', at(31, 1))
  const resident = world.residents[0]
  assert.equal(resident?.cell, 0)
  ada.position.x = 33
  world.advance()
  assert.equal(resident?.cell, 1)
})

test('a teleport is a jump, and may go anywhere on the map', () => {
  const world = newWorld()
  const ada = world.spawn('walker', at(10, 10))
  world.teleport(ada, { x: 200, y: 200 })
  assert.deepEqual(ada.position, { x: 200, y: 200 })
  assert.equal(world.residents[0]?.hasJumped, true)
})

test('restricting and showing again keeps the list of the restricted', () => {
  const world = newWorld()
  const secret = world.spawn('secret', at(10, 10), { isRestricted: true })
  assert.equal(world.restricted.size, 1)
  world.restrict(secret, false)
  assert.equal(world.restricted.size, 0)
  world.restrict(secret, true)
  world.despawn(secret)
  assert.equal(world.restricted.size, 0)
})

test('events are told once: the next tick begins without them', () => {
  const world = newWorld()
  world.tell('said', { who: 1, text: 'hello' }, { everyone: true })
  assert.equal(world.told.length, 1)
  world.endTick()
  assert.equal(world.told.length, 0)
})

test('a hundred thousand events in one tick are a loop that runs away', () => {
  const world = newWorld()
  const tell = () => world.tell('said', { who: 1, text: '' }, { everyone: true })
  for (let i = 0; i < 100_000; i++) tell()
  assert.throws(tell, { code: 'world/too-many-events' })
})

test('a player who goes takes the character along', () => {
  const world = newWorld()
  const player = world.addPlayer('Ada')
  player.entity = world.spawn('walker', at(1, 1))
  world.removePlayer(player)
  assert.equal(world.players.size, 0)
  assert.equal(world.entityCount, 0)
})

test('a map of another size than the game states throws', () => {
  assert.throws(() => new World(field, { map: emptyMap(128, 256), random: new Random(1) }), {
    code: 'world/wrong-map',
  })
})

test('the same seed gives the same dice', () => {
  const throws = () =>
    Array.from(
      { length: 3 },
      (
        (world) => () =>
          world.random.next()
      )(newWorld()),
    )
  assert.deepEqual(throws(), throws())
})
