import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseMap, type WorldMap } from 'shardless'
import { bodyRadius, town } from '../game/town.ts'
import { planTown } from './town-plan.ts'
import { walkedFrom } from './walked.ts'

const file = readFileSync(new URL('./town.tmj', import.meta.url), 'utf8')
const map = parseMap(JSON.parse(file), 'town.tmj')

test('the map is what its script makes', () => {
  assert.ok(file === planTown(), 'town.tmj is not what make-maps.node.ts makes; run it again')
})

test('the map is as large as the game says', () => {
  assert.deepEqual([map.width, map.height], [town.map.width, town.map.height])
})

test('from every place where players begin one can walk to every other', () => {
  const reached = walkedFrom(map, map.spawns[0], bodyRadius)
  const lost = map.spawns.filter((spawn) => !reached.has(spawn))
  assert.ok(map.spawns.length >= 50)
  assert.deepEqual(lost, [])
})

test('every house can be walked into', () => {
  const reached = walkedFrom(map, map.spawns[0], bodyRadius)
  const floors = map.decor.filter(({ kind }) => kind === 'floor')
  const closed = floors.filter(({ points }) => {
    const x = points.reduce((sum, point) => sum + point.x, 0) / points.length
    const y = points.reduce((sum, point) => sum + point.y, 0) / points.length
    return !reached.has({ x, y })
  })
  assert.ok(floors.length > 100)
  assert.deepEqual(closed, [])
})

test('streets are free of everything solid for at least 3 m', () => {
  const streets = map.decor.filter(({ kind }) => kind === 'street')
  assert.ok(streets.length > 20)
  for (const { name, points, properties } of streets) {
    assert.ok(Number(properties.width) >= 3, `${name} is ${properties.width} m wide`)
    for (let i = 1; i < points.length; i++) {
      for (let share = 0; share < 1; share += 0.1) {
        const x = points[i - 1].x + (points[i].x - points[i - 1].x) * share
        const y = points[i - 1].y + (points[i].y - points[i - 1].y) * share
        const isOnMap = x > 2 && y > 2 && x < map.width - 2 && y < map.height - 2
        if (isOnMap)
          assert.ok(map.isFree(x, y, 1.5), `${name} is blocked at ${x.toFixed(1)}, ${y.toFixed(1)}`)
      }
    }
  }
})

test('the river parts the town, and its bridges join it', () => {
  const bridges = map.decor.filter(({ kind }) => kind === 'bridge')
  assert.equal(bridges.length, 4)
  const walled = {
    ...map,
    isFree: (x: number, y: number, radius: number) => map.isFree(x, y, radius) && !isNear(bridges, x, y),
  }
  const reached = walkedFrom(walled, { x: 256, y: 256 }, bodyRadius)
  assert.equal(reached.has({ x: 256, y: 160 }), false)
})

function isNear(things: WorldMap['decor'], x: number, y: number): boolean {
  return things.some(({ points }) => {
    const middle = { x: (points[0].x + points[2].x) / 2, y: (points[0].y + points[2].y) / 2 }
    return Math.hypot(x - middle.x, y - middle.y) < 9
  })
}
