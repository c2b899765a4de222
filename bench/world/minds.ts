/**
 * Minds: 2,000 townspeople in the demo's town, each with a daily round, for some seconds of noon, when they wander;
 * and 2,000 of whom all walk at once. What a tick takes of `World.advance`, beside the same world without minds.
 */
import { readFileSync } from 'node:fs'
import { town } from '../../demo/game/town.ts'
import { settle } from '../../demo/game/townspeople.ts'
import { parseMap, Random, World } from '../../src/index.ts'
import type { Bench, Row } from '../row.ts'
import { rowsOf, Times } from './measure.ts'

const PEOPLE = 2000

export const run: Bench = async ({ quick }) => {
  const file = new URL('../../demo/map/town.tmj', import.meta.url)
  const map = parseMap(JSON.parse(readFileSync(file, 'utf8')), 'town.tmj')
  const world = new World(town, { map, random: new Random(4) })
  const sky = settle(world, PEOPLE)
  const measure = (ticks: number): Times => {
    const times = new Times()
    for (let i = 0; i < ticks; i++) {
      times.measure(() => world.advance())
      world.endTick()
    }
    return times
  }
  const rows: Row[] = []
  const tell = (name: string, times: Times): void => {
    const row = rowsOf(`minds, ${PEOPLE.toLocaleString('en-US')} in the town, ${name}`)
    rows.push(
      row('who walk', walking(world) / PEOPLE, 'ratio'),
      row('time per tick, p50', times.percentile(50), 'ms'),
      row('time per tick, p99', times.percentile(99), 'ms'),
      row('p50, of 5 ms', times.percentile(50) / 5, 'ratio'),
    )
  }
  sky.hour = 4
  measure(40)
  tell('at night', measure(quick ? 60 : 200))
  sky.hour = 12
  measure(quick ? 100 : 200)
  tell('as they set out', measure(quick ? 60 : 200))
  measure(quick ? 400 : 1600)
  tell('by day', measure(quick ? 100 : 400))
  return rows
}

function walking(world: World<typeof town>): number {
  let count = 0
  for (const { gait } of world.entities('walker')) if (gait !== 'standing') count++
  return count
}
