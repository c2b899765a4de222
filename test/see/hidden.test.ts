/** What is restricted: who is asked of it, and where it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from '../../src/lab/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { field, fieldServer } from '../field/field.ts'

const RADIUS = 30
/** Metres: what is followed already is so for a cell more. */
const CELL = field.map.cellSize
/** How far east of the player in the middle something hidden stands, tick by tick. */
const pathOf = (from: number, to: number): number[] =>
  Array.from({ length: 81 }, (_, i) => from + ((to - from) * i) / 80)

test('[T42] whether a player may know of what is hidden is asked only of what is within the radius', async () => {
  const asked = new Set<number>()
  const definition = defineServer(field, {
    ...fieldServer.options,
    viewRadius: RADIUS,
    begin({ world }) {
      for (const x of [5, 60, 70, 119])
        world.spawn('walker', { position: { x, y: 64 }, health: 9, name: 'Hider' }, { isRestricted: true })
    },
    join: ({ world, player: { name } }) =>
      world.spawn('walker', { position: { x: 64, y: 64 }, health: 50, name }),
    canSee({ entity }) {
      assert.ok(entity.kind === 'walker')
      asked.add(entity.position.x)
      return true
    },
  })
  const pair = new Pair(definition, { seed: 1 })
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(1000)
  assert.deepEqual([...asked].sort(), [60, 70])
  assert.equal([...ada.entities('walker')].length, 3)
})

test('[T42] what is hidden and may be known comes into view at the radius, and leaves it a cell beyond', async () => {
  const places = [...pathOf(RADIUS + CELL + 8, RADIUS - 4), ...pathOf(RADIUS - 4, RADIUS + CELL + 8)]
  const definition = defineServer(field, {
    ...fieldServer.options,
    viewRadius: RADIUS,
    begin: ({ world }) =>
      void world.spawn(
        'walker',
        { position: { x: 20 + places[0], y: 64 }, health: 9, name: 'Hider' },
        { isRestricted: true },
      ),
    join: ({ world, player: { name } }) =>
      world.spawn('walker', { position: { x: 20, y: 64 }, health: 50, name }),
    update({ world }) {
      for (const walker of world.entities('walker'))
        if (walker.name === 'Hider') walker.position.x = 20 + (places.shift() ?? 0)
    },
    canSee: () => true,
  })
  const pair = new Pair(definition, { seed: 2 })
  const ada = await pair.join({ name: 'Ada' })
  const distance = (): number => {
    for (const { name, position } of pair.host.world.entities('walker'))
      if (name === 'Hider') return Math.ceil(position.x - 20)
    return 0
  }
  const heard: string[] = []
  ada.onEnter('walker', ({ name }) => {
    // Ada herself was there before anybody listened.
    if (name === 'Hider') heard.push(`enters within ${distance()}`)
  })
  ada.onLeave('walker', (_, why) => heard.push(`${why} within ${distance()}`))
  await pair.run(7900)
  assert.deepEqual(heard, [`enters within ${RADIUS}`, `out of range within ${RADIUS + CELL + 1}`])
})
