/**
 * Collision: 1,000 walkers at 5 m/s and 20 ticks a second, who turn now and then, among 3,000 walls and trees on
 * 256 x 256 m.
 *
 * The rival is what a user would take: the kinematic character controller of Rapier, with one capsule that is put
 * in each walker's place in turn. It is the more general tool, in three dimensions, with slopes and steps; all that
 * is asked of it here is the same walk along upright walls. Both are asked the same moves from the same places.
 */
import RAPIER from '@dimforge/rapier3d-compat'
import { Random } from '../../src/core/index.ts'
import { type Solid, type WorldMap, worldMap } from '../../src/geometry/index.ts'
import type { Row } from '../row.ts'
import { cpuMsOf, rowsOf } from './measure.ts'

const SIDE = 256
const SOLIDS = 3000
const WALKERS = 1000
const BODY = 0.4
const STEP = 0.25
const row = rowsOf('collision, 1,000 walkers among 3,000 solids')

interface Walker {
  x: number
  y: number
  dx: number
  dy: number
}

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const map = worldMap({
    width: SIDE,
    height: SIDE,
    properties: {},
    solids: solidsOf(new Random(1)),
    objects: [],
  })
  const ticks = quick ? 20 : 200
  const rivalTicks = quick ? 2 : 10
  await RAPIER.init()
  const rival = rapier(map)
  const crowd = walkers(map)
  const walk = (each: Walker) => map.slide(each, each.dx, each.dy, BODY)
  // Once each before it counts, so that all code is warm.
  for (let tick = 0; tick < 10; tick++) turn(crowd, tick, walk)
  turn(crowd.slice(0, 100), 0, rival)
  let moved = 0
  const ours = cpuMsOf(() => {
    for (let tick = 0; tick < ticks; tick++) moved += turn(crowd, tick, walk)
  })
  const box = { halfWidth: BODY, halfHeight: BODY }
  const boxes = cpuMsOf(() => {
    for (let tick = 0; tick < ticks; tick++)
      turn(crowd, tick, (each) => map.slide(each, each.dx, each.dy, box))
  })
  let movedByRival = 0
  const theirs = cpuMsOf(() => {
    for (let tick = 0; tick < rivalTicks; tick++) movedByRival += turn(crowd, tick, rival)
  })
  const [us, rivalUs] = [(ours * 1000) / (ticks * WALKERS), (theirs * 1000) / (rivalTicks * WALKERS)]
  const parsed = Math.min(...Array.from({ length: 3 }, () => cpuMsOf(() => void worldMap(map))))
  return [
    row('one step, circle', us, 'us'),
    row('one step, box', (boxes * 1000) / (ticks * WALKERS), 'us'),
    row("one step, Rapier's character controller", rivalUs, 'us'),
    row('one step, ours over Rapier', us / rivalUs, 'ratio'),
    // Who gets on as far as the other does the same work.
    row('way made in a tick, ours over Rapier', moved / ticks / (movedByRival / rivalTicks), 'ratio'),
    row('a tick of all walkers', ours / ticks, 'ms'),
    row('building the grid', parsed, 'ms'),
  ]
}

/** Moves a crowd one tick. @returns metres made by all */
function turn(crowd: readonly Walker[], tick: number, move: (each: Walker) => void): number {
  const random = new Random(tick)
  let metres = 0
  for (const each of crowd) {
    if (random.chance(0.05)) head(each, random)
    const { x, y } = each
    move(each)
    metres += Math.hypot(each.x - x, each.y - y)
  }
  return metres
}

function head(each: Walker, random: Random): void {
  const way = random.between(0, 2 * Math.PI)
  each.dx = STEP * Math.cos(way)
  each.dy = STEP * Math.sin(way)
}

function walkers(map: WorldMap): Walker[] {
  const random = new Random(2)
  return Array.from({ length: WALKERS }, () => {
    const place = map.nearestFree(random.between(1, SIDE - 1), random.between(1, SIDE - 1), BODY)
    const walker = { x: place?.x ?? 1, y: place?.y ?? 1, dx: 0, dy: 0 }
    head(walker, random)
    return walker
  })
}

/** Makes half of them walls, half trees: the shapes that both know. */
function solidsOf(random: Random): Solid[] {
  return Array.from({ length: SOLIDS }, (_, i) => {
    const [x, y] = [random.between(0, SIDE), random.between(0, SIDE)]
    if (i % 2 === 0)
      return { kind: 'tree', variety: '', shape: 'circle', x, y, radius: random.between(0.2, 0.6) }
    const [width, height] = random.chance(0.5) ? [random.between(1, 5), 0.3] : [0.3, random.between(1, 5)]
    return { kind: 'wall', variety: '', shape: 'box', x0: x, y0: y, x1: x + width, y1: y + height }
  })
}

/** Moves a walker as Rapier would: x and z are the ground, y is up. */
function rapier(map: WorldMap): (each: Walker) => void {
  const world = new RAPIER.World({ x: 0, y: 0, z: 0 })
  for (const solid of map.solids) {
    if (solid.shape === 'box') {
      const [halfX, halfY] = [(solid.x1 - solid.x0) / 2, (solid.y1 - solid.y0) / 2]
      world.createCollider(
        RAPIER.ColliderDesc.cuboid(halfX, 2, halfY).setTranslation(solid.x0 + halfX, 0, solid.y0 + halfY),
      )
    } else if (solid.shape === 'circle')
      world.createCollider(RAPIER.ColliderDesc.cylinder(2, solid.radius).setTranslation(solid.x, 0, solid.y))
  }
  const body = world.createCollider(RAPIER.ColliderDesc.capsule(0.5, BODY).setSensor(true))
  const controller = world.createCharacterController(0.01)
  world.step()
  return (each) => {
    body.setTranslation({ x: each.x, y: 0, z: each.y })
    controller.computeColliderMovement(
      body,
      { x: each.dx, y: 0, z: each.dy },
      RAPIER.QueryFilterFlags.EXCLUDE_SENSORS,
    )
    const { x, z } = controller.computedMovement()
    each.x = Math.min(Math.max(each.x + x, BODY), SIDE - BODY)
    each.y = Math.min(Math.max(each.y + z, BODY), SIDE - BODY)
  }
}
