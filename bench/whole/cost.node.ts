/**
 * What it costs: processes, cores and bytes for so many players, by how many others are within the radius of each.
 *
 * Cores are those that 20 ticks a second would take, from the CPU of the ticks that were made; a process has one core
 * for its ticks, of which it is given seven tenths.
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
  const counts = (process.env.SHARDLESS_PEOPLE ?? (quick ? '100' : '100,1000,5000')).split(',').map(Number)
  for (const people of counts)
    for (const within of quick ? [50] : DENSITIES)
      for (const driver of quick ? DRIVERS.slice(0, 1) : DRIVERS) {
        // As many as that do not fit around everybody.
        if (within > people / 2) continue
        const scene = townOf(people, within)
        const order: Order = { driver, scene, frameBytes: FLOOR_BYTES, framesPerSecond: TICKS_PER_SECOND }
        const {
          cpuMs,
          ticks,
          seconds,
          bytes,
          memoryKb,
          within: truly,
        } = await measure(order, quick ? QUICK : LONG)
        const cores = (cpuMs / 1000 / ticks) * TICKS_PER_SECOND
        const name = `${people.toLocaleString('en-US')} people, ${within} within, ${driver}`
        const row = (metric: string, value: number, unit: string): void => {
          rows.push({ bench: 'cost', case: name, metric, value, unit })
        }
        row('cores', cores, 'cores')
        row('processes', Math.ceil(cores / LOAD_MOST), 'processes')
        row('ticks made', ticks / seconds, 'per second')
        row('holds the rate', ticks / seconds >= TICKS_LEAST ? 1 : 0, 'yes or no')
        row('to each client', (bytes / ticks / people) * TICKS_PER_SECOND, 'bytes/s')
        row('to all', ((bytes * 8) / 1e6 / ticks) * TICKS_PER_SECOND, 'Mbit/s')
        row('memory', (memoryKb * people) / 1000, 'MB')
        row('others within the radius', truly, 'people')
      }
  return rows
}
