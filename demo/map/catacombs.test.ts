import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseMap } from 'shardless'
import { bodyRadius, town } from '../game/town.ts'
import { planCatacombs } from './catacombs-plan.ts'
import { walkedFrom } from './walked.ts'

const read = (name: string): string => readFileSync(new URL(`./${name}.tmj`, import.meta.url), 'utf8')
const maps = {
  town: parseMap(JSON.parse(read('town')), 'town.tmj'),
  catacombs: parseMap(JSON.parse(read('catacombs')), 'catacombs.tmj'),
}

test('the map is what its script makes', () => {
  assert.ok(
    read('catacombs') === planCatacombs(),
    'catacombs.tmj is not what make-maps.node.ts makes; run it again',
  )
})

test('its sides are whole cells of the game', () => {
  const { width, height } = maps.catacombs
  assert.deepEqual([width % town.map.cellSize, height % town.map.cellSize], [0, 0])
})

for (const [name, start] of [
  ['town', maps.town.spawns[0]],
  ['catacombs', maps.catacombs.place('cellar')],
] as const)
  test(`${name}: all stairs can be walked to, and lead to a landing that can be left again`, () => {
    const reached = walkedFrom(maps[name], start!, bodyRadius)
    const { portals } = maps[name]
    assert.equal(portals.length, 2)
    for (const { x, y, width, height, properties } of portals) {
      assert.ok(reached.has({ x: x + width / 2, y: y + height / 2 }), `portal to ${properties.place}`)
      const other = maps[properties.map as keyof typeof maps]
      const landing = other.place(String(properties.place))!
      assert.ok(other.isFree(landing.x, landing.y, bodyRadius), String(properties.place))
      assert.ok(!other.portals.some((area) => isWithin(area, landing)), String(properties.place))
    }
    for (const { x, y } of maps[name].objects.filter(({ kind }) => kind === 'landing'))
      assert.ok(reached.has({ x, y }), `landing at ${x}, ${y}`)
  })

function isWithin(
  area: { x: number; y: number; width: number; height: number },
  { x, y }: { x: number; y: number },
): boolean {
  return x > area.x && x < area.x + area.width && y > area.y && y < area.y + area.height
}
