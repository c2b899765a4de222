/**
 * A rolling restart under players: each region in turn is asked to end by SIGTERM, gives its districts away, goes, and
 * another takes its place. Meanwhile some players ask all the time, the others walk.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Row } from '../row.ts'
import { Asker } from './askers.node.ts'
import { Processes, pause } from './processes.node.ts'
import { districtTown } from './scene.node.ts'
import { peopleAt } from './town-rows.node.ts'

export interface RollPlan {
  /** How long the town is left alone first, in ms: a cluster that is started anew has run before; its code is warm. */
  readonly warmMs: number
  readonly side: number
  readonly people: number
  readonly asking: number
  readonly regions: number
  readonly port: number
}

export async function rollRows({ warmMs, side, people, asking, regions, port }: RollPlan): Promise<Row[]> {
  const scene = districtTown(side, people)
  const town = new Processes({ game: './town.node.ts', scene, port })
  let walkers: ChildProcess[] = []
  try {
    await town.begin({ regions, gateways: 2, districts: side * side })
    const gateways = town.of('gateway')
    walkers = await peopleAt(gateways, (people - asking) / 2, scene)
    const askers = await Promise.all(
      Array.from({ length: asking }, (_, number) => Asker.come(gateways[number % 2], number, side)),
    )
    await pause(warmMs)
    const watched = async (work: () => Promise<unknown>): Promise<number[]> => {
      for (const asker of askers) asker.longest = 0
      await work()
      return askers.map(({ longest }) => longest)
    }
    const before = await watched(() => pause(3000))
    const drains: number[] = []
    const longest = askers.map(() => 0)
    const began = performance.now()
    const [directory] = town.of('directory')
    for (const region of town.of('region')) {
      const waits = await watched(async () => {
        const from = town.lines.length
        const { name } = await town.start('region', { directory: directory.url })
        await pause(1500)
        const start = performance.now()
        const gone = once(region.child, 'exit')
        region.child.kill('SIGTERM')
        await gone
        drains.push(performance.now() - start)
        town.members.splice(town.members.indexOf(region), 1)
        const isBack = () => town.lines.slice(from).some(({ text }) => text.startsWith(`${name}: speaks for`))
        await town.until(isBack, 'the new region has a district')
        await pause(500)
      })
      for (const [at, wait] of waits.entries()) longest[at] = Math.max(longest[at], wait)
    }
    const between = gapsOf(town, began)
    let lost = askers.filter(({ wasLost }) => wasLost).length
    for (const child of walkers) {
      child.send({})
      const [told] = (await once(child, 'message')) as [{ lost: number }]
      lost += told.lost
    }
    for (const asker of askers) asker.leave()
    const name = `rolling restart of ${regions} regions, ${people} people`
    const row = (metric: string, value: number, unit: string): Row => ({
      ...{ bench: 'cluster', case: name, metric, value, unit },
    })
    return [
      row('sockets dropped', lost, 'sockets'),
      row('a region gives its districts away and ends in, most', Math.max(...drains), 'ms'),
      row('a district is nobody’s while it moves, p50', share(between, 0.5), 'ms'),
      row('a district is nobody’s while it moves, p99', share(between, 0.99), 'ms'),
      row('districts moved', between.length, 'districts'),
      row('longest wait for an answer, p50 of players', share(longest, 0.5), 'ms'),
      row('longest wait for an answer, p99 of players', share(longest, 0.99), 'ms'),
      row('the same in 3 s before, p99 of players', share(before, 0.99), 'ms'),
    ]
  } finally {
    for (const child of walkers) child.kill()
    await town.close()
  }
}

/** How long each district that changed hands was nobody's, by what the regions said. */
function gapsOf(town: Processes, since: number): number[] {
  const gaps: number[] = []
  const endedAt = new Map<string, number>()
  for (const { at, text } of town.lines.filter((line) => line.at > since)) {
    const [, district, more] = text.match(/speaks for district (\d+)( no more)?/) ?? []
    if (district === undefined) continue
    if (more) endedAt.set(district, at)
    else if (endedAt.has(district)) gaps.push(Math.max(0, at - (endedAt.get(district) ?? at)))
  }
  return gaps
}

function share(values: number[], part: number): number {
  values.sort((a, b) => a - b)
  return values[Math.min(values.length - 1, Math.floor(values.length * part))]
}
