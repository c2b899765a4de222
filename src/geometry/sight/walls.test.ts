import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import type { Segment } from './lattice.ts'
import { outlines } from './outline.ts'
import { Walls } from './walls.ts'

const wall = (x0: number, y0: number, x1: number, y1: number): Segment => ({ x0, y0, x1, y1 })
const at = (x: number, y: number) => ({ x, y })

test('a wall hides what is behind it, from either side, and nothing beside it', () => {
  const walls = new Walls([wall(10, 0, 10, 10)])
  assert.equal(walls.lineIsClear(at(5, 5), at(15, 5)), false)
  assert.equal(walls.lineIsClear(at(15, 5), at(5, 5)), false)
  assert.equal(walls.lineIsClear(at(5, 5), at(9, 9)), true)
  assert.equal(walls.lineIsClear(at(5, 11), at(15, 11)), true)
})

test('a corner that is touched exactly hides, and one missed by a unit does not', () => {
  const walls = new Walls([wall(10, 0, 10, 10)])
  assert.equal(walls.lineIsClear(at(5, 10), at(15, 10)), false)
  assert.equal(walls.lineIsClear(at(5, 10 + 1 / 256), at(15, 10 + 1 / 256)), true)
})

test('two walls that meet leave no gap', () => {
  const walls = new Walls([wall(0, 7, 10, 10), wall(10, 10, 3, 20)])
  for (let y = 0; y < 20; y += 1 / 64) assert.equal(walls.lineIsClear(at(20, y), at(2, 9)), false, `${y}`)
})

test('whoever stands on a wall sees both of its sides, and not along it', () => {
  const walls = new Walls([wall(0, 0, 10, 0)])
  assert.equal(walls.lineIsClear(at(5, 0), at(5, 3)), true)
  assert.equal(walls.lineIsClear(at(5, 0), at(2, -3)), true)
  assert.equal(walls.lineIsClear(at(5, 0), at(12, 0)), false)
  assert.equal(walls.lineIsClear(at(10, 0), at(12, 0)), true)
  assert.equal(walls.lineIsClear(at(-1, 0), at(12, 0)), false)
})

test('a place always sees itself, on a wall and at a corner too', () => {
  const walls = new Walls([wall(0, 0, 10, 0)])
  for (const place of [at(5, 0), at(10, 0), at(3, 3)]) assert.equal(walls.lineIsClear(place, place), true)
})

test('inside a solid one sees as far as its sides', () => {
  const walls = new Walls(
    outlines([{ kind: 'wall', variety: '', shape: 'box', x0: 0, y0: 0, x1: 10, y1: 10 }]),
  )
  assert.equal(walls.count, 4)
  assert.equal(walls.lineIsClear(at(1, 1), at(9, 8)), true)
  assert.equal(walls.lineIsClear(at(1, 1), at(11, 8)), false)
})

test('walls without a length, and those that are nowhere, hide nothing', () => {
  const walls = new Walls([wall(5, 0, 5, 0), wall(5, 0, 5.0001, 0), wall(Number.NaN, 0, 5, 9)])
  assert.equal(walls.count, 0)
  assert.equal(walls.lineIsClear(at(0, 0), at(10, 0)), true)
})

test('nothing is in sight of a place that is none', () => {
  const walls = new Walls([wall(10, 0, 10, 10)])
  assert.equal(walls.lineIsClear(at(Number.NaN, 0), at(1, 1)), false)
  assert.equal(walls.lineIsClear(at(0, 5), at(Infinity, 5)), false)
  assert.equal(walls.lineIsClear(at(-Infinity, 50), at(Infinity, 50)), true)
})

test('water hides nothing; a tree hides like a polygon of sixteen sides within its circle', () => {
  const circle = { variety: '', shape: 'circle', x: 10, y: 10, radius: 2 } as const
  assert.equal(outlines([{ kind: 'water', ...circle }]).length, 0)
  const walls = new Walls(outlines([{ kind: 'tree', ...circle }]))
  assert.equal(walls.count, 16)
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [1, 3],
  ]) {
    const length = Math.sqrt(dx * dx + dy * dy)
    // A line beside the centre, so far from it: over the circle none is hidden, 3 % inside it all are.
    const isClear = (aside: number): boolean => {
      const [x, y] = [10 - (dy / length) * aside, 10 + (dx / length) * aside]
      return walls.lineIsClear(at(x - dx * 9, y - dy * 9), at(x + dx * 9, y + dy * 9))
    }
    assert.deepEqual([isClear(2.02), isClear(1.94)], [true, false], `${dx} ${dy}`)
  }
})

test('a polygon hides by its sides, either way round', () => {
  const points = [at(0, 0), at(10, 0), at(5, 8)]
  for (const way of [points, points.toReversed()]) {
    const walls = new Walls(outlines([{ kind: 'wall', variety: '', shape: 'polygon', points: way }]))
    assert.equal(walls.lineIsClear(at(-5, 4), at(15, 4)), false)
    assert.equal(walls.lineIsClear(at(-5, 9), at(15, 9)), true)
  }
})

test('an opened wall hides nothing until it is closed again', () => {
  const walls = new Walls()
  const [door] = walls.add([wall(10, 0, 10, 10)])
  const isClear = (): boolean => walls.lineIsClear(at(5, 5), at(15, 5))
  assert.equal(isClear(), false)
  walls.close(door, false)
  assert.equal(isClear(), true)
  walls.close(door, true)
  assert.equal(isClear(), false)
})

test('a ray gets as far as the first wall', () => {
  const walls = new Walls([wall(10, -5, 10, 5), wall(5, -5, 5, 5), wall(7, 0, 8, 0)])
  assert.equal(walls.shareAlong(at(0, 0), at(20, 0)), 0.25)
  assert.equal(walls.shareAlong(at(6, 0), at(16, 0)), 0.1)
  assert.equal(walls.shareAlong(at(0, 9), at(20, 9)), 1)
  assert.equal(walls.shareAlong(at(5, 0), at(6, 0)), 1)
})

/**
 * Answers the same question another way, in whole numbers of any size: how far along both lines do they meet, as
 * fractions? No grid, no rounding.
 */
function isClearExactly(
  walls: readonly Segment[],
  a: { x: number; y: number },
  b: { x: number; y: number },
): boolean {
  const whole = (metres: number): bigint => BigInt(Math.round(metres * 256))
  const [ax, ay, dx, dy] = [whole(a.x), whole(a.y), whole(b.x) - whole(a.x), whole(b.y) - whole(a.y)]
  for (const { x0, y0, x1, y1 } of walls) {
    const [sx, sy] = [whole(x0) - ax, whole(y0) - ay]
    const [ex, ey] = [whole(x1) - whole(x0), whole(y1) - whole(y0)]
    if (ex === 0n && ey === 0n) continue
    let turn = dx * ey - dy * ex
    let along = sx * ey - sy * ex
    let alongWall = sx * dy - sy * dx
    if (turn === 0n) {
      if (alongWall !== 0n || (dx === 0n && dy === 0n)) continue
      const length = dx * dx + dy * dy
      const ends = [sx * dx + sy * dy, (sx + ex) * dx + (sy + ey) * dy].sort((p, q) => (p < q ? -1 : 1))
      if (ends[1] > 0n && ends[0] < length) return false
      continue
    }
    if (turn < 0n) [turn, along, alongWall] = [-turn, -along, -alongWall]
    if (along > 0n && along < turn && alongWall >= 0n && alongWall <= turn) return false
  }
  return true
}

test('on thousands of random maps it agrees with exact arithmetic on every line', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = new Random(seed)
    // On a coarse lattice corners touch, walls overlap and lines run along them all the time; on a fine one hardly
    // ever.
    const side = random.pick([4, 8, 40, 200])
    const step = random.pick([1, 1, 0.25, 1 / 256])
    const place = () =>
      at(random.integer(-2 / step, side / step) * step, random.integer(-2 / step, side / step) * step)
    const segments = Array.from({ length: random.integer(0, 30) }, () => {
      const [from, to] = [place(), place()]
      return random.chance(0.3) ? wall(from.x, from.y, from.x, to.y) : wall(from.x, from.y, to.x, to.y)
    })
    const walls = new Walls(segments)
    for (let i = 0; i < 20; i++) {
      const [a, b] = [place(), place()]
      const truth = isClearExactly(segments, a, b)
      assert.equal(walls.lineIsClear(a, b), truth, `seed ${seed}: ${JSON.stringify([a, b])}`)
      assert.equal(walls.shareAlong(a, b) === 1, truth, `seed ${seed}: ${JSON.stringify([a, b])}`)
    }
  }
})

test('far from everything, at the ends of what is told apart, it still agrees', () => {
  const random = new Random(3)
  const place = () => at(random.integer(-131_072, 131_072), random.integer(-131_072, 131_072))
  const segments = Array.from({ length: 50 }, () => {
    const [from, to] = [place(), place()]
    return wall(from.x, from.y, to.x, to.y)
  })
  const walls = new Walls(segments)
  let hidden = 0
  for (let i = 0; i < 300; i++) {
    const a = place()
    const b = random.chance(0.5) ? place() : at(a.x + random.between(-99, 99), a.y + random.between(-99, 99))
    const truth = isClearExactly(segments, a, b)
    if (!truth) hidden++
    assert.equal(walls.lineIsClear(a, b), truth, JSON.stringify([a, b]))
  }
  assert.ok(hidden > 50 && hidden < 250)
})
