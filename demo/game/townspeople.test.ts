import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseMap, Random, World } from 'shardless'
import { bodyRadius, town } from './town.ts'
import { resume, settle } from './townspeople.ts'

const map = parseMap(
  JSON.parse(readFileSync(new URL('../map/town.tmj', import.meta.url), 'utf8')),
  'town.tmj',
)

test('by day the townspeople are about, by night they are at home, and they never stand in walls', () => {
  const world = new World(town, { map, random: new Random(3) })
  const sky = settle(world, 24)
  const people = [...world.entities('walker')]
  const homes = people.map(({ position }) => ({ ...position }))
  const run = (seconds: number) => {
    for (let i = 0; i < seconds * town.ticksPerSecond; i++) {
      world.advance()
      world.endTick()
    }
    for (const { position } of people) assert.ok(map.isFree(position.x, position.y, bodyRadius - 1e-9))
    assert.deepEqual(world.tasks.failures, [])
  }
  const atHome = () =>
    people.filter(({ position }, i) => Math.hypot(position.x - homes[i].x, position.y - homes[i].y) < 4)
      .length
  assert.equal(people.length, 24)
  sky.hour = 12
  run(200)
  assert.ok(atHome() <= 4, `${atHome()} of 24 at home at noon`)
  sky.hour = 21.5
  run(240)
  assert.ok(atHome() >= 21, `${atHome()} of 24 at home at night`)
})

test('the hours go round in twenty minutes', () => {
  const world = new World(town, { map, random: new Random(3) })
  const sky = settle(world, 0)
  sky.hour = 23.95
  for (let i = 0; i < 100 * town.ticksPerSecond; i++) {
    world.advance()
    world.endTick()
  }
  assert.ok(Math.abs(sky.hour - 1.95) < 0.05, `${sky.hour}`)
})

test('who came from another process goes on with the day', () => {
  const world = new World(town, { map, random: new Random(3) })
  const sky = settle(world, 24)
  const people = [...world.entities('walker')]
  for (const person of people) world.tasks.stopAllOf(person)
  sky.hour = 12
  const walked = (): number => {
    const before = people.map(({ position }) => ({ ...position }))
    for (let i = 0; i < 60 * town.ticksPerSecond; i++) {
      world.advance()
      world.endTick()
    }
    return people.filter(
      ({ position }, i) => Math.hypot(position.x - before[i].x, position.y - before[i].y) > 4,
    ).length
  }
  assert.equal(walked(), 0)
  for (const person of people) resume(world, person)
  resume(world, sky)
  assert.ok(walked() >= 20)
  assert.deepEqual(world.tasks.failures, [])
})
