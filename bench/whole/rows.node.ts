/**
 * A whole server against the floor, in processes of their own: what it spends for players who behave as players do.
 *
 *     rows(case)  ->  server process, process of the players; one driver after the other, in rounds
 *
 * CPU is what the system counts for the server's process, so that busy neighbours change it little; each figure is the
 * middle one of the rounds. `SHARDLESS_BESIDE=FOLDER` measures another checkout of the project in the same rounds.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench, Row } from '../row.ts'
import {
  type Case,
  caseOf,
  type Driver,
  FLOOR_BYTES,
  type Order,
  type Spent,
  TICKS_PER_SECOND,
  type Watch,
} from './plan.ts'

/** What the players' process says in the end: how often each was steered, which a busy machine does less often. */
interface Told {
  readonly seen: number
  readonly lost: number
  /** Times a second. */
  readonly steered: number
}

export type Measured = Spent & Omit<Told, 'lost'>

/** How long a server is watched, and how long it is left to itself before. */
export const LONG: Watch = { seconds: 10, settleMs: 2500 }
export const QUICK: Watch = { seconds: 1.5, settleMs: 800 }

/** The share of the players who may lose their connection without spoiling a measurement. */
const LOST_MOST = 0.01

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill()
})

/** Makes the bench of one case. */
export function benchOf(name: string): Bench {
  return async ({ quick }) => {
    const scene = caseOf(name, quick)
    const rounds = quick ? 1 : 3
    const told: Record<string, Measured[]> = {}
    for (let round = 0; round < rounds; round++)
      for (const driver of driversOf(scene, quick)) {
        const ours = told.ours?.at(-1)
        const measured = await measure(orderFor(driver, scene, ours), quick ? QUICK : LONG)
        told[driver] ??= []
        told[driver].push(measured)
      }
    return rowsOf(scene, told)
  }
}

/** Returns who serves a case. In a hurry the peers play the town alone. */
function driversOf({ name, over }: Case, quick: boolean): Driver[] {
  const only = process.env.SHARDLESS_ONLY?.split(',')
  const beside: Driver[] = process.env.SHARDLESS_BESIDE ? ['beside'] : []
  const peers: Driver[] = name === 'idle' || (quick && name !== 'town') ? [] : ['msgpack', 'colyseus']
  const all: Driver[] =
    over === 'udp' ? ['ours', ...beside, 'over ws', 'dgram'] : ['ours', ...beside, 'floor', ...peers]
  return all.filter((driver) => only === undefined || only.includes(driver))
}

/**
 * Bare datagrams are as many and as large as the frames of ours that were measured just before; `over ws` is our server
 * with the same people over WebSockets.
 */
function orderFor(driver: Driver, given: Case, ours: Measured | undefined): Order {
  const scene: Case = driver === 'over ws' ? { ...given, over: 'ws' } : given
  if (driver !== 'dgram' || ours === undefined)
    return { driver, scene, frameBytes: FLOOR_BYTES, framesPerSecond: TICKS_PER_SECOND }
  const framesPerSecond = ours.frames / ours.seconds / scene.people
  return { driver, scene, frameBytes: Math.round(ours.bytes / ours.frames), framesPerSecond }
}

function rowsOf({ name, people }: Case, told: Record<string, Measured[]>): Row[] {
  const rows: Row[] = []
  const floor = told.floor ?? told.dgram
  for (const [driver, runs] of Object.entries(told)) {
    const middle = (of: (run: Measured) => number): number => {
      const sorted = runs.map(of).sort((a, b) => a - b)
      return sorted[sorted.length >> 1]
    }
    const row = (metric: string, value: number, unit: string): void => {
      rows.push({ bench: name, case: driver, metric, value, unit })
    }
    const cost = (run: Measured): number => (run.cpuMs * 1000) / run.ticks / people
    if (floor && floor !== runs)
      row(
        'CPU over the floor',
        middle((run) => cost(run) / cost(floor[runs.indexOf(run)])),
        'ratio',
      )
    const webSocket = told['over ws']
    if (webSocket && runs !== webSocket && runs !== floor)
      row(
        'CPU over that over WebSockets',
        middle((run) => cost(run) / cost(webSocket[runs.indexOf(run)])),
        'ratio',
      )
    row('CPU a client and tick', middle(cost), 'us')
    row(
      'bytes to each client',
      middle((run) => run.bytes / run.ticks / people) * TICKS_PER_SECOND,
      'per second',
    )
    row(
      'frames to each client',
      middle((run) => run.frames / run.ticks / people) * TICKS_PER_SECOND,
      'per second',
    )
    if (floor === runs) continue
    row(
      'ticks made',
      middle((run) => run.ticks / run.seconds),
      'per second',
    )
    row(
      'memory a client',
      middle((run) => run.memoryKb),
      'kB',
    )
    row(
      'others within the radius',
      middle((run) => run.within),
      'people',
    )
    if (driver === 'ours' || driver === 'beside' || driver === 'over ws')
      row(
        'others shown',
        middle((run) => run.seen),
        'people',
      )
  }
  return rows
}

/**
 * Runs one server with its players, and has it watched for so long.
 *
 * @throws where a process ends before, and where players were lost
 */
export async function measure(order: Order, watch: Watch): Promise<Measured> {
  const server = start('server.node.ts', order, JSON.stringify(order))
  const running = [server]
  const next = async <T>(child: ChildProcess): Promise<T> => {
    const [said] = await Promise.race([once(child, 'message'), ...running.map(ended)])
    return said as T
  }
  try {
    const port = await next<number>(server)
    const walkers = start('walkers.node.ts', order, String(port), JSON.stringify(order))
    running.push(walkers)
    await next(walkers)
    server.send(watch)
    const spent = await next<Spent>(server)
    walkers.send({})
    const { seen, lost, steered } = await next<Told>(walkers)
    const { driver, scene } = order
    // A server that nobody is on costs little.
    if (lost > LOST_MOST * scene.people)
      throw new Error(
        `${lost} of ${scene.people} players lost their connection to ${driver}; nothing is said of it.`,
      )
    return { ...spent, seen, steered }
  } finally {
    for (const child of running) child.kill()
  }
}

/** Throws once a process ends by itself. */
async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`${child.spawnargs.find((arg) => arg.endsWith('.ts'))} ended with code ${code}.`)
}

function start(file: string, order: Order, ...args: string[]): ChildProcess {
  const beside = order.driver === 'beside' ? process.env.SHARDLESS_BESIDE : undefined
  const path = beside ? join(beside, 'bench/whole', file) : fileURLToPath(new URL(file, import.meta.url))
  const child = fork(path, args, {
    execArgv: [...process.execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}
