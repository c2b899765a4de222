/**
 * Load that moves: two regions, and a crowd that costs CPU where one of them has all the districts. The leader moves
 * districts from the busy region to the other, and what the two processes spend evens out. Nobody moves one by hand.
 */
import type { ChildProcess } from 'node:child_process'
import type { Row } from '../row.ts'
import { type Member, Processes, pause } from './processes.node.ts'
import { districtTown } from './scene.node.ts'
import { peopleAt } from './town-rows.node.ts'

export interface ShedPlan {
  readonly side: number
  readonly people: number
  readonly seconds: number
  readonly port: number
}

const WATCH_MS = 5000

export async function shedRows({ side, people, seconds, port }: ShedPlan): Promise<Row[]> {
  const scene = districtTown(side, people)
  const town = new Processes({ game: './busy.node.ts', scene, port })
  let walkers: ChildProcess[] = []
  try {
    await town.begin({ regions: 2, gateways: 1, districts: side * side })
    walkers = await peopleAt(town.of('gateway'), people, scene)
    const owned = ownersOf(town)
    const first = await sharesOf(town)
    const shares: [number, number][] = [first]
    for (const end = performance.now() + 1000 * seconds; performance.now() < end; )
      shares.push(await sharesOf(town))
    let moved = 0
    for (const [district, owner] of ownersOf(town)) if (owned.get(district) !== owner) moved++
    const name = `${people} people who cost 0.3 ms each, where one of two regions has all`
    const row = (metric: string, value: number, unit: string): Row => ({
      ...{ bench: 'cluster', case: name, metric, value, unit },
    })
    const last = shares.slice(-3)
    const mean = (at: 0 | 1): number => last.reduce((sum, pair) => sum + pair[at], 0) / last.length
    return [
      row('CPU of the busier region at first', first[0], '% of a core'),
      row('CPU of the other at first', first[1], '% of a core'),
      row('districts moved', moved, 'districts'),
      row(`CPU of the busier after ${seconds} s`, mean(0), '% of a core'),
      row(`CPU of the other after ${seconds} s`, mean(1), '% of a core'),
    ]
  } finally {
    for (const child of walkers) child.kill()
    await town.close()
  }
}

/** Which region spoke for each district last. */
function ownersOf(town: Processes): ReadonlyMap<string, string> {
  const owners = new Map<string, string>()
  for (const { text } of town.lines) {
    const [, name, district] = text.match(/^(\S+): speaks for district (\d+), at/) ?? []
    if (name !== undefined && district !== undefined) owners.set(district, name)
  }
  return owners
}

/** What the two regions spend, the busier first, in percent of a core. */
async function sharesOf(town: Processes): Promise<[number, number]> {
  const start = performance.now()
  const spent = await town.spent(() => pause(WATCH_MS))
  const passed = performance.now() - start
  const of = ({ role }: Member): boolean => role === 'region'
  const [most = 0, least = 0] = [...spent]
    .filter(([member]) => of(member))
    .map(([, ms]) => (100 * ms) / passed)
    .sort((a, b) => b - a)
  return [most, least]
}
