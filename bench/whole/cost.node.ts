/**
 * What it costs: processes, cores and bytes for so many players, by how many others are within the radius of each.
 *
 * Cores are those that 20 ticks a second would take, from the CPU of the ticks that were made; a process has one core
 * for its ticks, of which it is given seven tenths. `SHARDLESS_PEOPLE=100,1000`, `SHARDLESS_WITHIN=8,50` and
 * `SHARDLESS_ONLY=ours` measure a part of it.
 */
import type { Row } from '../row.ts'
import { FLOOR_BYTES, type Order, TICKS_PER_SECOND, townOf } from './plan.ts'
import { LONG, measure, QUICK } from './rows.node.ts'

/** The part of a core that the ticks of one process may take, so that a busy moment makes none late. */
const LOAD_MOST = 0.7
const DENSITIES = [8, 50, 150]
const DRIVERS = ['ours', 'msgpack', 'colyseus'] as const
/** Whoever makes fewer ticks than this cannot carry so many. */
const TICKS_LEAST = 0.9 * TICKS_PER_SECOND

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  const counts = numbersOf(process.env.SHARDLESS_PEOPLE) ?? (quick ? [100] : [100, 1000, 5000])
  const densities = numbersOf(process.env.SHARDLESS_WITHIN) ?? (quick ? [50] : DENSITIES)
  const only = process.env.SHARDLESS_ONLY?.split(',')
  const drivers = (quick ? DRIVERS.slice(0, 1) : DRIVERS).filter((driver) => only?.includes(driver) ?? true)
  for (const people of counts)
    for (const within of densities)
      for (const driver of drivers) {
        // As many as that do not fit around everybody.
        if (within > people / 2) continue
        const scene = townOf(people, within)
        const order: Order = { driver, scene, frameBytes: FLOOR_BYTES, framesPerSecond: TICKS_PER_SECOND }
        const name = `${people.toLocaleString('en-US')} people, ${within} within, ${driver}`
        // What takes half an hour loses nothing by one server that ends.
        const measured = await measure(order, quick ? QUICK : LONG).catch((error: Error) => error)
        if (measured instanceof Error) {
          console.error(`${name}: ${measured.message}`)
          continue
        }
        const { cpuMs, ticks, seconds, bytes, frames, memoryKb, steered, within: truly } = measured
        const cores = (cpuMs / 1000 / ticks) * TICKS_PER_SECOND
        const row = (metric: string, value: number, unit: string): void => {
          rows.push({ bench: 'cost', case: name, metric, value, unit })
        }
        row('cores', cores, 'cores')
        row('processes', Math.ceil(cores / LOAD_MOST), 'processes')
        row('ticks made', ticks / seconds, 'per second')
        row('holds the rate', ticks / seconds >= TICKS_LEAST ? 1 : 0, 'yes or no')
        row('players steered', steered, 'per second')
        row('frames to each client', (frames / ticks / people) * TICKS_PER_SECOND, 'per second')
        row('to each client', (bytes / ticks / people) * TICKS_PER_SECOND, 'bytes/s')
        row('to all', ((bytes * 8) / 1e6 / ticks) * TICKS_PER_SECOND, 'Mbit/s')
        row('memory', (memoryKb * people) / 1000, 'MB')
        row('others within the radius', truly, 'people')
      }
  return rows
}

function numbersOf(list: string | undefined): number[] | undefined {
  return list?.split(',').map(Number)
}
