import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { Random } from '../../core/index.ts'
import { World } from '../../world/index.ts'
import { emptyMap } from '../map/world-map.ts'
import { Walls } from '../sight/walls.ts'
import { isInside, type Shape } from './shape.ts'

const newWorld = (seed = 1) => new World(field, { map: emptyMap(256, 256), random: new Random(seed) })
const at = (x: number, y: number) => ({ x, y })
const idsOf = (found: readonly { readonly id: number }[]) => found.map(({ id }) => id)

test('within finds what is no further off, its border counted, by id', () => {
  const world = newWorld()
  const far = world.spawn('walker', { position: at(150, 100) })
  const near = world.spawn('walker', { position: at(101, 100) })
  world.spawn('sky', {})
  assert.deepEqual(idsOf(world.query.within(at(100, 100), 50)), [far.id, near.id])
  assert.deepEqual(idsOf(world.query.within(at(100, 100), 49.999)), [near.id])
  assert.deepEqual(idsOf(world.query.within(at(100, 100), Infinity)), [far.id, near.id])
})

test('who is asked for can be said by kind and by a rule', () => {
  const world = newWorld()
  const ada = world.spawn('walker', { position: at(100, 100), health: 50 })
  const bob = world.spawn('walker', { position: at(101, 100), health: 3 })
  const code = world.spawn('secret', { position: at(102, 100), code: 7 })
  assert.deepEqual(idsOf(world.query.within(at(100, 100), 9, { kind: 'secret' })), [code.id])
  assert.deepEqual(
    idsOf(world.query.within(at(100, 100), 9, { kind: 'walker', where: ({ health }) => health < 10 })),
    [bob.id],
  )
  assert.deepEqual(idsOf(world.query.nearest(at(100, 100), 1, { where: ({ id }) => id !== ada.id })), [
    bob.id,
  ])
})

test('of several as near, the one of the least id is the nearest', () => {
  const world = newWorld()
  const people = [103, 97, 100].map((x) => world.spawn('walker', { position: at(x, 100) }))
  assert.deepEqual(idsOf(world.query.nearest(at(100, 100), 2)), [people[2].id, people[0].id])
  assert.deepEqual(idsOf(world.query.nearest(at(100, 100), 9)), idsOf([people[2], people[0], people[1]]))
  assert.deepEqual(idsOf(world.query.nearest(at(100, 100), 9, { radiusMax: 2.9 })), [people[2].id])
  assert.deepEqual(world.query.nearest(at(100, 100), 0), [])
})

test('a ray meets whom it goes through, the nearest first, and from inside at once', () => {
  const world = newWorld()
  const [second, first, aside] = [at(60, 50), at(55, 50.5), at(57, 51.01)].map((position) =>
    world.spawn('walker', { position }),
  )
  const hits = world.query.along(at(50, 50), at(70, 50), { radius: 1 })
  assert.deepEqual(
    hits.map(({ entity, distance }) => [entity.id, Math.round(distance * 1000) / 1000]),
    [
      [first.id, 4.134],
      [second.id, 9],
    ],
  )
  assert.equal(world.query.firstAlong(at(50, 50), at(70, 50), { radius: 1 })?.entity, first)
  assert.equal(world.query.firstAlong(at(57, 51), at(70, 50), { radius: 1 })?.distance, 0)
  assert.equal(world.query.firstAlong(at(57, 51), at(57, 51))?.entity, aside)
  assert.equal(world.query.firstAlong(at(70, 50), at(90, 50)), undefined)
  assert.deepEqual(
    idsOf(
      world.query
        .along(at(50, 50), at(70, 50), { radius: ({ id }) => (id === aside.id ? 2 : 0) })
        .map(({ entity }) => entity),
    ),
    [aside.id, second.id],
  )
})

test('who was teleported is found there at once', () => {
  const world = newWorld()
  const ada = world.spawn('walker', { position: at(10, 10) })
  world.teleport(ada, at(200, 200))
  assert.deepEqual(idsOf(world.query.within(at(200, 200), 1)), [ada.id])
})

test('a wall stops a ray', () => {
  const world = newWorld()
  const bob = world.spawn('walker', { position: at(60, 50) })
  const walls = new Walls([{ x0: 58, y0: 40, x1: 58, y1: 60 }])
  assert.equal(world.query.firstAlong(at(50, 50), at(70, 50), { walls }), undefined)
  assert.equal(world.query.firstAlong(at(70, 50), at(50, 50), { walls })?.entity, bob)
  assert.equal(world.query.firstAlong(at(50, 50), at(70, 50), { radius: 2.5, walls })?.distance, 7.5)
})

test('in a box its sides count; of polygons that meet exactly one has what lies between', () => {
  const world = newWorld()
  const corner = world.spawn('walker', { position: at(40, 40) })
  const middle = world.spawn('walker', { position: at(50, 45) })
  assert.deepEqual(idsOf(world.query.inShape({ x0: 40, y0: 40, x1: 50, y1: 50 })), [corner.id, middle.id])
  const [west, east] = [
    [at(30, 30), at(50, 30), at(50, 60), at(30, 60)],
    [at(70, 30), at(70, 60), at(50, 60), at(50, 30)],
  ]
  assert.deepEqual(idsOf(world.query.inShape(west)), [corner.id])
  assert.deepEqual(idsOf(world.query.inShape(east)), [middle.id])
})

test('what cannot be finds nothing', () => {
  const world = newWorld()
  world.spawn('walker', { position: at(1, 1) })
  const { query } = world
  assert.deepEqual(query.within(at(1, 1), -1), [])
  assert.deepEqual(query.within(at(1, 1), Number.NaN), [])
  assert.deepEqual(query.within(at(Number.NaN, 1), 5), [])
  assert.deepEqual(query.nearest(at(Number.NaN, 1), 5), [])
  assert.deepEqual(query.along(at(1, 1), at(Infinity, 1)), [])
  assert.deepEqual(query.along(at(1, 1), at(5, 1), { radius: -1 }), [])
  assert.deepEqual(query.inShape([]), [])
  assert.deepEqual(query.inShape({ x0: 5, y0: 0, x1: 0, y1: 5 }), [])
})

test('in random worlds, also while everyone moves, it finds what looking at everyone finds', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed)
    const world = newWorld(seed)
    const spot = () => at(random.between(0, 255.9), random.between(0, 255.9))
    const people = Array.from({ length: random.integer(0, 80) }, () =>
      world.spawn(random.pick(['walker', 'secret']), { position: spot() }),
    )
    const near = (value: number) => Math.min(255.9, Math.max(0, value + random.between(-8, 8)))
    for (let round = 0; round < 4; round++) {
      for (const { position } of people) {
        position.x = near(position.x)
        position.y = near(position.y)
      }
      if (people.length > 0 && random.chance(0.3)) world.despawn(people.splice(0, 1)[0])
      const kind = random.pick(['walker', 'secret', undefined] as const)
      const chosen = people.filter((one) => kind === undefined || one.kind === kind)
      const choice = kind ? { kind } : {}
      const [place, target] = [spot(), random.chance(0.2) ? at(random.between(-50, 300), -20) : spot()]
      const squared = ({ position }: (typeof people)[number]) =>
        (position.x - place.x) ** 2 + (position.y - place.y) ** 2
      const radius = random.between(0, 120)
      const where = `seed ${seed}, round ${round}`
      assert.deepEqual(
        idsOf(world.query.within(place, radius, choice)),
        idsOf(chosen.filter((one) => squared(one) <= radius * radius)),
        where,
      )
      const sorted = chosen.toSorted((a, b) => squared(a) - squared(b) || a.id - b.id)
      const count = random.integer(1, 20)
      assert.deepEqual(idsOf(world.query.nearest(place, count, choice)), idsOf(sorted.slice(0, count)), where)
      const polygon = [spot(), spot(), spot()]
      const shape: Shape = random.chance(0.5)
        ? polygon
        : { x0: Math.min(place.x, 90), y0: 10, x1: place.x + 30, y1: 200 }
      assert.deepEqual(
        idsOf(world.query.inShape(shape, choice)),
        idsOf(chosen.filter(({ position }) => isInside(shape, position.x, position.y))),
        where,
      )
      const wide = random.between(0, 20)
      const [dx, dy] = [target.x - place.x, target.y - place.y]
      const met = chosen.filter(({ position }) => {
        const share = ((position.x - place.x) * dx + (position.y - place.y) * dy) / (dx * dx + dy * dy)
        const nearest = Math.min(1, Math.max(0, share))
        return (
          (place.x + dx * nearest - position.x) ** 2 + (place.y + dy * nearest - position.y) ** 2 <= wide ** 2
        )
      })
      const hits = world.query.along(place, target, { ...choice, radius: wide })
      assert.deepEqual(idsOf(hits.map(({ entity }) => entity)).sort(), idsOf(met).sort(), where)
      for (let i = 1; i < hits.length; i++) assert.ok(hits[i].distance >= hits[i - 1].distance, where)
      assert.deepEqual(world.query.firstAlong(place, target, { ...choice, radius: wide }), hits[0], where)
      world.advance()
      world.endTick()
    }
  }
})
