/**
 * The bus between two processes, over each way: how long a message is on its way, how many go through, and what they
 * cost of CPU in the author, in the follower and in the broker. In memory both ends are in one process, and its CPU
 * is that of both.
 *
 *     steady    100 topics of 200 bytes, 20 times a second: a gateway that follows a busy place
 *     flood     as many topics' messages of 200 bytes as go through
 *     link      64 KB packets over one link, as many as go through
 *     ask       one question after the other, there and back
 *     crowd     10,000 topics followed at once, each published once a second
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Bus } from '../src/cluster/index.ts'
import { natsMissing, startNats } from '../test/outside/nats-server.node.ts'
import type { Order } from './bus/follower.node.ts'
import { Listener, moment, openEnd, openMemory, type WayName } from './bus/way.node.ts'
import type { Row } from './row.ts'

interface Told {
  readonly heard: number
  readonly bytes: number
  readonly begun: number
  readonly broken: number
  readonly lateness: readonly number[]
  readonly cpuUs: number
  readonly rssBytes: number
}

/** One way with both its ends. */
interface Way {
  readonly author: Bus
  /** Turns time, where that does not go by itself. */
  kick(): void
  follow(count: number): Promise<void>
  tell(): Promise<Told>
  /** CPU of the broker until now, in us. */
  brokerUs(): number
  close(): Promise<void>
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  const seconds = quick ? 1 : 5
  for (const name of ['memory', 'TCP', 'NATS'] as const) {
    const missing = name === 'NATS' ? natsMissing() : undefined
    if (missing) {
      console.error(`NATS is left out: ${missing}.`)
      continue
    }
    rows.push(...(await measure(name, seconds)))
  }
  return rows
}

async function measure(name: WayName, seconds: number): Promise<Row[]> {
  const rows: Row[] = []
  const row = (what: string, metric: string, value: number, unit: string): void =>
    void rows.push({ bench: 'bus', case: `${name}, ${what}`, metric, value, unit })
  const way = await openWay(name)
  const cpu = costOf(way)
  await way.follow(100)
  await heardAll(way, ({ begun }) => begun === 100)
  await steadily(way, { topics: 100, seconds: 1 })
  await way.tell()

  const steady = await cpu(() => steadily(way, { topics: 100, seconds }))
  const lateness = [...steady.told.lateness].sort((a, b) => a - b)
  row('steady', 'one way p50', 1000 * lateness[lateness.length >> 1], 'us')
  row('steady', 'one way p99', 1000 * lateness[Math.floor(lateness.length * 0.99)], 'us')
  tellCost(steady, (metric, value) => row('steady', metric, value, 'us'))

  const flood = await cpu(async () => {
    const count = seconds * 40_000
    const from = (await way.tell()).heard
    await flooded(way, { topics: 100, count })
    await heardAll(way, ({ heard }) => heard >= from + count)
  })
  row('flood', 'messages', flood.count / flood.seconds, 'per second')
  row('flood', 'bytes', (200 * flood.count) / flood.seconds / 1e6, 'MB per second')
  tellCost(flood, (metric, value) => row('flood', metric, value, 'us'))

  const bytes = seconds * 100e6
  const started = moment()
  await stream(way, bytes)
  await heardAll(way, (told) => told.bytes >= bytes)
  row('link', 'bytes', bytes / (moment() - started) / 1000, 'MB per second')

  const trips = await askInTurn(way, seconds * 1000)
  row('ask', 'there and back p50', 1000 * trips[trips.length >> 1], 'us')
  row('ask', 'there and back p99', 1000 * trips[Math.floor(trips.length * 0.99)], 'us')
  await way.close()

  const crowd = await openWay(name)
  const before = (await crowd.tell()).rssBytes
  const followStart = moment()
  await crowd.follow(10_000)
  await heardAll(crowd, ({ begun }) => begun === 10_000)
  row('crowd', 'all begun after', moment() - followStart, 'ms')
  row('crowd', 'memory of the follower', ((await crowd.tell()).rssBytes - before) / 1e6, 'MB')
  const busy = await costOf(crowd)(() => spread(crowd, { topics: 10_000, seconds }))
  const late = [...busy.told.lateness].sort((a, b) => a - b)
  row('crowd', 'one way p50', 1000 * late[late.length >> 1], 'us')
  row('crowd', 'one way p99', 1000 * late[Math.floor(late.length * 0.99)], 'us')
  tellCost(busy, (metric, value) => row('crowd', metric, value, 'us'))
  await crowd.close()
  return rows
}

interface Cost {
  readonly told: Told
  readonly seconds: number
  readonly count: number
  readonly authorUs: number
  readonly followerUs: number
  readonly brokerUs: number
}

function tellCost(cost: Cost, tell: (metric: string, value: number) => void): void {
  tell('CPU a message, author', cost.authorUs / cost.count)
  if (cost.followerUs > 0) tell('CPU a message, follower', cost.followerUs / cost.count)
  if (cost.brokerUs > 0) tell('CPU a message, broker', cost.brokerUs / cost.count)
}

/** Measures what a piece of work costs everybody. */
function costOf(way: Way): (work: () => Promise<void>) => Promise<Cost> {
  return async (work) => {
    const before = await way.tell()
    const [cpu, broker, start] = [process.cpuUsage(), way.brokerUs(), moment()]
    await work()
    const { user, system } = process.cpuUsage(cpu)
    const seconds = (moment() - start) / 1000
    await pause(50)
    const told = await way.tell()
    return {
      ...{ told, seconds, count: told.heard - before.heard, authorUs: user + system },
      ...{ followerUs: told.cpuUs - before.cpuUs, brokerUs: way.brokerUs() - broker },
    }
  }
}

async function openWay(way: WayName): Promise<Way> {
  if (way === 'memory') {
    const { author, follower, kick, close } = openMemory()
    const listener = new Listener(follower)
    return {
      author,
      kick,
      follow: async (count) => listener.follow(count),
      tell: async () => {
        const { heard, bytes, begun, broken, lateness } = listener
        const rssBytes = process.memoryUsage.rss()
        return { heard, bytes, begun, broken, lateness: lateness.splice(0), cpuUs: 0, rssBytes }
      },
      brokerUs: () => 0,
      close: async () => close(),
    }
  }
  const server = way === 'NATS' ? await startNats() : undefined
  const place = { way, url: server?.url ?? '' }
  const { bus, close } = await openEnd(place, 'author')
  const child = fork(new URL('./bus/follower.node.ts', import.meta.url), { execArgv: process.execArgv })
  const { address } = (await order(child, { do: 'open', place, address: bus.address })) as { address: string }
  bus.meet('follower', address)
  return {
    author: bus,
    kick() {},
    follow: async (count) => void (await order(child, { do: 'follow', count })),
    tell: async () => (await order(child, { do: 'tell' })) as Told,
    brokerUs: () => (server ? cpuOf(server.pid) : 0),
    async close() {
      child.disconnect()
      await close()
      await server?.stop()
    },
  }
}

async function order(child: ChildProcess, said: Order): Promise<unknown> {
  const answer = once(child, 'message')
  child.send(said)
  return (await answer)[0]
}

async function heardAll(way: Way, isSo: (told: Told) => boolean): Promise<void> {
  for (const end = moment() + 60_000; !isSo(await way.tell()); await pause(2))
    if (moment() > end) throw new Error('The follower did not hear everything within a minute.')
}

/** A message of 200 bytes that says when it was sent. */
function dated(): Uint8Array {
  const bytes = new Uint8Array(200)
  new DataView(bytes.buffer).setFloat64(0, moment())
  return bytes
}

/** Publishes every topic 20 times a second. */
async function steadily(
  { author: bus, kick }: Way,
  { topics, seconds }: { topics: number; seconds: number },
): Promise<void> {
  for (let tick = 0; tick < 20 * seconds; tick++) {
    for (let topic = 0; topic < topics; topic++) bus.publish(`cell.${topic}`, dated())
    kick()
    await pause(50)
  }
}

/** Publishes every topic once a second, a twentieth of them at a time. */
async function spread(
  { author: bus, kick }: Way,
  { topics, seconds }: { topics: number; seconds: number },
): Promise<void> {
  for (let tick = 0; tick < 20 * seconds; tick++) {
    for (let topic = tick % 20; topic < topics; topic += 20) bus.publish(`cell.${topic}`, dated())
    kick()
    await pause(50)
  }
}

async function flooded(
  { author: bus, kick }: Way,
  { topics, count }: { topics: number; count: number },
): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    bus.publish(`cell.${sent % topics}`, dated())
    if (sent % 200 !== 199) continue
    kick()
    await turn()
  }
}

async function stream({ author: bus, kick }: Way, bytes: number): Promise<void> {
  const link = bus.connect('follower')
  link.open({ receive: () => {}, closed: () => {} })
  const packet = new Uint8Array(65_536)
  for (let left = bytes; left > 0; ) {
    const part = packet.subarray(0, Math.min(left, packet.length))
    if (link.send(part)) left -= part.length
    else {
      kick()
      await turn()
    }
  }
}

async function askInTurn({ author: bus, kick }: Way, times: number): Promise<number[]> {
  const trips: number[] = []
  for (let asked = 0; asked < times; asked++) {
    const start = performance.now()
    await new Promise<void>((answered) => {
      bus.ask('follower', 'echo', new Uint8Array(32), () => answered())
      kick()
    })
    trips.push(performance.now() - start)
  }
  return trips.sort((a, b) => a - b)
}

/** CPU that a process used until now, in us: of its own, in 100ths of a second (Linux). */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return 0
  }
}
