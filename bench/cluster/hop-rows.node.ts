/**
 * What the way over a gateway adds: clients of a cluster of one region and one gateway, and as many of a server of one
 * process, play at the same time; the same clock tells both how long each thing was on its way.
 *
 *     down   from the tick that tells an event to the client that hears it
 *     up     from the client that asks to the region that takes the question
 */
import { type Client, connect } from '../../src/client/index.node.ts'
import type { Row } from '../row.ts'
import { hopGame, moment, since } from './hop.node.ts'
import { hurry, Processes, pause } from './processes.node.ts'
import { districtTown } from './scene.node.ts'

const CLIENTS = 8
const ASK_MS = 110
const ROUND_MS = 2000

interface Ways {
  down: number[]
  up: number[]
}

export async function hopRows(count: number): Promise<Row[]> {
  const scene = districtTown(1, CLIENTS)
  const alone = new Processes({ game: './hop.node.ts', scene, port: 21_100, isHurried: true })
  const cluster = new Processes({ game: './hop.node.ts', scene, port: 21_200, isHurried: true })
  hurry(process.pid)
  try {
    await Promise.all([alone.start('serve', {}), cluster.begin({ regions: 1, gateways: 1, districts: 1 })])
    const clients: Client<typeof hopGame>[] = []
    const come = async ({ url }: { url: string }): Promise<Ways> => {
      const ways: Ways = { down: [], up: [] }
      for (let number = 0; number < CLIENTS; number++) {
        const client = await connect(hopGame, url, { name: `Walker ${number}` })
        client.on('told', ({ at }) => void ways.down.push(since(at)))
        clients.push(client)
      }
      return ways
    }
    const [one, other] = [await come(alone.of('serve')[0]), await come(cluster.of('gateway')[0])]
    await pause(1500)
    const rounds: { readonly one: Ways; readonly other: Ways }[] = []
    for (let round = 0; round < count; round++) {
      for (const ways of [one, other]) Object.assign(ways, { down: [], up: [] })
      await ask(clients, (number) => (number < CLIENTS ? one : other))
      rounds.push({ one: { ...one }, other: { ...other } })
    }
    for (const client of clients) client.close()
    return rowsOf(rounds)
  } finally {
    await Promise.all([alone.close(), cluster.close()])
  }
}

/** Asks, each client some times a second, for one round. */
async function ask(clients: readonly Client<typeof hopGame>[], waysOf: (number: number) => Ways) {
  for (const end = performance.now() + ROUND_MS; performance.now() < end; await pause(ASK_MS))
    for (const [number, client] of clients.entries()) {
      const { up } = waysOf(number)
      client.ask('heard', { at: moment() }).then(
        ({ afterUs }) => void up.push(afterUs),
        () => {},
      )
    }
  await pause(100)
}

/** Of the rounds, each figure is that of the quietest, as the machine may do other things too. */
function rowsOf(rounds: readonly { readonly one: Ways; readonly other: Ways }[]): Row[] {
  const rows: Row[] = []
  for (const way of ['down', 'up'] as const)
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const alone = Math.min(...rounds.map(({ one }) => at(one[way], share)))
      const joined = Math.min(...rounds.map(({ other }) => at(other[way], share)))
      const row = (metric: string, value: number): void =>
        void rows.push({ bench: 'cluster', case: `gateway hop, ${way}`, metric, value, unit: 'us' })
      row(`one process ${name}`, alone)
      row(`cluster ${name}`, joined)
      row(`adds ${name}`, joined - alone)
    }
  return rows
}

function at(samples: number[], share: number): number {
  samples.sort((a, b) => a - b)
  return samples[Math.floor(samples.length * share)] ?? Number.NaN
}
