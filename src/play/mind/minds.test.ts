import assert from 'node:assert/strict'
import { test } from 'node:test'
import { walkers } from '../../../test/field/walkers.ts'
import { Random } from '../../core/index.ts'
import { emptyMap, type WorldMap, worldMap } from '../../geometry/index.ts'
import { quantized, record } from '../../wire/index.ts'
import { BODY_RADIUS, defineGame, World } from '../../world/index.ts'
import { Minds } from './minds.ts'

const RADIUS = BODY_RADIUS
const axis = quantized({ min: -1, max: 1 + 1 / 64, step: 1 / 64 })
const game = defineGame({
  ...walkers,
  name: 'pasture',
  map: { width: 96, height: 96, cellSize: 32 },
  command: record({ east: axis, north: axis }),
  step(self, { east, north }, near) {
    near.map.slide(self.position, east * 5 * near.seconds, north * 5 * near.seconds, RADIUS)
  },
})
type Sheep = { id: number; position: { x: number; y: number } }

/** Makes walls from one corner to the opposite: x, y, x, y. */
function mapWith(...walls: [number, number, number, number][]): WorldMap {
  const { properties, objects } = emptyMap(96, 96)
  const solids = walls.map(
    ([x0, y0, x1, y1]) => ({ kind: 'wall', variety: '', shape: 'box', x0, y0, x1, y1 }) as const,
  )
  return worldMap({ width: 96, height: 96, properties, objects, solids })
}

function pasture(map = emptyMap(96, 96)) {
  const world = new World(game, { map, random: new Random(5) })
  const minds = new Minds(world, {
    radius: RADIUS,
    speed: 5,
    command: ({ east, north }) => ({ east, north }),
  })
  const sheep: Sheep[] = []
  const at = (x: number, y: number): Sheep => {
    const one = world.spawn('walker', { position: { x, y } }) as Sheep
    sheep.push(one)
    return one
  }
  const run = (ticks: number, each?: () => void) => {
    for (let i = 0; i < ticks; i++) {
      world.advance()
      each?.()
      world.endTick()
    }
    assert.deepEqual(world.tasks.failures, [])
  }
  /** Returns the least distance between the middles of any two. */
  const gap = () => {
    let least = Infinity
    for (const [i, a] of sheep.entries())
      for (const b of sheep.slice(i + 1)) least = Math.min(least, apart(a, b))
    return least
  }
  return { world, minds, at, run, gap, sheep }
}

const apart = (a: Sheep, b: { position: { x: number; y: number } }) =>
  Math.hypot(a.position.x - b.position.x, a.position.y - b.position.y)

test('one goes to a place round walls, at the speed of the game and by its step', () => {
  const { minds, at, run, world } = pasture(mapWith([40, 0, 41, 60]))
  const dolly = at(20, 20)
  const task = minds.start(dolly, () => minds.goTo(dolly, { x: 60, y: 20 }))
  run(500, () => assert.ok(world.map.isFree(dolly.position.x, dolly.position.y, RADIUS - 1e-9)))
  assert.deepEqual(task.outcome, { ended: 'done', value: 'there' })
  assert.ok(apart(dolly, { position: { x: 60, y: 20 } }) < 0.3)
})

test('where there is no way one says so and stands', () => {
  const { minds, at, run } = pasture(mapWith([40, 0, 41, 96]))
  const dolly = at(20, 20)
  const task = minds.start(dolly, () => minds.goTo(dolly, { x: 60, y: 20 }))
  run(20)
  assert.deepEqual(task.outcome, { ended: 'done', value: 'no way' })
  assert.deepEqual(dolly.position, { x: 20, y: 20 })
})

test('forty who want to one place come near it, and nobody ever stands in another', () => {
  const { minds, at, run, gap, sheep } = pasture(mapWith([30, 40, 60, 41]))
  const random = new Random(2)
  for (let i = 0; i < 40; i++) at(4 + (i % 8) * 10 + random.between(0, 2), 4 + Math.floor(i / 8) * 3)
  const goal = { x: 48, y: 70 }
  const tasks = sheep.map((one) => minds.start(one, () => minds.goTo(one, goal)))
  run(1200, () => assert.ok(gap() >= 2 * RADIUS - 1e-9, `${gap()}`))
  const ends = tasks.map(({ outcome }) => outcome?.ended === 'done' && outcome.value)
  assert.ok(ends.filter((end) => end === 'there').length >= 36, ends.join())
  const farthest = Math.max(...sheep.map((one) => apart(one, { position: goal })))
  assert.ok(farthest < 9, `${farthest} m`)
})

test('two who meet pass each other, and so do two files', () => {
  const { minds, at, run, gap, sheep } = pasture()
  for (let i = 0; i < 6; i++) {
    at(20 - 2 * i, 50)
    at(60 + 2 * i, 50)
  }
  const tasks = sheep.map((one, i) => {
    const to = { x: i % 2 === 0 ? 80 - i : 5 + i, y: 50 }
    return minds.start(one, () => minds.goTo(one, to))
  })
  run(700, () => assert.ok(gap() >= 2 * RADIUS - 1e-9))
  for (const { outcome } of tasks) assert.deepEqual(outcome, { ended: 'done', value: 'there' })
})

test('minds make way for players too', () => {
  const { world, minds, at, run, gap } = pasture()
  const player = world.addPlayer('Ada')
  player.entity = at(40, 40) as never
  const dolly = at(20, 40)
  const task = minds.start(dolly, () => minds.goTo(dolly, { x: 60, y: 40 }))
  run(300, () => assert.ok(gap() >= 2 * RADIUS - 1e-9))
  assert.deepEqual(task.outcome, { ended: 'done', value: 'there' })
})

test('who wanders stays around', () => {
  const { minds, at, run } = pasture(mapWith([40, 30, 41, 60]))
  const dolly = at(48, 48)
  let far = 0
  let walked = 0
  let before = { ...dolly.position }
  minds.start(dolly, () =>
    minds.wander(dolly, { around: { x: 48, y: 48 }, radius: 6, restSeconds: [0.5, 1] }),
  )
  run(2000, () => {
    far = Math.max(far, apart(dolly, { position: { x: 48, y: 48 } }))
    walked += apart(dolly, { position: before })
    before = { ...dolly.position }
  })
  assert.ok(far < 14, `${far} m away`)
  assert.ok(walked > 50, `${walked} m`)
})

test('who follows stays near, and stops when the other is gone', () => {
  const { world, minds, at, run } = pasture()
  const [shepherd, dog] = [at(20, 20), at(25, 25)]
  minds.start(shepherd, () => minds.goTo(shepherd, { x: 80, y: 70 }))
  const following = minds.start(dog, () => minds.follow(dog, shepherd, { within: 3 }))
  run(330)
  assert.ok(apart(dog, shepherd) < 4, `${apart(dog, shepherd)} m`)
  assert.ok(apart(shepherd, { position: { x: 80, y: 70 } }) < 0.3)
  world.despawn(shepherd)
  run(20)
  assert.deepEqual(following.outcome, { ended: 'done', value: undefined })
})

test('who flees gets away, out of a corner as well', () => {
  const { minds, at, run } = pasture()
  for (const [x, y] of [
    [50, 50],
    [3, 3],
  ]) {
    const [wolf, dolly] = [at(x + 3, y + 2), at(x, y)]
    const task = minds.start(dolly, () => minds.flee(dolly, wolf, { distance: 15 }))
    run(300)
    assert.equal(task.outcome?.ended, 'done')
    assert.ok(apart(wolf, dolly) >= 15)
  }
})

test('a guard runs at foes near the post, and goes back when they are gone', () => {
  const { world, minds, at, run } = pasture()
  const guard = at(50, 50)
  const post = { x: 50, y: 50 }
  minds.start(guard, () => minds.guard(guard, { post, reach: 12, isFoe: ({ id }) => id === 2 }))
  run(40)
  assert.deepEqual(guard.position, post)
  const wolf = at(58, 50)
  run(60)
  assert.ok(apart(guard, wolf) < 1.5, `${apart(guard, wolf)} m`)
  world.despawn(wolf)
  run(120)
  assert.ok(apart(guard, { position: post }) < 1.1)
})

test('on a daily round one is at each place in its hours, over midnight too', () => {
  const { minds, at, run } = pasture()
  const dolly = at(20, 20)
  const [home, meadow] = [
    { x: 20, y: 20 },
    { x: 60, y: 60 },
  ]
  let hour = 3
  let grazed = 0
  const round = [
    {
      hour: 8,
      place: meadow,
      *activity() {
        for (;;) {
          grazed++
          yield 0
        }
      },
    },
    { hour: 20, place: home },
  ]
  minds.start(dolly, () => minds.dailyRound(dolly, round, () => hour))
  run(100)
  assert.ok(apart(dolly, { position: home }) < 0.3)
  hour = 8
  run(600)
  assert.ok(apart(dolly, { position: meadow }) < 0.3)
  assert.ok(grazed > 50)
  hour = 21
  run(30)
  const before = grazed
  run(600)
  assert.ok(apart(dolly, { position: home }) < 0.3)
  assert.equal(grazed, before)
})

test('minds are made of others, and end with their bodies', () => {
  const { world, minds, at, run } = pasture()
  const dolly = at(20, 20)
  const told: string[] = []
  minds.start(dolly, function* () {
    told.push(yield* minds.goTo(dolly, { x: 25, y: 20 }))
    told.push(yield* minds.goTo(dolly, { x: 60, y: 60 }))
  })
  run(60)
  assert.deepEqual(told, ['there'])
  assert.equal(minds.walkers.walking, 1)
  world.despawn(dolly)
  run(2)
  assert.equal(minds.walkers.walking, 0)
  assert.equal(world.tasks.stats.stopped, 1)
})

test('when the map is replaced, ways are searched on the new one', () => {
  const { world, minds, at, run } = pasture()
  const dolly = at(20, 20)
  run(1)
  world.replaceMap(mapWith([40, 0, 41, 96]))
  run(1)
  const task = minds.start(dolly, () => minds.goTo(dolly, { x: 60, y: 20 }))
  run(20)
  assert.deepEqual(task.outcome, { ended: 'done', value: 'no way' })
})

test('the same seed gives the same walks', () => {
  const walks = [1, 2].map(() => {
    const { minds, at, run, sheep } = pasture(mapWith([30, 40, 60, 41]))
    for (let i = 0; i < 12; i++) {
      const one = at(30 + 2 * i, 30)
      minds.start(one, () => minds.wander(one, { around: { x: 48, y: 48 }, radius: 12, restSeconds: [0, 1] }))
    }
    run(400)
    return sheep.map(({ position }) => position)
  })
  assert.deepEqual(walks[0], walks[1])
})
