/**
 * What a town costs that several regions share: the same people on the same ground, with 1, 2 and 4 regions. All
 * figures are of CPU that the system counted and of bytes that the processes did, so busy neighbours change them
 * little.
 *
 *     CPU a player   what a process spends with the people, less what it spends without any
 *     capacity       players whose ticks fit into 0.7 of a core of each region, by that
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Row } from '../row.ts'
import type { Order } from '../whole/plan.ts'
import { type Member, Processes, pause, type Role } from './processes.node.ts'
import { DISTRICT, districtTown, TICKS_PER_SECOND } from './scene.node.ts'

/** The part of a core that a region's ticks may take. */
const SHARE = 0.7
const walkersFile = fileURLToPath(new URL('../whole/walkers.node.ts', import.meta.url))

export interface TownPlan {
  /** Districts on each side of the town. */
  readonly side: number
  readonly people: number
  readonly regions: number
  readonly gateways: number
  readonly seconds: number
  readonly port: number
}

/** What one town did, by role: CPU in ms and bytes out in a second, with the people and without. */
interface Measured {
  readonly plan: TownPlan
  readonly cpu: Readonly<Record<Role, { readonly idle: number; readonly busy: number }>>
  readonly bytes: { readonly toGateways: number; readonly toRegions: number }
  /** Metres of border between districts of different regions, and entities that crossed one in a second. */
  readonly borderMetres: number
  readonly handedOver: number
  /** Ticks that were made, of those that were due. */
  readonly pace: number
}

export async function measureTown(
  plan: TownPlan,
  then: (town: Processes, walkers: readonly ChildProcess[]) => Promise<void> = async () => {},
): Promise<Measured> {
  const { side, people, regions, gateways, seconds, port } = plan
  const scene = districtTown(side, people)
  const town = new Processes({ game: './town.node.ts', scene, port })
  let walkers: ChildProcess[] = []
  try {
    await town.begin({ regions, gateways, districts: side * side })
    await pause(1000)
    const idle = await watch(town, Math.max(1, seconds / 2))
    walkers = await peopleAt(town.of('gateway'), scene.people / gateways, scene)
    await pause(1000 * Math.min(5, 1 + seconds / 2))
    const busy = await watch(town, seconds)
    const cpu = Object.fromEntries(
      [...idle.cpu].map(([role, ms]) => [role, { idle: ms, busy: busy.cpu.get(role) ?? 0 }]),
    ) as Measured['cpu']
    const { toGateways, toRegions } = busy
    const borderMetres = borderOf(town, side)
    await then(town, walkers)
    return {
      plan,
      cpu,
      bytes: { toGateways, toRegions },
      borderMetres,
      handedOver: busy.left,
      pace: busy.pace,
    }
  } finally {
    for (const child of walkers) child.kill()
    await town.close()
  }
}

/** Has so many people come to each gateway. */
export async function peopleAt(
  gateways: readonly Member[],
  people: number,
  scene: Order['scene'],
): Promise<ChildProcess[]> {
  const order: Order = {
    ...{ driver: 'ours', frameBytes: 0, framesPerSecond: TICKS_PER_SECOND },
    scene: { ...scene, people: Math.round(people) },
  }
  const walkers = gateways.map(({ url }) =>
    fork(walkersFile, [new URL(url).port, JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  )
  await Promise.all(walkers.map((child) => once(child, 'message')))
  return walkers
}

/** Watches all processes for so long: CPU by role in ms a second, bytes and crossings a second. */
async function watch(town: Processes, seconds: number) {
  const counts = async () => ({
    left: await town.count('region', 'shardless_handed_over_total{how="left"}'),
    toRegions: await town.count('region', 'shardless_lines_bytes_out_total{purpose="neighbour"}'),
    toGateways: await town.count('region', 'shardless_lines_bytes_out_total{purpose="gateway"}'),
    ticks: (await town.count('region', 'shardless_ticks_total')) / town.of('region').length,
    skipped: (await town.count('region', 'shardless_ticks_skipped_total')) / town.of('region').length,
  })
  const [before, start] = [await counts(), performance.now()]
  const spent = await town.spent(() => pause(seconds * 1000))
  const [after, passed] = [await counts(), (performance.now() - start) / 1000]
  const cpu = new Map<Role, number>()
  const a = (name: keyof typeof before): number => (after[name] - before[name]) / passed
  // A second is as long as its ticks take: on a busy machine not all are made.
  const pace = Math.min(1, (a('ticks') - a('skipped')) / TICKS_PER_SECOND)
  for (const [{ role }, ms] of spent) cpu.set(role, (cpu.get(role) ?? 0) + ms / passed / pace)
  return { cpu, pace, left: a('left'), toRegions: a('toRegions'), toGateways: a('toGateways') }
}

/** Metres along which districts of different regions meet, by what the regions said. */
function borderOf(town: Processes, side: number): number {
  const owners: string[] = []
  for (const { text } of town.lines) {
    const [, name, district] = text.match(/^(\S+): speaks for district (\d+), at/) ?? []
    if (name) owners[Number(district)] = name
  }
  let sides = 0
  for (let at = 0; at < side * side; at++) {
    if (at % side < side - 1 && owners[at] !== owners[at + 1]) sides++
    if (at + side < side * side && owners[at] !== owners[at + side]) sides++
  }
  return sides * DISTRICT
}

/** What a town cost, as rows; `one` is the same town with one region. */
export function townRows(measured: Measured, one: Measured, suffix = ''): Row[] {
  const { plan, cpu, bytes, borderMetres, handedOver, pace } = measured
  const { people, regions, gateways } = plan
  const name = `${people} people, ${regions} ${regions === 1 ? 'region' : 'regions'}${suffix}`
  const rows: Row[] = []
  const row = (metric: string, value: number, unit: string): void =>
    void rows.push({ bench: 'cluster', case: name, metric, value, unit })
  const us = 1000 / TICKS_PER_SECOND / people
  row('regions, CPU a player and tick', (cpu.region.busy - cpu.region.idle) * us, 'us')
  row('gateways, CPU a player and tick', (cpu.gateway.busy - cpu.gateway.idle) * us, 'us')
  row('a region without people', cpu.region.idle / regions / 10, '% of a core')
  row('a gateway without people', cpu.gateway.idle / gateways / 10, '% of a core')
  row('directory', cpu.directory.busy / 10, '% of a core')
  row('players that so many regions carry', capacityOf(measured), 'players')
  if (measured !== one) row('over one region', capacityOf(measured) / capacityOf(one), 'ratio')
  row('to gateways, a player', bytes.toGateways / people, 'bytes/s')
  row('ticks made', pace * TICKS_PER_SECOND, 'per second')
  if (regions === 1) return rows
  row('border between regions', borderMetres, 'm')
  row('to regions, a metre of border', bytes.toRegions / borderMetres, 'bytes/s')
  row('to regions, a player', bytes.toRegions / people, 'bytes/s')
  row('handed over', handedOver, 'per second')
  return rows
}

function capacityOf({ plan, cpu: { region } }: Measured): number {
  const { people, regions } = plan
  const idle = region.idle / regions
  return (regions * (SHARE * 1000 - idle)) / ((region.busy - region.idle) / people)
}
