import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integer, record } from '../wire/index.ts'
import { entity, reference } from './entity.ts'
import { defineGame } from './game.ts'
import { motion } from './position.ts'

const walker = entity({
  position: motion({ tolerance: 1, speedMax: 5 }),
  health: integer({ min: 0, max: 9 }),
})
const basis = {
  name: 'field',
  version: '1',
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'walker',
  entities: { walker, sky: entity({ rain: integer({ min: 0, max: 9 }) }) },
  command: record({ east: integer({ min: -1, max: 1 }) }),
  step: () => {},
} as const

test('a game has 20 ticks a second unless it says otherwise, 1 to 128', () => {
  assert.equal(defineGame(basis).ticksPerSecond, 20)
  assert.equal(defineGame(basis).secondsPerTick, 0.05)
  for (const ticksPerSecond of [1, 128])
    assert.equal(defineGame({ ...basis, ticksPerSecond }).ticksPerSecond, ticksPerSecond)
  for (const ticksPerSecond of [0, 129, 12.5, Number.NaN])
    assert.throws(() => defineGame({ ...basis, ticksPerSecond }), { code: 'world/bad-game' })
})

test('a map is whole cells of at least 1 m, 1 to 4096 a side', () => {
  const map = (width: number, cellSize: number) =>
    defineGame({ ...basis, map: { width, height: width, cellSize } })
  assert.equal(map(4096, 1).map.width, 4096)
  assert.equal(map(32, 32).map.width, 32)
  for (const [width, cellSize] of [
    [4097, 1],
    [33, 32],
    [0, 32],
    [-32, 32],
    [16, 0.5],
    [Number.NaN, 32],
  ])
    assert.throws(() => map(width, cellSize), { code: 'world/bad-game' }, `${width} in ${cellSize}`)
})

test('a player is an entity with a position', () => {
  assert.throws(() => defineGame({ ...basis, player: 'sky' }), { code: 'world/bad-game' })
  assert.throws(() => defineGame({ ...basis, player: 'dragon' as never }), { code: 'world/bad-game' })
})

test('256 events are a game, 257 are too many for their place on the wire', () => {
  const events = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${i}`, record({ who: reference() })]))
  assert.equal(defineGame({ ...basis, events: events(256) }).eventNames.length, 256)
  assert.throws(() => defineGame({ ...basis, events: events(257) }), { code: 'world/bad-game' })
})

test('the order in which things are described makes no difference, and everything else does', () => {
  const { walker, sky } = basis.entities
  const same = defineGame({ ...basis, entities: { sky, walker } })
  const { fingerprint } = defineGame(basis)
  assert.equal(same.fingerprint, fingerprint)
  assert.match(fingerprint, /^[0-9a-f]{16}$/)
  const others = [
    { version: '2' },
    { name: 'meadow' },
    { ticksPerSecond: 30 },
    { map: { width: 96, height: 64, cellSize: 32 } },
    { command: record({ east: integer({ min: -1, max: 2 }) }) },
    { events: { said: record({ who: reference() }) } },
    { requests: { ask: { ask: record({}), reply: record({}) } } },
    { entities: { walker, sky: entity({ rain: integer({ min: 0, max: 8 }) }) } },
  ].map((change) => defineGame({ ...basis, ...change } as typeof basis).fingerprint)
  assert.equal(new Set([fingerprint, ...others]).size, others.length + 1)
})
