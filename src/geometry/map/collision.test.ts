import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../../core/index.ts'
import { type Body, Collision } from './collision.ts'
import type { Solid } from './solid-grid.ts'

const radius = 0.4

test('[M5] a body on open ground goes exactly where it is sent', () => {
  const open = new Collision(32, 32, [])
  const body = { x: 10, y: 10 }
  open.slide(body, 0.25, -0.125, radius)
  assert.deepEqual(body, { x: 10.25, y: 9.875 })
})

test('[M10] a body stops at the border of the map, a radius away from it', () => {
  const open = new Collision(32, 16, [])
  const body = { x: 31, y: 15 }
  for (let i = 0; i < 20; i++) open.slide(body, 1, 1, radius)
  assert.deepEqual(body, { x: 32 - radius, y: 16 - radius })
})

test('[M6] walking into a wall at a slant keeps all of the motion along it', () => {
  const along = new Collision(32, 32, [wall(2, 10, 30, 11)])
  const body = { x: 5, y: 11.4 }
  for (let i = 0; i < 20; i++) along.slide(body, 0.25, -0.25, radius)
  assert.ok(Math.abs(body.x - 10) < 1e-9, `${body.x} m east`)
  assert.ok(body.y >= 11.4 && body.y < 11.41, `${body.y} m north`)
})

test('[M6] the seam between two walls that touch does not catch a body sliding over it', () => {
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

test('[M9] a body that begins inside a solid is put beside it', () => {
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

test('[M2] a box slides along walls, and round a tree that it meets at a corner', () => {
  const along = new Collision(32, 32, [wall(2, 10, 12, 11), wall(12, 10, 30, 11), tree(25, 12, 0.5)])
  const body = { x: 5, y: 11.5 }
  const box = { halfWidth: 0.75, halfHeight: 0.25 }
  for (let i = 0; i < 40; i++) along.slide(body, 0.25, -0.25, box)
  assert.ok(Math.abs(body.x - 15) < 1e-9, `${body.x} m east`)
  assert.ok(body.y >= 11.25 && body.y < 11.26, `${body.y} m north`)
  const lifted = { x: 22, y: 12.7 }
  for (let i = 0; i < 40; i++) along.slide(lifted, 0.25, 0, box)
  assert.ok(lifted.x > 28, `${lifted.x} m east`)
})

test('[M3] a box stands free where it touches exactly, of boxes, circles, lines and polygons', () => {
  const somewhere = new Collision(64, 64, [
    wall(4, 4, 8, 8),
    tree(20, 20, 2),
    { kind: 'wall', variety: '', shape: 'line', points: [at(30, 30), at(40, 40)] },
    polygon('water', [50, 4, 60, 4, 55, 12]),
  ])
  const box = { halfWidth: 1, halfHeight: 0.5 }
  for (const [x, y, hair] of [
    [9, 6, [-1, 0]],
    [6, 8.5, [0, -1]],
    [23, 20, [-1, 0]],
    [20, 22.5, [0, -1]],
    [29, 30.5, [1, -1]],
    [55, 12.5, [0, -1]],
  ] as const) {
    assert.equal(somewhere.isFree(x, y, box), true, `${x}, ${y}`)
    assert.equal(somewhere.isFree(x + hair[0] / 512, y + hair[1] / 512, box), false, `nearer than ${x}, ${y}`)
  }
  assert.equal(somewhere.isFree(35.75, 34.75, box), false, 'across the line')
  assert.equal(somewhere.isFree(55, 7, { halfWidth: 0.1, halfHeight: 0.1 }), false, 'in the polygon')
})

test('[M4] a line stops a body that comes at any speed, from either side', () => {
  const fence: Solid = { kind: 'wall', variety: '', shape: 'line', points: [at(16, 0), at(16.5, 32)] }
  const parted = new Collision(32, 32, [fence])
  for (const body of [0.4, 0.05, { halfWidth: 0.3, halfHeight: 0.1 }])
    for (const speed of [0.1, 1, 7, 25, 1e9])
      for (const way of [1, -1]) {
        const walker = { x: 16 - way * 6, y: 16 }
        for (let i = 0; i < 300; i++) parted.slide(walker, way * speed, speed / 16, body)
        assert.ok((walker.x - 16.25) * way < 0.25, `${speed} m a tick took it to ${walker.x}`)
        assert.ok(parted.isFree(walker.x, walker.y, body))
      }
})

test('[M8] a move is cut at 512 times the smaller half of the body', () => {
  const wide = new Collision(4096, 16, [wall(0, 0, 1, 1)])
  const body = { x: 10, y: 8 }
  wide.slide(body, 255.75, 0, 0.5)
  assert.equal(body.x, 265.75)
  wide.slide(body, 3000, 0, 0.5)
  assert.equal(body.x, 265.75 + 256)
})

test('[M9] the nearest free place is the place itself, or beside the solid, and none where nothing is free', () => {
  const somewhere = new Collision(64, 64, [wall(20, 20, 40, 30)])
  assert.deepEqual(somewhere.nearestFree(10, 10, 0.5), at(10, 10))
  const beside = somewhere.nearestFree(30, 29, 0.5)
  assert.ok(beside && Math.abs(beside.x - 30) < 1e-9 && beside.y >= 30.5 && beside.y < 30.51)
  assert.equal(new Collision(64, 64, [wall(-1, -1, 65, 65)]).nearestFree(30, 30, 0.5), undefined)
  const nearlyFull = new Collision(1024, 1024, [wall(-1, -1, 1025, 1000)])
  const far = nearlyFull.nearestFree(512, 20, 0.5)
  assert.ok(far && far.y > 1000, 'a free place a kilometre away is found')
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

test('[M3] a body stands free where it touches nothing, and not a hair nearer', () => {
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
    .array(fc.tuple(place, place), { minLength: 2, maxLength: 4 })
    .map((corners) => ({ ...polygon('wall', corners), shape: 'line' }) as Solid),
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

test('[M4] wherever a body walks at up to 20 m/s and 20 ticks a second, it never stands in a solid', () => {
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

test('[M4] nobody leaves a closed room, however thin its walls and however odd its shape', () => {
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

const anyBody = fc.oneof(
  fc.constantFrom(0.05, 0.4, 1.1),
  fc.record({ halfWidth: fc.constantFrom(0.1, 0.4, 1), halfHeight: fc.constantFrom(0.1, 0.5, 2) }),
)

test('[M4] whatever the body and however fast, it never stands in a solid, nor gets through one', () => {
  const anyLeap = fc.array(
    fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true })),
    {
      maxLength: 30,
    },
  )
  fc.assert(
    fc.property(
      fc.array(anySolid, { maxLength: 24 }),
      place,
      place,
      anyBody,
      anyLeap,
      (solids, x, y, shape, walk) => {
        const somewhere = new Collision(size, size, solids)
        fc.pre(somewhere.isFree(x, y, shape))
        const body = { x, y }
        for (const [dx, dy] of walk) {
          const from = { ...body }
          somewhere.slide(body, dx, dy, shape)
          assert.ok(
            somewhere.isFree(body.x, body.y, shape),
            `at ${body.x}, ${body.y} from ${from.x}, ${from.y}`,
          )
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('[M5] where the way is free, a body goes all of it', () => {
  fc.assert(
    fc.property(
      fc.array(anySolid, { maxLength: 12 }),
      place,
      place,
      anyBody,
      anyWalk,
      (solids, x, y, shape, walk) => {
        const somewhere = new Collision(size, size, solids)
        const body = { x, y }
        for (const [dx, dy] of walk) {
          somewhere.slide(body, dx, dy, shape)
          const [toX, toY] = [body.x + dx, body.y + dy]
          const isOpen = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1].every((share) =>
            somewhere.isFree(
              body.x + dx * share,
              body.y + dy * share,
              grown(shape, 0.08 * Math.hypot(dx, dy) + 1e-6),
            ),
          )
          if (!isOpen) continue
          somewhere.slide(body, dx, dy, shape)
          assert.ok(Math.abs(body.x - toX) < 1e-9 && Math.abs(body.y - toY) < 1e-9)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('[M7] in whatever order the solids come, a body goes the same way, to the bit', () => {
  fc.assert(
    fc.property(
      fc.array(anySolid, { maxLength: 24 }),
      fc.nat(),
      place,
      place,
      anyBody,
      anyWalk,
      (solids, seed, x, y, shape, walk) => {
        const dice = new Random(seed)
        const shuffled = solids
          .map((solid) => ({ solid, rank: dice.next() }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ solid }) => solid)
        const [one, other] = [
          new Collision(size, size, [...solids, ...solids]),
          new Collision(size, size, shuffled),
        ]
        const [body, twin] = [at(x, y), at(x, y)]
        for (const [dx, dy] of walk) {
          one.slide(body, dx, dy, shape)
          other.slide(twin, dx, dy, shape)
          assert.deepEqual(body, twin)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('[M7] a world mirrored at its diagonal moves bodies as its mirror image', () => {
  const random = new Random(11)
  for (let round = 0; round < 40; round++) {
    const solids = Array.from({ length: 20 }, () =>
      random.chance(0.5)
        ? wall(...corners(random))
        : tree(random.between(0, size), random.between(0, size), random.between(0.3, 2)),
    )
    const mirrored = solids.map((solid): Solid => {
      if (solid.shape === 'box') return wall(solid.y0, solid.x0, solid.y1, solid.x1)
      return solid.shape === 'circle' ? tree(solid.y, solid.x, solid.radius) : solid
    })
    const [one, other] = [new Collision(size, size, solids), new Collision(size, size, mirrored)]
    const free = one.nearestFree(random.between(1, 47), random.between(1, 47), radius)
    assert.ok(free)
    const [body, image] = [at(free.x, free.y), at(free.y, free.x)]
    for (let i = 0; i < 200; i++) {
      const [dx, dy] = [random.between(-1, 1), random.between(-1, 1)]
      one.slide(body, dx, dy, radius)
      other.slide(image, dy, dx, radius)
      assert.deepEqual(image, at(body.y, body.x), `round ${round}, step ${i}`)
    }
  }
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
const PINNED = { x: 22.86590619813927, y: 24.196285458654167 }

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

function at(x: number, y: number): { x: number; y: number } {
  return { x, y }
}

function corners(random: Random): [number, number, number, number] {
  const [x, y] = [random.between(0, size), random.between(0, size)]
  return [x, y, x + random.between(0.3, 6), y + random.between(0.3, 6)]
}

function grown(body: Body, by: number): Body {
  if (typeof body === 'number') return body + by
  return { halfWidth: body.halfWidth + by, halfHeight: body.halfHeight + by }
}

/** Makes a polygon of eight corners around (x, y), often not convex, never crossing itself. */
function star(x: number, y: number, reach: number, shares: readonly number[]): [number, number][] {
  const ways = [1, 0, 0.7, 0.7, 0, 1, -0.7, 0.7, -1, 0, -0.7, -0.7, 0, -1, 0.7, -0.7]
  return shares.map((share, i) => [x + ways[2 * i] * reach * share, y + ways[2 * i + 1] * reach * share])
}
