import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Cone } from './direction.ts'
import type { Segment } from './lattice.ts'
import { type Extent, visibilityPolygon } from './visibility.ts'
import { Walls } from './walls.ts'

const wall = (x0: number, y0: number, x1: number, y1: number): Segment => ({ x0, y0, x1, y1 })
const at = (x: number, y: number) => ({ x, y })

/** Returns corners as pairs, rounded to a thousandth, beginning with the least. */
function cornersOf(polygon: Float64Array): string[] {
  const corners: string[] = []
  for (let i = 0; i < polygon.length; i += 2)
    corners.push(
      `${Math.round(polygon[i] * 1000) / 1000 + 0},${Math.round(polygon[i + 1] * 1000) / 1000 + 0}`,
    )
  const first = corners.indexOf(corners.toSorted()[0])
  return [...corners.slice(first), ...corners.slice(0, first)]
}

test('with no walls one sees a square', () => {
  const polygon = visibilityPolygon(new Walls(), at(10, 20), { reach: 4 })
  assert.deepEqual(cornersOf(polygon).sort(), ['14,16', '14,24', '6,16', '6,24'].sort())
})

test('behind a wall is a shadow, up to the end of reach', () => {
  const polygon = visibilityPolygon(new Walls([wall(2, -1, 2, 1)]), at(0, 0), { reach: 4 })
  assert.deepEqual(
    cornersOf(polygon).sort(),
    ['-4,-4', '-4,4', '2,-1', '2,1', '4,-2', '4,-4', '4,2', '4,4'].sort(),
  )
})

test('of two walls that cross, the nearer parts are seen', () => {
  const walls = new Walls([wall(2, -1, 3, 1), wall(3, -1, 2, 1)])
  const corners = cornersOf(visibilityPolygon(walls, at(0, 0), { reach: 4 }))
  for (const corner of ['2,-1', '2.5,0', '2,1']) assert.ok(corners.includes(corner), corners.join(' '))
  assert.ok(!corners.includes('3,1'))
})

test('walls that repeat and overlap are as one', () => {
  const once = visibilityPolygon(new Walls([wall(2, -1, 2, 3)]), at(0, 0), { reach: 4 })
  const often = new Walls([wall(2, -1, 2, 1), wall(2, 1, 2, -1), wall(2, 0, 2, 3), wall(2, 1, 2, 2)])
  assert.deepEqual(cornersOf(visibilityPolygon(often, at(0, 0), { reach: 4 })), cornersOf(once))
})

test('a wall seen from its end hides nothing, and on a wall one sees both sides', () => {
  const free = cornersOf(visibilityPolygon(new Walls(), at(0, 0), { reach: 4 }))
  for (const one of [wall(2, 0, 3, 0), wall(-1, -1, 1, 1), wall(0, 0, 3, 1)])
    assert.deepEqual(cornersOf(visibilityPolygon(new Walls([one]), at(0, 0), { reach: 4 })), free)
})

test('inside a solid one sees its inside', () => {
  const box = [wall(1, 1, 5, 1), wall(5, 1, 5, 4), wall(5, 4, 1, 4), wall(1, 4, 1, 1)]
  const polygon = visibilityPolygon(new Walls(box), at(2, 2), { reach: 50 })
  assert.deepEqual(cornersOf(polygon).sort(), ['1,1', '1,4', '5,1', '5,4'])
})

test('with a cone it is a piece of that, with the point for its tip', () => {
  const polygon = visibilityPolygon(new Walls(), at(0, 0), {
    reach: 4,
    cone: { facing: Math.PI / 2, width: Math.PI / 2 },
  })
  assert.deepEqual(cornersOf(polygon).sort(), ['-4,4', '0,0', '4,4'])
})

test('a cone of a whole turn is none, and one without width is nothing', () => {
  const cone = (width: number) =>
    cornersOf(visibilityPolygon(new Walls(), at(0, 0), { reach: 4, cone: { facing: 1, width } }))
  assert.deepEqual(cone(2 * Math.PI), cone(7))
  assert.equal(cone(7).length, cornersOf(visibilityPolygon(new Walls(), at(0, 0), { reach: 4 })).length)
  assert.deepEqual(cone(0), ['0,0'])
})

test('nothing is seen from nowhere, nor without reach', () => {
  for (const [from, reach] of [
    [at(Number.NaN, 0), 4],
    [at(0, 0), 0],
    [at(0, 0), -3],
    [at(0, 0), Number.NaN],
  ] as const)
    assert.equal(visibilityPolygon(new Walls(), from, { reach }).length, 0)
})

/** Returns how far a ray gets from a point: to the nearest wall or to the square's side, by trying every wall. */
function cast(
  walls: readonly Segment[],
  from: { x: number; y: number },
  to: { x: number; y: number },
): number {
  let nearest = 1
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  for (const { x0, y0, x1, y1 } of walls) {
    const [ex, ey] = [x1 - x0, y1 - y0]
    const turn = dx * ey - dy * ex
    // As the polygon has it: a wall whose line goes through the point shows no side.
    if (turn === 0 || (x0 - from.x) * ey === (y0 - from.y) * ex) continue
    const along = ((x0 - from.x) * ey - (y0 - from.y) * ex) / turn
    const alongWall = ((x0 - from.x) * dy - (y0 - from.y) * dx) / turn
    if (along >= 0 && alongWall >= 0 && alongWall <= 1) nearest = Math.min(nearest, along)
  }
  return nearest
}

/** Returns how far the polygon's border is along the same way: all the shares at which the two meet. */
function borders(
  polygon: Float64Array,
  from: { x: number; y: number },
  to: { x: number; y: number },
): number[] {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const found: number[] = []
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length
    const [sx, sy] = [polygon[i] - from.x, polygon[i + 1] - from.y]
    const [ex, ey] = [polygon[j] - polygon[i], polygon[j + 1] - polygon[i + 1]]
    const turn = dx * ey - dy * ex
    const [along, alongSide] = [(sx * ey - sy * ex) / turn, (sx * dy - sy * dx) / turn]
    // Its sides along the ray, where a shadow begins, are not where the ray ends.
    if (along > 1e-9 && alongSide >= -1e-9 && alongSide <= 1 + 1e-9) found.push(along)
  }
  return found
}

function randomScene(seed: number): { random: Random; segments: Segment[]; from: { x: number; y: number } } {
  const random = new Random(seed)
  const side = random.pick([4, 8, 40])
  const step = random.pick([1, 1, 0.25, 1 / 256])
  const place = () => at(random.integer(0, side / step) * step, random.integer(0, side / step) * step)
  const segments = Array.from({ length: random.integer(0, 40) }, () => {
    const [from, to] = [place(), place()]
    return random.chance(0.3) ? wall(from.x, from.y, from.x, to.y) : wall(from.x, from.y, to.x, to.y)
  })
  return { random, segments, from: place() }
}

test('on thousands of random maps its border is where a ray caster that tries every wall ends', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const { random, segments, from } = randomScene(seed)
    const reach = random.pick([3, 10, 64])
    const cone = random.chance(0.3)
      ? { facing: random.between(-4, 4), width: random.between(0.1, 6.2) }
      : undefined
    const extent: Extent = { reach, cone }
    const polygon = visibilityPolygon(new Walls(segments), from, extent)
    const opening = cone && new Cone(cone)
    for (let i = 0; i < 12; i++) {
      const [east, north] = random.chance(0.5)
        ? [random.pick([-1, 1]), random.between(-1, 1)]
        : [random.between(-1, 1), random.pick([-1, 1])]
      if (opening && !opening.holds(east, north)) continue
      // A hair to either side: a ray that touches a corner may end there or beyond.
      const target = at(from.x + reach * east, from.y + reach * north)
      const sides = [-1e-6, 1e-6].map((turn) =>
        cast(segments, from, at(target.x - turn * north * reach, target.y + turn * east * reach)),
      )
      if (Math.abs(sides[0] - sides[1]) > 1e-3) continue
      if (opening && ![-1e-3, 1e-3].every((turn) => opening.holds(east - turn * north, north + turn * east)))
        continue
      const truth = cast(segments, from, target)
      const told = borders(polygon, from, target)
      const error = Math.min(...told.map((share) => Math.abs(share - truth)))
      assert.ok(error < 1e-3, `seed ${seed}, ray ${i}: ${truth} and ${told.join(' ')}`)
      if (told.length === 1) assert.ok(Math.abs(told[0] - truth) < 1e-3, `seed ${seed}, ray ${i}`)
    }
  }
})

/** Returns whether a point lies in the polygon; undefined when it is too near to the border to say. */
function isInside(polygon: Float64Array, { x, y }: { x: number; y: number }): boolean | undefined {
  let isIn = false
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [x0, y0, x1, y1] = [polygon[j], polygon[j + 1], polygon[i], polygon[i + 1]]
    const [dx, dy] = [x1 - x0, y1 - y0]
    const share = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)))
    if ((x0 + dx * share - x) ** 2 + (y0 + dy * share - y) ** 2 < 1e-4) return undefined
    if (y0 > y !== y1 > y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) isIn = !isIn
  }
  return isIn
}

test('a place lies in the polygon exactly if no wall hides it', () => {
  let compared = 0
  for (let seed = 1; seed <= 1500; seed++) {
    const { random, segments, from } = randomScene(seed)
    const walls = new Walls(segments)
    const polygon = visibilityPolygon(walls, from, { reach: 64 })
    for (let i = 0; i < 15; i++) {
      const place = at(from.x + random.between(-20, 20), from.y + random.between(-20, 20))
      const told = isInside(polygon, place)
      if (told === undefined) continue
      compared++
      assert.equal(told, walls.lineIsClear(from, place), `seed ${seed}: ${JSON.stringify([from, place])}`)
    }
  }
  assert.ok(compared > 15_000)
})
