/**
 * Tick time against the number of entities: `World.advance` and `Author.publish`, for people of whom one in ten walks,
 * on ground that grows with their number. A tenfold world should take ten times as long: the ratio says how nearly.
 */

import { defineGame, emptyMap, entity, integer, motion, Random, record, World } from '../../src/index.ts'
import { Author } from '../../src/replication/index.ts'
import { Crowd, TICKS_PER_SECOND } from '../replication/crowd.ts'
import type { Bench, Row } from '../row.ts'
import { rowsOf, Times } from './measure.ts'

/** How many metres of ground there are each way for each of the square root of the people. */
const SPACING = 4

export const run: Bench = async ({ quick }) => {
  const counts = quick ? [1000, 10_000] : [1000, 5000, 10_000, 20_000, 50_000]
  const rows: Row[] = []
  const usEach = counts.map((count) => {
    const told = tickRows(count, quick ? 30 : 120)
    rows.push(...told.rows)
    return told.usEach
  })
  const [least, most] = [counts[0], counts[counts.length - 1]]
  const row = rowsOf(`tick, ${most.toLocaleString('en-US')} entities`)
  rows.push(
    row(
      `time per entity, over that with ${least.toLocaleString('en-US')}`,
      usEach[usEach.length - 1] / usEach[0],
      'ratio',
    ),
  )
  return rows
}

function tickRows(count: number, ticks: number): { rows: Row[]; usEach: number } {
  const side = Math.ceil((Math.sqrt(count) * SPACING) / 32) * 32
  const game = defineGame({
    name: 'ticks',
    version: '1',
    ticksPerSecond: TICKS_PER_SECOND,
    map: { width: side, height: side, cellSize: 32 },
    player: 'person',
    entities: {
      person: entity({
        position: motion({ tolerance: 1 / 32, speedMax: 8 }),
        health: integer({ min: 0, max: 255 }),
      }),
    },
    command: record({}),
    step() {},
  })
  const world = new World(game, { map: emptyMap(side, side), random: new Random(1) })
  const author = new Author(world)
  const crowd = new Crowd(side, 2)
  const walking = Array.from({ length: count }, (_, number) => {
    const walker = crowd.begin()
    const { x, y, health } = walker
    const person = world.spawn('person', { position: { x, y }, health })
    if (number % 10 !== 0) return undefined
    crowd.add(walker)
    return { walker, person }
  }).filter((pair) => pair !== undefined)
  const times = { advance: new Times(), publish: new Times(), both: new Times() }
  const tick = (isCounted: boolean): void => {
    crowd.step()
    for (const { walker, person } of walking) {
      person.position.x = walker.x
      person.position.y = walker.y
      person.health = walker.health
    }
    const advance = (): void => world.advance()
    const publish = (): void => author.publish()
    if (isCounted)
      times.both.measure(() => {
        times.advance.measure(advance)
        times.publish.measure(publish)
      })
    else {
      advance()
      publish()
    }
    world.endTick()
  }
  for (let i = 0; i < 20; i++) tick(false)
  for (let i = 0; i < ticks; i++) tick(true)
  const row = rowsOf(`tick, ${count.toLocaleString('en-US')} entities`)
  const p50 = times.both.percentile(50)
  return {
    usEach: (p50 * 1000) / count,
    rows: [
      row('advance, p50', times.advance.percentile(50), 'ms'),
      row('publish, p50', times.publish.percentile(50), 'ms'),
      row('both, p50', p50, 'ms'),
      row('both, p99', times.both.percentile(99), 'ms'),
      row('both, of a tick of 50 ms', p50 / 50, 'ratio'),
    ],
  }
}
