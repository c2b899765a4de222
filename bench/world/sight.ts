/**
 * Sight: 200 viewers among 1,000 walls. The sum: each viewer asks about everyone (40,000 questions a tick); about
 * 20 of them are within the 24 m of its reach, so 4,000 lines are followed through the grid, at most 6 squares
 * each; 200 places are looked up in what 60 lamps and 100 lanterns light. 5 ms is the bound.
 *
 * The rival is what a user would write: the same rule, each line against every wall. It looks at a sixteenth of the
 * viewers.
 */
import { Random } from '../../src/core/index.ts'
import { type Segment, Sight } from '../../src/geometry/index.ts'
import type { Row } from '../row.ts'
import { cpuMsOf, rowsOf, Times } from './measure.ts'

const SIDE = 256
const VIEWERS = 200
const REACH = 24
const row = rowsOf('sight, 200 viewers among 1,000 walls')

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const random = new Random(1)
  const walls = Array.from({ length: 250 }, () => house(random)).flat()
  const sight = new Sight({ walls, reach: REACH, lingerTicks: 5 })
  const people = Array.from({ length: VIEWERS }, (_, id) => ({ id, position: place(random) }))
  for (let i = 0; i < 60; i++) sight.light({ at: place(random), reach: 12 })
  for (let i = 0; i < 100; i++) sight.light({ at: people[i].position, reach: 8, isMoving: true })
  let tick = 0
  let seen = 0
  const look = (): void => {
    tick++
    for (const viewer of people) for (const entity of people) if (sight.canSee(viewer, entity, tick)) seen++
  }
  const walk = (): void => {
    for (const { position } of people) {
      position.x = Math.min(SIDE, Math.max(0, position.x + random.between(-0.4, 0.4)))
      position.y = Math.min(SIDE, Math.max(0, position.y + random.between(-0.4, 0.4)))
    }
  }
  const times = (ticks: number): Times => {
    for (let i = 0; i < 20; i++) {
      walk()
      look()
    }
    const taken = new Times()
    for (let i = 0; i < ticks; i++) {
      walk()
      taken.measure(look)
    }
    return taken
  }
  const ticks = quick ? 60 : 400
  sight.isDay = true
  const day = times(ticks)
  seen = 0
  look()
  const rows = [
    row('seen by each, by day', seen / VIEWERS, 'people'),
    row('who sees whom, by day, least', day.percentile(0), 'ms a tick'),
    row('who sees whom, by day, p50', day.percentile(50), 'ms a tick'),
    row('who sees whom, by day, p99', day.percentile(99), 'ms a tick'),
  ]
  sight.isDay = false
  const night = times(ticks)
  rows.push(
    row('who sees whom, by night, p50', night.percentile(50), 'ms a tick'),
    row('who sees whom, by night, p99', night.percentile(99), 'ms a tick'),
  )

  sight.isDay = true
  const rounds = quick ? 3 : 20
  const theirs = cpuMsOf(() => {
    for (let i = 0; i < rounds; i++)
      for (let viewer = 0; viewer < VIEWERS; viewer += 16)
        for (const entity of people) if (seesPlainly(walls, people[viewer].position, entity.position)) seen++
  })
  const plain = (theirs / rounds) * (VIEWERS / Math.ceil(VIEWERS / 16))
  rows.push(
    row('who sees whom, every wall tried', plain, 'ms a tick'),
    row('time, every wall tried over ours', plain / day.percentile(50), 'ratio'),
  )

  const polygons = new Times()
  for (let i = 0; i < (quick ? 30 : 200); i++)
    polygons.measure(() => {
      for (const { position } of people) sight.polygon(position, { reach: REACH })
    })
  rows.push(
    row('visibility polygons of all 200, least', polygons.percentile(0), 'ms'),
    row('visibility polygons of all 200, p50', polygons.percentile(50), 'ms'),
    row('one visibility polygon, p50', (polygons.percentile(50) * 1000) / VIEWERS, 'us'),
  )
  const shadows = new Times()
  for (let i = 0; i < (quick ? 5 : 20); i++)
    shadows.measure(() => {
      for (const light of sight.lights) {
        if (light.isMoving) continue
        light.forgetShadows()
        light.lights(light.at.x * 256, light.at.y * 256)
      }
    })
  rows.push(row('shadows of 60 lamps, once', shadows.percentile(50), 'ms'))
  return rows
}

/** Makes four walls of a small house. */
function house(random: Random): Segment[] {
  const { x: x0, y: y0 } = place(random)
  const [x1, y1] = [x0 + random.between(2, 8), y0 + random.between(2, 8)]
  return [
    { x0, y0, x1, y1: y0 },
    { x0: x1, y0, x1, y1 },
    { x0: x1, y0: y1, x1: x0, y1 },
    { x0, y0: y1, x1: x0, y1: y0 },
  ]
}

function place(random: Random): { x: number; y: number } {
  return { x: random.between(0, SIDE), y: random.between(0, SIDE) }
}

/** Returns whether a place is within reach, and no wall crosses the line to it. */
function seesPlainly(
  walls: readonly Segment[],
  a: { x: number; y: number },
  b: { x: number; y: number },
): boolean {
  const dx = b.x - a.x
  const dy = b.y - a.y
  if (dx * dx + dy * dy > REACH * REACH) return false
  for (const { x0, y0, x1, y1 } of walls) {
    const first = dx * (y0 - a.y) - dy * (x0 - a.x)
    const second = dx * (y1 - a.y) - dy * (x1 - a.x)
    if (first * second > 0) continue
    const near = (x1 - x0) * (a.y - y0) - (y1 - y0) * (a.x - x0)
    const far = (x1 - x0) * (b.y - y0) - (y1 - y0) * (b.x - x0)
    if (near * far < 0) return false
  }
  return true
}
