import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Cone } from './direction.ts'
import type { Segment } from './lattice.ts'
import { Sight, type SightOptions, type Visible } from './sight.ts'

const wall = (x0: number, y0: number, x1: number, y1: number): Segment => ({ x0, y0, x1, y1 })
const at = (x: number, y: number) => ({ x, y })
const one = (id: number, x: number, y: number) => ({ id, position: at(x, y) })

/** Makes a sight by day, without lingering, unless the options say otherwise. */
function newSight(options: Partial<SightOptions> = {}): Sight {
  const sight = new Sight({ reach: 20, lingerTicks: 0, ...options })
  sight.isDay = true
  return sight
}

test('by day one sees as far as reach, to the very end', () => {
  const sight = newSight()
  assert.equal(sight.canSee(one(1, 0, 0), one(2, 20, 0), 1), true)
  assert.equal(sight.canSee(one(1, 0, 0), one(2, 20 + 1 / 256, 0), 1), false)
})

test('nobody is seen through a wall, but one who is near is known of', () => {
  const sight = newSight({ walls: [wall(5, -9, 5, 9)], near: 2 })
  assert.equal(sight.canSee(one(1, 0, 0), one(2, 6, 0), 1), false)
  assert.equal(sight.canSee(one(1, 4, 0), one(2, 6, 0), 1), true)
  assert.equal(sight.canSee(one(1, 3.9, 0), one(2, 6, 0), 1), false)
})

test('of itself one always knows', () => {
  const sight = newSight({ near: 0, fieldOfView: 1 })
  assert.equal(sight.canSee(one(1, 0, 0), one(1, 0, 0), 1), true)
})

test('at night one sees what is lit', () => {
  const sight = newSight()
  sight.isDay = false
  const [ada, bob] = [one(1, 0, 0), one(2, 15, 0)]
  assert.equal(sight.canSee(ada, bob, 1), false)
  const lamp = sight.light({ at: at(15, 4), reach: 4 })
  assert.equal(sight.canSee(ada, bob, 1), true)
  assert.equal(sight.canSee(bob, ada, 1), false)
  lamp.isOn = false
  assert.equal(sight.canSee(ada, bob, 2), false)
  lamp.isOn = true
  assert.equal(sight.canSee(ada, bob, 3), true)
  sight.removeLight(lamp)
  assert.equal(sight.canSee(ada, bob, 3), false)
})

test('a lantern goes where it is carried', () => {
  const sight = newSight()
  sight.isDay = false
  const [ada, bob] = [one(1, 0, 0), one(2, 15, 0)]
  sight.light({ at: bob.position, reach: 3, isMoving: true })
  assert.equal(sight.canSee(ada, bob, 1), true)
  const carl = one(3, 0, 10)
  assert.equal(sight.canSee(ada, carl, 1), false)
  bob.position.x = 1
  bob.position.y = 11
  assert.equal(sight.canSee(ada, carl, 2), true)
  assert.equal(sight.isLit(at(15, 0)), false)
})

test('a light shines one way with a cone, and can be turned', () => {
  const sight = newSight()
  sight.isDay = false
  const lamp = sight.light({ at: at(0, 0), reach: 10, cone: { facing: 0, width: 1 } })
  assert.deepEqual([sight.isLit(at(5, 0)), sight.isLit(at(-5, 0))], [true, false])
  lamp.turn({ facing: Math.PI, width: 1 })
  assert.deepEqual([sight.isLit(at(5, 0)), sight.isLit(at(-5, 0))], [false, true])
  lamp.turn(undefined)
  assert.deepEqual([sight.isLit(at(5, 0)), sight.isLit(at(-5, 0))], [true, true])
})

test('a light does not shine through walls, and an open door lets it through', () => {
  const sight = newSight({ walls: [wall(5, -20, 5, -1), wall(5, 1, 5, 20)] })
  sight.isDay = false
  const lamp = sight.light({ at: at(0, 0), reach: 10 })
  const door = sight.door([wall(5, -1, 5, 1)])
  const shadow = lamp.polygon
  assert.deepEqual([door.isOpen, sight.isLit(at(7, 0)), sight.isLit(at(4, 3))], [false, false, true])
  door.isOpen = true
  assert.deepEqual([sight.isLit(at(7, 0)), sight.lineIsClear(at(0, 0), at(7, 0))], [true, true])
  assert.notDeepEqual(lamp.polygon, shadow)
  door.isOpen = false
  assert.equal(sight.isLit(at(7, 0)), false)
  assert.deepEqual(lamp.polygon, shadow)
})

test('a light keeps its shadows while doors move elsewhere', () => {
  const sight = newSight()
  const lamp = sight.light({ at: at(0, 0), reach: 10 })
  const { polygon } = lamp
  const door = sight.door([wall(50, 0, 52, 0)])
  door.isOpen = true
  assert.equal(lamp.polygon, polygon)
})

test('with a field of view one sees where one looks', () => {
  const sight = newSight({ fieldOfView: Math.PI / 2 })
  const [ada, bob] = [one(1, 0, 0), one(2, 10, 9)]
  assert.equal(sight.canSee(ada, bob, 1, 0), true)
  assert.equal(sight.canSee(ada, bob, 1, Math.PI), false)
  assert.equal(sight.canSee(ada, one(3, -0.5, 0), 1, 0), true)
  assert.throws(() => sight.canSee(ada, bob, 1), { code: 'world/bad-sight' })
})

test('one who was seen is shown for lingerTicks more, and appears at once', () => {
  const sight = newSight({ walls: [wall(5, -1, 5, 1)], lingerTicks: 3 })
  const [ada, bob] = [one(1, 0, 0), one(2, 10, 5)]
  const seen = (tick: number, y: number): boolean => {
    bob.position.y = y
    return sight.canSee(ada, bob, tick)
  }
  assert.equal(seen(1, 0), false)
  assert.equal(seen(2, 5), true)
  assert.deepEqual(
    [seen(3, 0), seen(4, 0), seen(5, 0), seen(6, 0), seen(7, 0)],
    [true, true, true, false, false],
  )
  assert.equal(seen(8, 5), true)
})

test('walking along a fence, nobody appears and vanishes more often than every few ticks', () => {
  const fence = Array.from({ length: 100 }, (_, i) => wall(5, i / 2, 5, i / 2 + 0.25))
  const flips = (lingerTicks: number): number => {
    const sight = newSight({ walls: fence, lingerTicks })
    const bob = one(2, 10, 0)
    let [count, was] = [0, false]
    for (let tick = 1; tick < 200; tick++) {
      bob.position.y = tick / 8
      const is = sight.canSee(one(1, 0, 0), bob, tick)
      if (is !== was) count++
      was = is
    }
    return count
  }
  assert.ok(flips(0) > 20)
  assert.ok(flips(8) <= 3)
})

test('who is seen by whom is the plain rule, whatever was kept from tick to tick', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed)
    const place = () => at(random.integer(0, 160) / 4, random.integer(0, 160) / 4)
    const segments = Array.from({ length: 20 }, () => {
      const from = place()
      return wall(from.x, from.y, from.x + random.integer(-4, 4), from.y + random.integer(-4, 4))
    })
    const sight = new Sight({ walls: segments, reach: 15, near: 1.5, fieldOfView: 4, lingerTicks: 0 })
    const people: Visible[] = Array.from({ length: 12 }, (_, i) => ({ id: i + 1, position: place() }))
    const lights = Array.from({ length: 8 }, (_, i) => {
      const isMoving = i < 3
      const cone = random.chance(0.3) ? { facing: random.between(0, 6), width: 2 } : undefined
      return sight.light({ at: isMoving ? people[i].position : place(), reach: 6, isMoving, cone })
    })
    const doors = segments.slice(0, 3).map(({ x0, y0, x1, y1 }) => sight.door([wall(x0, y1, x1, y0)]))
    for (let tick = 1; tick <= 12; tick++) {
      sight.isDay = random.chance(0.2)
      for (const { position } of people) Object.assign(position, random.chance(0.5) ? place() : {})
      for (const light of lights) if (random.chance(0.2)) light.isOn = !light.isOn
      for (const door of doors) if (random.chance(0.2)) door.isOpen = !door.isOpen
      for (const viewer of people)
        for (const entity of people) {
          if (viewer === entity) continue
          const facing = random.between(0, 6)
          const [dx, dy] = [entity.position.x - viewer.position.x, entity.position.y - viewer.position.y]
          const isLit =
            sight.isDay ||
            lights.some(({ isOn, at: from, reach, cone }) => {
              const [lx, ly] = [entity.position.x - from.x, entity.position.y - from.y]
              const isWithin = lx * lx + ly * ly <= reach * reach && (!cone || new Cone(cone).holds(lx, ly))
              return isOn && isWithin && sight.lineIsClear(from, entity.position)
            })
          const isNear = dx * dx + dy * dy <= 1.5 * 1.5
          const isSeen =
            dx * dx + dy * dy <= 15 * 15 &&
            new Cone({ facing, width: 4 }).holds(dx, dy) &&
            isLit &&
            sight.lineIsClear(viewer.position, entity.position)
          assert.equal(
            sight.canSee(viewer, entity, tick, facing),
            isNear || isSeen,
            `seed ${seed}, tick ${tick}, ${viewer.id} and ${entity.id}`,
          )
        }
    }
  }
})

test('options that cannot be throw, and so do lights', () => {
  for (const options of [{ reach: -1 }, { reach: Number.NaN }, { near: -1 }, { lingerTicks: 0.5 }])
    assert.throws(() => newSight(options), { code: 'world/bad-sight' })
  const sight = newSight()
  for (const light of [
    { at: at(0, 0), reach: 0 },
    { at: at(0, 0), reach: 1025 },
    { at: at(Number.NaN, 0), reach: 1 },
  ])
    assert.throws(() => sight.light(light), { code: 'world/bad-light' })
})

test('a lantern whose carrier went nowhere lights nothing', () => {
  const sight = newSight()
  sight.isDay = false
  const bob = one(2, 3, 0)
  sight.light({ at: bob.position, reach: 5, isMoving: true })
  bob.position.x = Number.NaN
  assert.equal(sight.canSee(one(1, 0, 0), one(3, 4, 0), 1), false)
  bob.position.x = 1e300
  assert.equal(sight.canSee(one(1, 0, 0), one(3, 4, 0), 2), false)
})
