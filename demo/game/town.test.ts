import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { alone, emptyMap, parseMap, Random } from 'shardless'
import type { Client } from 'shardless/client'
import bot from './bot.ts'
import { bodyRadius, idle, runningSpeed, town, type Walker, walkingSpeed } from './town.ts'

const field = alone(town, emptyMap(512, 512))
const streets = alone(
  town,
  parseMap(JSON.parse(readFileSync(new URL('../map/town.tmj', import.meta.url), 'utf8')), 'town.tmj'),
)

test('one walks 5 metres a second, on the slant as well', () => {
  for (const [east, north] of [
    [1, 0],
    [0, -1],
    [1, 1],
    [-1, 1],
  ]) {
    const walker = someone(256, 256)
    for (let tick = 0; tick < town.ticksPerSecond; tick++) town.step(walker, { ...idle, east, north }, field)
    const distance = Math.hypot(walker.position.x - 256, walker.position.y - 256)
    assert.ok(Math.abs(distance - walkingSpeed) < 1e-9, `${distance} m`)
    assert.equal(walker.gait, 'walking')
  }
})

test('running is faster, and no command is fast enough to count as a jump', () => {
  const walker = someone(256, 256)
  for (let tick = 0; tick < town.ticksPerSecond; tick++)
    town.step(walker, { ...idle, east: 1, north: -1, isRunning: true }, field)
  const distance = Math.hypot(walker.position.x - 256, walker.position.y - 256)
  assert.ok(Math.abs(distance - runningSpeed) < 1e-9)
  assert.equal(walker.gait, 'running')
  assert.ok(runningSpeed < 8)
})

test('one looks where one goes, and keeps looking there when one stops', () => {
  const walker = someone(256, 256)
  for (const [east, north, degrees] of [
    [1, 0, 0],
    [1, 1, 45],
    [0, 1, 90],
    [-1, 1, 135],
    [-1, 0, 180],
    [-1, -1, 225],
    [0, -1, 270],
    [1, -1, 315],
  ]) {
    town.step(walker, { ...idle, east, north }, field)
    town.step(walker, idle, field)
    assert.equal(Math.round((walker.facing * 180) / Math.PI), degrees)
    assert.equal(walker.gait, 'standing')
  }
})

test('nobody walks into a wall or into the river', () => {
  const random = new Random(5)
  for (let round = 0; round < 20; round++) {
    const { x, y } = random.pick(streets.map.spawns)
    const walker = someone(x, y)
    for (let turn = 0; turn < 40; turn++) {
      const command = {
        ...idle,
        east: random.integer(-1, 1),
        north: random.integer(-1, 1),
        isRunning: random.chance(0.5),
      }
      for (let tick = 0; tick < 15; tick++) town.step(walker, command, streets)
      assert.ok(streets.map.isFree(walker.position.x, walker.position.y, bodyRadius - 1e-9))
    }
  }
})

test('a bot walks most of its time, gets somewhere, and is never stuck for long', () => {
  const random = new Random(11)
  for (let round = 0; round < 8; round++) {
    const start = random.pick(streets.map.spawns)
    const walker = someone(start.x, start.y)
    const { said, client } = listener()
    const mind = bot.begin({ number: 0, random: random.fork() })
    const dice = random.fork()
    let [walked, stuckFor, stuckMost, farthest] = [0, 0, 0, 0]
    for (let tick = 0; tick < 120 * town.ticksPerSecond; tick++) {
      const before = { ...walker.position }
      const command = mind({ client, me: walker, random: dice, seconds: tick * town.secondsPerTick })
      town.step(walker, command, streets)
      const moved = Math.hypot(walker.position.x - before.x, walker.position.y - before.y)
      const wants = command.east !== 0 || command.north !== 0
      walked += moved
      stuckFor = wants && moved < 0.02 ? stuckFor + 1 : 0
      stuckMost = Math.max(stuckMost, stuckFor)
      farthest = Math.max(farthest, Math.hypot(walker.position.x - start.x, walker.position.y - start.y))
    }
    assert.ok(walked > 200, `walked ${walked} m in two minutes`)
    assert.ok(farthest > 10, `came ${farthest} m far`)
    assert.ok(stuckMost < 2 * town.ticksPerSecond, `stuck for ${stuckMost} ticks`)
    assert.ok(said.length > 0 && said.length < 12, `spoke ${said.length} times`)
  }
})

test('bots with the same dice do the same', () => {
  const walks = [1, 2].map(() => {
    const walker = someone(256, 256)
    const mind = bot.begin({ number: 0, random: new Random(3) })
    const { client } = listener()
    for (let tick = 0; tick < 600; tick++) {
      town.step(walker, mind({ client, me: walker, random: new Random(1), seconds: tick / 20 }), field)
    }
    return walker.position
  })
  assert.deepEqual(walks[0], walks[1])
})

test('the first forty bots have names of their own, and so have the next', () => {
  const names = new Set(Array.from({ length: 100 }, (_, number) => bot.name({ number })))
  assert.equal(names.size, 100)
  for (const name of names) assert.ok(name.length <= 24)
})

function someone(x: number, y: number): Walker {
  return {
    id: 1,
    kind: 'walker',
    position: { x, y },
    facing: 0,
    gait: 'standing',
    name: 'Ada',
    look: 0,
    rest: 0,
  }
}

/** Makes a client that only records its calls, and sees nobody. */
function listener(): { said: string[]; client: Client<typeof town> } {
  const said: string[] = []
  const ask = (request: string): Promise<unknown> => {
    said.push(request)
    return Promise.resolve({})
  }
  return { said, client: { ask, entities: () => [] } as unknown as Client<typeof town> }
}
