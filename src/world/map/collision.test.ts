import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../../core/index.ts'
import { Collision } from './collision.ts'
import type { Solid } from './solid-grid.ts'

const radius = 0.4

test('a body on open ground goes exactly where it is sent', () => {
  const open = new Collision(32, 32, [])
  const body = { x: 10, y: 10 }
  open.slide(body, 0.25, -0.125, radius)
  assert.deepEqual(body, { x: 10.25, y: 9.875 })
})

test('a body stops at the border of the map, a radius away from it', () => {
  const open = new Collision(32, 16, [])
  const body = { x: 31, y: 15 }
  for (let i = 0; i < 20; i++) open.slide(body, 1, 1, radius)
  assert.deepEqual(body, { x: 32 - radius, y: 16 - radius })
})

test('walking into a wall at a slant keeps all of the motion along it', () => {
  const along = new Collision(32, 32, [wall(2, 10, 30, 11)])
  const body = { x: 5, y: 11.4 }
  for (let i = 0; i < 20; i++) along.slide(body, 0.25, -0.25, radius)
  assert.ok(Math.abs(body.x - 10) < 1e-9, `${body.x} m east`)
  assert.ok(body.y >= 11.4 && body.y < 11.41, `${body.y} m north`)
})

test('the seam between two walls that touch does not catch a body sliding over it', () => {
  const seams = Array.from({ length: 20 }, (_, i) => wall(2 + i, 10, 3 + i, 11))
  const along = new Collision(32, 32, seams)
  const body = { x: 3, y: 11.4 }
  for (let i = 0; i < 60; i++) along.slide(body, 0.25, -0.2, radius)
  assert.ok(Math.abs(body.x - 18) < 0.05, `${body.x} m east`)
})

test('walking against a slanting bank slides along it', () => {
  const bank: Solid = polygon('water', [0, 0, 32, 0, 32, 30, 0, 10])
  const beside = new Collision(32, 32, [bank])
  const body = { x: 4, y: 14 }
  for (let i = 0; i < 40; i++) beside.slide(body, 0, -0.25, radius)
  assert.ok(body.x < 3, 'the bank falls to the west, so that is where one slides')
  assert.ok(beside.isFree(body.x, body.y, radius))
})

test('a body walks round a tree it meets off centre', () => {
  const orchard = new Collision(32, 32, [tree(16, 16, 1)])
  const body = { x: 10, y: 16.3 }
  for (let i = 0; i < 60; i++) orchard.slide(body, 0.25, 0, radius)
  assert.ok(body.x > 20, `${body.x} m east`)
})

test('a door as wide as the body lets it through, a narrower one does not', () => {
  for (const [gap, passes] of [
    [0.82, true],
    [0.78, false],
  ] as const) {
    const wallWithDoor = new Collision(32, 32, [
      wall(0, 10, 16 - gap / 2, 10.5),
      wall(16 + gap / 2, 10, 32, 10.5),
    ])
    const body = { x: 16, y: 9 }
    for (let i = 0; i < 20; i++) wallWithDoor.slide(body, 0, 0.25, radius)
    assert.equal(body.y > 12, passes, `a gap of ${gap} m`)
  }
})

test('a body that begins inside a solid is put beside it', () => {
  const solids = [wall(4, 4, 12, 8), tree(22, 22, 3), polygon('water', [16, 4, 28, 4, 28, 14, 22, 7, 16, 14])]
  const somewhere = new Collision(32, 32, solids)
  for (const [x, y] of [
    [8, 6],
    [4, 8],
    [22, 22],
    [22, 23],
    [17, 8],
    [27.5, 5],
    [22, 6.9],
  ]) {
    const body = { x, y }
    assert.equal(somewhere.isFree(x, y, radius), false)
    somewhere.slide(body, 0, 0, radius)
    assert.ok(somewhere.isFree(body.x, body.y, radius), `from ${x}, ${y} to ${body.x}, ${body.y}`)
  }
})

test('a body walled in by overlapping solids finds a free place near by', () => {
  const heap = Array.from({ length: 9 }, (_, i) => wall(8 + i, 8, 10.5 + i, 20))
  const somewhere = new Collision(32, 32, heap)
  const body = { x: 13, y: 14 }
  somewhere.slide(body, 0, 0, radius)
  assert.ok(somewhere.isFree(body.x, body.y, radius))
})

test('nonsense does not throw and does not move anyone to nowhere', () => {
  const open = new Collision(32, 32, [])
  for (const wrong of [Number.NaN, Infinity, -Infinity]) {
    const body = { x: 3, y: wrong }
    open.slide(body, wrong, 1, radius)
    open.slide(body, 1, wrong, wrong)
    assert.ok(open.isFree(body.x, body.y, radius))
  }
  const tiny = new Collision(0.5, 0.5, [wall(0, 0, 1, 1)])
  const body = { x: 0.2, y: 0.2 }
  tiny.slide(body, 1, 1, radius)
  assert.deepEqual(body, { x: 0.25, y: 0.25 })
})

test('a body stands free where it touches nothing, and not a hair nearer', () => {
  const somewhere = new Collision(32, 32, [wall(4, 4, 8, 8), polygon('water', [20, 4, 28, 4, 24, 12])])
  assert.equal(somewhere.isFree(8.4, 6, 0.4), true)
  assert.equal(somewhere.isFree(8.399, 6, 0.4), false)
  assert.equal(somewhere.isFree(24, 8, 0.1), false, 'in the middle of a polygon')
  assert.equal(somewhere.isFree(24, 12.5, 0.5), true)
  assert.equal(somewhere.isFree(0.39, 6, 0.4), false, 'over the border')
})

test('walls and trees hide what is behind them, water does not', () => {
  const somewhere = new Collision(64, 64, [
    wall(10, 10, 12, 20),
    tree(30, 30, 1),
    polygon('water', [40, 0, 44, 0, 44, 64, 40, 64]),
    polygon('wall', [50, 50, 54, 50, 54, 54, 50, 54]),
  ])
  assert.equal(somewhere.lineIsClear(5, 15, 20, 15), false)
  assert.equal(somewhere.lineIsClear(5, 21, 20, 21), true)
  assert.equal(somewhere.lineIsClear(11, 5, 11, 9.9), true)
  assert.equal(somewhere.lineIsClear(11, 5, 11, 25), false)
  assert.equal(somewhere.lineIsClear(25, 25, 35, 35), false)
  assert.equal(somewhere.lineIsClear(35, 35, 25, 25), false)
  assert.equal(somewhere.lineIsClear(25, 28, 35, 38), true)
  assert.equal(somewhere.lineIsClear(38, 5, 48, 60), true)
  assert.equal(somewhere.lineIsClear(48, 52, 60, 52), false)
  assert.equal(somewhere.lineIsClear(52, 52, 52.5, 52.5), false, 'inside a wall')
  assert.equal(somewhere.lineIsClear(-5, 15, 70, 15), false, 'from outside the map to outside it')
  assert.equal(somewhere.lineIsClear(Number.NaN, 15, 70, 15), false)
})

const size = 48
const place = fc.integer({ min: 50, max: size * 100 - 50 }).map((cm) => cm / 100)
const extent = fc.integer({ min: 25, max: 1200 }).map((cm) => cm / 100)
const anySolid: fc.Arbitrary<Solid> = fc.oneof(
  fc.tuple(place, place, extent, extent).map(([x, y, w, h]) => wall(x, y, x + w, y + h)),
  fc.tuple(place, place, extent).map(([x, y, r]) => tree(x, y, r / 2)),
  fc
    .tuple(
      place,
      place,
      extent,
      fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
    )
    .map(([x, y, reach, shares]) => polygon('water', star(x, y, reach, shares))),
)
const anyWalk = fc.array(
  fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
  {
    minLength: 1,
    maxLength: 60,
  },
)

test('wherever a body walks at up to 20 m/s and 20 ticks a second, it never stands in a solid', () => {
  fc.assert(
    fc.property(fc.array(anySolid, { maxLength: 24 }), place, place, anyWalk, (solids, x, y, walk) => {
      const somewhere = new Collision(size, size, solids)
      fc.pre(somewhere.isFree(x, y, radius))
      const body = { x, y }
      for (const [dx, dy] of walk) {
        somewhere.slide(body, dx, dy, radius)
        assert.ok(somewhere.isFree(body.x, body.y, radius), `at ${body.x}, ${body.y}`)
      }
    }),
    { numRuns: 400 },
  )
})

test('nobody leaves a closed room, however thin its walls and however odd its shape', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.35, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
      anyWalk,
      (shares, walk) => {
        const corners = star(24, 24, 10, shares)
        const thin = 0.05
        const room = corners.map(([x0, y0], i) => {
          const [x1, y1] = corners[(i + 1) % corners.length]
          return polygon(
            'wall',
            [
              x0,
              y0,
              x1,
              y1,
              x1 + (x1 - 24) * thin,
              y1 + (y1 - 24) * thin,
              x0 + (x0 - 24) * thin,
              y0 + (y0 - 24) * thin,
            ].flat(),
          )
        })
        const somewhere = new Collision(size, size, room)
        const body = { x: 24, y: 24 }
        for (let round = 0; round < 4; round++) {
          for (const [dx, dy] of walk) somewhere.slide(body, dx, dy, radius)
        }
        const alone = new Collision(size, size, [polygon('water', corners)])
        assert.equal(alone.isFree(body.x, body.y, 0), false, `escaped to ${body.x}, ${body.y}`)
      },
    ),
    { numRuns: 200 },
  )
})

test('what can be walked in a straight line can be seen along it', () => {
  fc.assert(
    fc.property(
      fc.array(anySolid, { maxLength: 12 }),
      place,
      place,
      place,
      place,
      (solids, x0, y0, x1, y1) => {
        const somewhere = new Collision(
          size,
          size,
          solids.map((solid) => ({ ...solid, kind: 'wall' })),
        )
        let isBlocked = false
        let nearest = true
        for (let i = 0; i <= 400; i++) {
          const x = x0 + ((x1 - x0) * i) / 400
          const y = y0 + ((y1 - y0) * i) / 400
          if (!somewhere.isFree(x, y, 0)) isBlocked = true
          if (!somewhere.isFree(x, y, 0.2)) nearest = false
        }
        const sees = somewhere.lineIsClear(x0, y0, x1, y1)
        if (isBlocked) assert.equal(sees, false)
        if (nearest) assert.equal(sees, true)
      },
    ),
    { numRuns: 400 },
  )
})

test('the same walk over the same map ends at the same bits', () => {
  const random = new Random(7)
  const solids: Solid[] = []
  for (let i = 0; i < 60; i++) {
    const x = random.between(0, size)
    const y = random.between(0, size)
    if (i % 3 === 0) solids.push(wall(x, y, x + random.between(0.3, 4), y + random.between(0.3, 4)))
    else if (i % 3 === 1) solids.push(tree(x, y, random.between(0.3, 2)))
    else solids.push(polygon('water', [x, y, x + 3, y + 1, x + 2, y + 4]))
  }
  const somewhere = new Collision(size, size, solids)
  const body = { x: 24, y: 24 }
  for (let i = 0; i < 2000; i++)
    somewhere.slide(body, random.between(-0.5, 0.5), random.between(-0.5, 0.5), radius)
  assert.deepEqual(body, PINNED)
})

/** Found once by running it; a browser must find the same. */
const PINNED = { x: 22.866008462099952, y: 24.196285458654167 }

function wall(x0: number, y0: number, x1: number, y1: number): Solid {
  return { kind: 'wall', variety: '', shape: 'box', x0, y0, x1, y1 }
}

function tree(x: number, y: number, r: number): Solid {
  return { kind: 'tree', variety: '', shape: 'circle', x, y, radius: r }
}

function polygon(kind: 'wall' | 'water', corners: readonly number[] | readonly [number, number][]): Solid {
  const flat = corners.flat()
  const points = Array.from({ length: flat.length / 2 }, (_, i) => ({ x: flat[2 * i], y: flat[2 * i + 1] }))
  return { kind, variety: '', shape: 'polygon', points }
}

/** A polygon of eight corners around (x, y), often not convex, never crossing itself. */
function star(x: number, y: number, reach: number, shares: readonly number[]): [number, number][] {
  const ways = [1, 0, 0.7, 0.7, 0, 1, -0.7, 0.7, -1, 0, -0.7, -0.7, 0, -1, 0.7, -0.7]
  return shares.map((share, i) => [x + ways[2 * i] * reach * share, y + ways[2 * i + 1] * reach * share])
}
