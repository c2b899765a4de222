import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomMap } from '../../test/browser/steps.ts'
import { field } from '../../test/field/field.ts'
import { Random } from '../core/index.ts'
import { emptyMap } from '../geometry/index.ts'
import { BODY_RADIUS } from './body-radius.ts'
import { gameOn } from './realm/realm.ts'
import { World } from './world.ts'

const game = gameOn(field, { width: 128, height: 128 })

/** Spawns two hundred walkers on open ground. */
function crowd() {
  const world = new World(game, { map: emptyMap(128, 128), random: new Random(3) })
  for (let i = 0; i < 200; i++) {
    const [x, y] = [world.random.between(1, 127), world.random.between(1, 127)]
    world.spawn('walker', { position: { x, y } })
  }
  return world
}

test('[M17] whoever stands in a wall of the new map is set free, near by, and all are counted', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const map = randomMap(seed)
    const [world, twin] = [crowd(), crowd()]
    const before = [...world.entities('walker')].map(({ position }) => ({ ...position }))
    const caught = before.filter(({ x, y }) => !map.isFree(x, y, BODY_RADIUS)).length
    assert.ok(caught > 5, `seed ${seed}: ${caught} are caught`)
    assert.deepEqual(world.replaceMap(map), { freed: caught, stuck: 0 })
    twin.replaceMap(randomMap(seed))
    const after = [...world.entities('walker')].map(({ position }) => position)
    assert.deepEqual(
      after,
      [...twin.entities('walker')].map(({ position }) => position),
    )
    for (const [i, { x, y }] of after.entries()) {
      assert.ok(map.isFree(x, y, BODY_RADIUS), `seed ${seed}: ${x}, ${y}`)
      if (map.isFree(before[i].x, before[i].y, BODY_RADIUS)) assert.deepEqual(after[i], before[i])
      else
        assert.ok(
          isNearest(map, before[i], after[i]),
          `seed ${seed}: from ${before[i].x}, ${before[i].y} to ${x}, ${y}`,
        )
    }
    assert.equal(world.map, map)
  }
})

test('[M17] who cannot be set free is counted and stays; who has no body stays anyhow', () => {
  const world = crowd()
  const full = randomMap(1)
  const everywhere = { kind: 'wall', variety: '', shape: 'box', x0: -1, y0: -1, x1: 129, y1: 129 } as const
  assert.deepEqual(
    world.replaceMap(full, () => undefined),
    { freed: 0, stuck: 0 },
  )
  const blocked = { ...full, isFree: () => false, nearestFree: () => undefined, solids: [everywhere] }
  assert.deepEqual(world.replaceMap(blocked), { freed: 0, stuck: 200 })
  assert.throws(() => world.replaceMap(emptyMap(64, 64)), { code: 'world/wrong-map' })
})

/** Returns whether no place on a fine grid is both free and much nearer. */
function isNearest(
  map: ReturnType<typeof randomMap>,
  from: { x: number; y: number },
  to: { x: number; y: number },
): boolean {
  const far = Math.hypot(to.x - from.x, to.y - from.y)
  for (let ring = 0; ring < far - 0.4; ring += 0.1)
    for (let i = 0; i < 32; i++) {
      const [x, y] = [from.x + ring * Math.cos(i / 5.09), from.y + ring * Math.sin(i / 5.09)]
      if (map.isFree(x, y, BODY_RADIUS)) return false
    }
  return true
}
