import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Cone } from './direction.ts'
import { unitsOf } from './lattice.ts'
import { Shadow } from './shadow.ts'
import { Walls } from './walls.ts'

test('what was worked out once says of every place the same as the walls do', () => {
  let lit = 0
  for (let seed = 1; seed <= 150; seed++) {
    const random = new Random(seed)
    const side = random.pick([8, 30])
    const step = random.pick([1, 1 / 256])
    const metres = () => random.integer(0, side / step) * step
    const walls = new Walls(
      Array.from({ length: random.integer(0, 25) }, () => ({
        x0: metres(),
        y0: metres(),
        x1: metres(),
        y1: metres(),
      })),
    )
    const cone = random.chance(0.3)
      ? { facing: random.between(0, 6), width: random.between(0, 7) }
      : undefined
    const opening = cone && new Cone(cone)
    const [x, y, reach] = [metres(), metres(), random.pick([0.5, 3, 12, 40])].map(unitsOf)
    const shadow = new Shadow(walls, { x, y, reach, cone })
    for (let i = 0; i < 200; i++) {
      // Corners and sides of its squares too, and places at its very end.
      const far = random.chance(0.2)
      const dx = far ? random.pick([-reach, 0, reach]) : random.integer(-reach - 5, reach + 5)
      const dy = far ? random.integer(-4, 4) * 256 : random.integer(-reach - 5, reach + 5)
      const isWithin = dx * dx + dy * dy <= reach * reach && (!opening || opening.holds(dx, dy))
      const truth = isWithin && walls.isClear(x, y, x + dx, y + dy)
      if (truth) lit++
      assert.equal(shadow.lights(x + dx, y + dy), truth, `seed ${seed}, ${dx} ${dy}`)
    }
  }
  assert.ok(lit > 3000, `${lit}`)
})

test('a place that is none is dark', () => {
  const shadow = new Shadow(new Walls(), { x: 0, y: 0, reach: 2560 })
  assert.deepEqual([shadow.lights(Number.NaN, 0), shadow.lights(0, 0)], [false, true])
})
