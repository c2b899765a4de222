import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseMap, Random, World } from 'shardless'
import { freeName, placeAmongPeople } from './arrival.ts'
import { nameBytesMax, town } from './town.ts'
import { settle } from './townspeople.ts'

const map = parseMap(
  JSON.parse(readFileSync(new URL('../map/town.tmj', import.meta.url), 'utf8')),
  'town.tmj',
)

test('who comes in stands where others are, not upon them; in an empty town anywhere where one may begin', () => {
  const world = new World(town, { map, random: new Random(3) })
  const dice = new Random(5)
  const alone = placeAmongPeople(world, dice)
  assert.ok(map.spawns.some(({ x, y }) => x === alone.x && y === alone.y))
  const first = map.spawns.at(-1)!
  world.spawn('walker', { position: { x: first.x, y: first.y }, name: 'Ada' })
  world.advance()
  world.endTick()
  const tries = 100
  let met = 0
  for (let i = 0; i < tries; i++) {
    const { x, y } = placeAmongPeople(world, dice)
    const far = Math.hypot(x - first.x, y - first.y)
    assert.ok(far > 1, 'nobody stands there')
    if (far < 20) met++
  }
  const near = map.spawns.filter(({ x, y }) => Math.hypot(x - first.x, y - first.y) < 20).length
  const byChance = (near / map.spawns.length) * tries
  assert.ok(met > 3 * byChance, `${met} of ${tries} came to Ada; ${byChance.toFixed(1)} would by chance`)
})

test('a name that somebody has gets a number, and stays within its bytes', () => {
  assert.equal(freeName('Ada', []), 'Ada')
  assert.equal(freeName('Ada', ['Bob', 'ada ']), 'Ada')
  assert.equal(freeName('Ada', ['Bob', 'ADA']), 'Ada 2')
  assert.equal(freeName('Ada', ['Ada', 'Ada 2', 'Ada 4']), 'Ada 3')
  const long = '語'.repeat(24)
  const name = freeName(long, [long])
  assert.equal(name, `${'語'.repeat(23)} 2`)
  assert.ok(new TextEncoder().encode(name).length <= nameBytesMax)
})

test('no two townspeople have the same name, up to the most there can be', () => {
  const world = new World(town, { map, random: new Random(3) })
  settle(world, 500)
  const names = [...world.entities('walker')].map(({ name }) => name)
  assert.equal(names.length, 500)
  assert.equal(new Set(names).size, 500)
})
