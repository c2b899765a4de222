/**
 * Spatial queries: 10,000 who all move a little each tick, and 1,000 questions a tick. Ours looks through the cells
 * that interest keeps anyway; rbush and flatbush are built anew each tick, as those who use them for moving things
 * do.
 */
import Flatbush from 'flatbush'
import RBush from 'rbush'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { defineGame, World } from '../../src/world/index.ts'
import { walkers } from '../../test/field/walkers.ts'
import type { Row } from '../row.ts'
import { rowsOf, Times } from './measure.ts'

const SIDE = 1024
const PEOPLE = 10_000
const QUESTIONS = 1000
const RADIUS = 12
const row = rowsOf('queries, 1,000 a tick among 10,000')

const game = defineGame({ ...walkers, map: { width: SIDE, height: SIDE, cellSize: 32 } })

interface Item {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const random = new Random(1)
  const spot = () => ({ x: random.between(0, SIDE), y: random.between(0, SIDE) })
  const world = new World(game, { map: emptyMap(SIDE, SIDE), random })
  const people = Array.from({ length: PEOPLE }, () => world.spawn('walker', { position: spot() }))
  const places = Array.from({ length: QUESTIONS }, spot)
  const ends = places.map(({ x, y }) => ({ x: x + 20, y: y + 9 }))
  const times = {
    ours: new Times(),
    nearest: new Times(),
    rays: new Times(),
    rbush: new Times(),
    flatbush: new Times(),
    rbushQuestions: new Times(),
    flatbushQuestions: new Times(),
  }
  const found = { ours: 0, rbush: 0, flatbush: 0 }
  const boxOf = ({ x, y }: { x: number; y: number }, radius: number): Item => ({
    minX: x - radius,
    minY: y - radius,
    maxX: x + radius,
    maxY: y + radius,
  })
  const isWithin = (place: { x: number; y: number }, x: number, y: number) =>
    (x - place.x) ** 2 + (y - place.y) ** 2 <= RADIUS ** 2
  const askRBush = (tree: RBush<Item>): void => {
    for (const place of places)
      for (const { minX, minY } of tree.search(boxOf(place, RADIUS)))
        if (isWithin(place, minX, minY)) found.rbush++
  }
  const askFlatbush = (tree: Flatbush): void => {
    for (const place of places) {
      const { minX, minY, maxX, maxY } = boxOf(place, RADIUS)
      for (const index of tree.search(minX, minY, maxX, maxY))
        if (isWithin(place, people[index].position.x, people[index].position.y)) found.flatbush++
    }
  }
  for (let tick = 0; tick < (quick ? 15 : 80); tick++) {
    for (const { position } of people) {
      position.x = Math.min(SIDE - 1, Math.max(0, position.x + random.between(-0.3, 0.3)))
      position.y = Math.min(SIDE - 1, Math.max(0, position.y + random.between(-0.3, 0.3)))
    }
    world.advance()
    times.ours.measure(() => {
      for (const place of places) found.ours += world.query.within(place, RADIUS).length
    })
    times.nearest.measure(() => {
      for (const place of places) world.query.nearest(place, 8)
    })
    times.rays.measure(() => {
      for (let i = 0; i < QUESTIONS; i++) world.query.firstAlong(places[i], ends[i])
    })
    const tree = new RBush<Item>()
    const flat = new Flatbush(PEOPLE)
    times.rbush.measure(() => {
      tree.load(people.map(({ position }) => boxOf(position, 0)))
      askRBush(tree)
    })
    times.rbushQuestions.measure(() => askRBush(tree))
    times.flatbush.measure(() => {
      for (const { position } of people) flat.add(position.x, position.y, position.x, position.y)
      flat.finish()
      askFlatbush(flat)
    })
    times.flatbushQuestions.measure(() => askFlatbush(flat))
    world.endTick()
  }
  if (found.ours * 2 !== found.rbush || found.ours * 2 !== found.flatbush)
    throw new Error(
      `${found.ours} were found, ${found.rbush / 2} by rbush, ${found.flatbush / 2} by flatbush`,
    )
  const p50 = (name: keyof typeof times): number => times[name].percentile(50)
  return [
    row('within 12 m', p50('ours'), 'ms a tick'),
    row('the nearest 8', p50('nearest'), 'ms a tick'),
    row('first along 22 m', p50('rays'), 'ms a tick'),
    row('within 12 m, rbush built anew', p50('rbush'), 'ms a tick'),
    row('within 12 m, flatbush built anew', p50('flatbush'), 'ms a tick'),
    row('time, rbush over ours', p50('rbush') / p50('ours'), 'ratio'),
    row('time, flatbush over ours', p50('flatbush') / p50('ours'), 'ratio'),
    row('time of questions alone, rbush over ours', p50('rbushQuestions') / p50('ours'), 'ratio'),
    row('time of questions alone, flatbush over ours', p50('flatbushQuestions') / p50('ours'), 'ratio'),
  ]
}
