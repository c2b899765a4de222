/**
 * A whole server over WebSocket against the floor: a process that only writes as many bytes in as many frames to as
 * many sockets of the same kind. Servers and readers are processes of their own.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Row } from '../row.ts'
import type { Ground } from './crowd.ts'
import { rowsOf } from './measure.ts'

/** The instructions for a server. */
export type Order =
  | { readonly is: 'whole'; readonly ground: Ground }
  | {
      readonly is: 'floor'
      readonly clients: number
      readonly frameBytes: number
      readonly framesPerSecond: number
    }

/** What a server's process spent while it was watched. */
export interface Spent {
  readonly cpuMs: number
  readonly seconds: number
  readonly frames: number
  readonly bytes: number
  /** The mean of a tick's work, and the longest; 0 where there are no ticks. */
  readonly tickMs: number
  readonly tickMsWorst: number
}

export async function socketRows(ground: Ground, seconds: number): Promise<Row[]> {
  const clients = ground.people
  const row = rowsOf(`sockets, ${clients} clients`)
  const whole = await serve({ is: 'whole', ground }, clients, seconds)
  const frames = whole.frames / whole.seconds / clients
  const order = {
    is: 'floor',
    clients,
    frameBytes: Math.round(whole.bytes / whole.frames),
    framesPerSecond: frames,
  } as const
  const floor = await serve(order, clients, seconds)
  const stalled = await serve({ is: 'whole', ground }, clients, seconds, 1 / 10)
  const perTick = ({ cpuMs, seconds: passed }: Spent): number => (cpuMs * 1000) / (passed * 20) / clients
  return [
    row('frames to each client', frames, 'per second'),
    row('bytes to each client', whole.bytes / whole.seconds / clients, 'per second'),
    row('CPU per client and tick, whole server', perTick(whole), 'us'),
    row('CPU per client and tick, floor', perTick(floor), 'us'),
    row('CPU, whole server over the floor', perTick(whole) / perTick(floor), 'ratio'),
    row('a tick, everybody reads', whole.tickMs, 'ms'),
    row('a tick, one of ten has stopped reading', stalled.tickMs, 'ms'),
    row('a tick, with stalled readers over without', stalled.tickMs / whole.tickMs, 'ratio'),
    row('the longest tick, everybody reads', whole.tickMsWorst, 'ms'),
    row('the longest tick, one of ten has stopped reading', stalled.tickMsWorst, 'ms'),
  ]
}

/**
 * Runs one server with its readers, and has it watched for so long.
 *
 * @param stalled  the share of readers who stop reading once they are in
 */
async function serve(order: Order, clients: number, seconds: number, stalled = 0): Promise<Spent> {
  const server = start('socket-server.node.ts', JSON.stringify(order))
  const [port] = (await once(server, 'message')) as [number]
  const readers = start('socket-readers.node.ts', String(port), String(clients), order.is, String(stalled))
  await once(readers, 'message')
  server.send({ seconds })
  const [spent] = (await once(server, 'message')) as [Spent]
  readers.kill()
  server.kill()
  return spent
}

function start(file: string, ...args: string[]) {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = fork(path, args, {
    execArgv: [...process.execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  process.once('exit', () => child.kill())
  return child
}
