import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../test/field/field.ts'
import { Random } from '../core/index.ts'
import { emptyMap } from '../geometry/index.ts'
import { seconds, ticks } from '../task/index.ts'
import { World } from './world.ts'

const newWorld = () => new World(field, { map: emptyMap(256, 256), random: new Random(1) })
const tick = (world: World<typeof field>, systems?: () => void) => {
  world.advance(systems)
  world.endTick()
}

test("tasks run after the players' commands and before the systems", () => {
  const world = newWorld()
  const player = world.addPlayer('Ada')
  player.entity = world.spawn('walker', { position: { x: 100, y: 100 } })
  const told: string[] = []
  world.tasks.start(function* () {
    for (;;) {
      told.push(`task at ${player.entity?.position.x}`)
      yield
    }
  })
  player.commands.receive(1, { east: 1, north: 0 }, world.tick)
  tick(world, () => told.push('system'))
  assert.deepEqual(told, ['task at 100.25', 'system'])
})

test("seconds are the world's", () => {
  const world = newWorld()
  let woken = 0
  world.tasks.start(function* () {
    yield seconds(2)
    woken = world.tick
  })
  for (let i = 0; i < 50; i++) tick(world)
  assert.equal(woken, 41)
})

test("an entity's task ends when the entity goes, a player's when the player does", () => {
  const world = newWorld()
  const ended: string[] = []
  const lives = (name: string) =>
    function* () {
      try {
        for (;;) yield ticks(10)
      } finally {
        ended.push(name)
      }
    }
  const ada = world.addPlayer('Ada')
  ada.entity = world.spawn('walker', { position: { x: 1, y: 1 } })
  const goat = world.spawn('walker', { position: { x: 2, y: 2 } })
  world.tasks.start(lives('goat'), { of: goat })
  world.tasks.start(lives('script'), { of: ada })
  world.tasks.start(lives('body'), { of: ada.entity })
  tick(world)
  world.despawn(goat)
  assert.deepEqual(ended, ['goat'])
  world.removePlayer(ada)
  assert.deepEqual(ended, ['goat', 'script', 'body'])
  for (const gone of [goat, ada])
    assert.throws(() => world.tasks.start(lives('late'), { of: gone }), { code: 'world/task-owner' })
})

test('a task that takes its own entity out of the world ends at its next yield', () => {
  const world = newWorld()
  const spark = world.spawn('secret', { position: { x: 1, y: 1 } })
  const task = world.tasks.start(
    function* () {
      world.despawn(spark)
      yield
      assert.fail('it went on')
    },
    { of: spark },
  )
  tick(world)
  assert.deepEqual(task.outcome, { ended: 'stopped' })
})

test('a task that throws does not keep the world from its tick', () => {
  const world = newWorld()
  world.tasks.start(function* oops(): Generator<undefined, void, unknown> {
    yield
    throw new Error('oops')
  })
  tick(world)
  tick(world)
  assert.equal(world.tick, 3)
  assert.equal(world.tasks.stats.failed, 1)
})
