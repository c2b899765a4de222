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
  readonly side: number
  readonly people: number
  readonly asking: number
  readonly regions: number
  readonly port: number
}

export async function rollRows({ side, people, asking, regions, port }: RollPlan): Promise<Row[]> {
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
    await pause(3000)
    for (const asker of askers) asker.longest = 0
    await pause(3000)
    const before = askers.map(({ longest }) => longest)
    for (const asker of askers) asker.longest = 0
    const drains: number[] = []
    const [directory] = town.of('directory')
    for (const region of town.of('region')) {
      const start = performance.now()
      const gone = once(region.child, 'exit')
      region.child.kill('SIGTERM')
      await gone
      drains.push(performance.now() - start)
      const from = town.lines.length
      await town.replace(region, { directory: directory.url })
      const isBack = () =>
        town.lines.slice(from).some(({ text }) => text.startsWith(`${region.name}: speaks for`))
      await town.until(isBack, 'the new region has a district')
    }
    await pause(1500)
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
    const longest = askers.map((asker) => asker.longest)
    return [
      row('sockets dropped', lost, 'sockets'),
      row('a region gives its districts away and ends in, most', Math.max(...drains), 'ms'),
      row('longest wait for an answer, p50 of players', share(longest, 0.5), 'ms'),
      row('longest wait for an answer, p99 of players', share(longest, 0.99), 'ms'),
      row('the same in 3 s before, p99 of players', share(before, 0.99), 'ms'),
    ]
  } finally {
    for (const child of walkers) child.kill()
    await town.close()
  }
}

function share(values: number[], part: number): number {
  values.sort((a, b) => a - b)
  return values[Math.min(values.length - 1, Math.floor(values.length * part))]
}
