import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from '../../src/lab/index.ts'
import type { ViewChoice } from '../../src/replication/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { field, fieldMap, fieldServer } from '../field/field.ts'

/** Others stand in places of their own, up to so many metres east and west of the first. */
function served(view: ViewChoice) {
  let joined = 0
  return defineServer(field, {
    ...fieldServer.options,
    map: fieldMap,
    view,
    join: ({ world, player }) => {
      const places = [40, 95, 50, 60, 65, 70, 75, 80]
      const x = places[joined++ % places.length]
      return world.spawn('walker', { position: { x, y: 128 }, health: 100, name: player.name })
    },
  })
}

/** Ada watches Bob, 55 m off, who turns all the time. @returns the ticks at which she was told of his place */
async function ticksTold(view: ViewChoice): Promise<number[]> {
  const pair = new Pair(served({ rim: Number.POSITIVE_INFINITY, ...view }), { seed: 5 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(500)
  const inspection = ada.inspect()
  inspection.trace(bob.me?.id ?? 0)
  for (let turn = 0; turn < 60; turn++) {
    bob.command({ east: turn % 2 === 0 ? 1 : -1, north: turn % 3 === 0 ? 1 : -1 })
    await pair.run(50)
  }
  const { trace } = inspection.read()
  // What came before all had been told for the first time does not count.
  return trace.filter(({ what, tick }) => what === 'position' && tick > 20).map(({ tick }) => tick)
}

test('[T23] a game chooses beyond which distance its players are told of a cell every so many ticks', async () => {
  const near = await ticksTold({ newsTicks: 1 })
  assert.ok(near.length > 12 && new Set(near.map((tick) => tick % 5)).size === 5, near.join())
  const far = await ticksTold({ newsTicks: 1, farBeyond: 20, farTicks: 5 })
  assert.ok(far.length >= 8 && far.length < 12, far.join())
  assert.equal(new Set(far.map((tick) => tick % 5)).size, 1, far.join())
})

test('[T24] a game chooses with how many in view the radius shrinks', async () => {
  const seen = async (view: ViewChoice): Promise<number> => {
    const pair = new Pair(served(view), { seed: 6 })
    const ada = await pair.join({ name: 'Ada' })
    for (let i = 0; i < 7; i++) await pair.join({ name: `Bob ${i}` })
    await pair.run(3000)
    return [...ada.entities('walker')].length
  }
  assert.equal(await seen({}), 7, 'who is 55 m off is not within 48')
  const few = await seen({ entitiesMax: 3 })
  assert.ok(few < 7 && few >= 3, `${few}`)
})

test('a choice that is none is refused when the server is made', () => {
  for (const [view, message] of [
    [{ farBeyond: -1 }, /farBeyond of views is -1/],
    [{ farTicks: 2.5 }, /farTicks of views is 2.5/],
    [{ entitiesMax: 0 }, /entitiesMax of views is 0/],
    [{ hysteresis: Number.NaN }, /hysteresis of views is NaN/],
    [{ radius: 3 } as ViewChoice, /views have no radius/],
  ] as const)
    assert.throws(() => new Pair(served(view), { seed: 1 }), { code: 'replication/bad-view', message })
})
