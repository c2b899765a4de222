/** A server of the whole-server benches, which says what it spent: node server.node.ts ORDER. See rows.node.ts. */
import { createSocket } from 'node:dgram'
import { serveByColyseus } from './colyseus-server.node.ts'
import { serveFloor } from './floor.node.ts'
import { serveByMsgpack } from './msgpack-server.node.ts'
import { serveOurs } from './our-server.node.ts'
import { type Case, type Order, type Spent, TICKS_PER_SECOND, type Watch } from './plan.ts'

/** A server that runs: its port, and what it did so far. */
export interface Serving {
  readonly port: number
  counts(): { readonly ticks: number; readonly frames: number; readonly bytes: number }
  /** Where everybody is, in metres. */
  places(): readonly { readonly x: number; readonly y: number }[]
}

// Whoever started this may be killed, and then nobody watches it any more.
process.on('disconnect', () => process.exit())

const order = JSON.parse(process.argv[2]) as Order
const serving = await serve(order)
const idleKb = memoryKb()
process.send?.(serving.port)
process.on('message', async ({ seconds, settleMs }: Watch) => {
  // Everybody is in; let the first news pass.
  await sleep(settleMs)
  const before = serving.counts()
  const cpu = process.cpuUsage()
  const start = performance.now()
  await sleep(seconds * 1000)
  const after = serving.counts()
  const { user, system } = process.cpuUsage(cpu)
  const spent: Spent = {
    cpuMs: (user + system) / 1000,
    seconds: (performance.now() - start) / 1000,
    ticks: after.ticks - before.ticks,
    frames: after.frames - before.frames,
    bytes: after.bytes - before.bytes,
    memoryKb: (memoryKb() - idleKb) / order.scene.people,
    within: othersWithin(serving.places(), order.scene),
  }
  process.send?.(spent)
})

function serve({ driver, scene, frameBytes, framesPerSecond }: Order): Promise<Serving> {
  if (driver === 'floor') return serveFloor(frameBytes, framesPerSecond)
  if (driver === 'dgram') return serveDatagrams(scene.people, frameBytes, framesPerSecond)
  if (driver === 'colyseus') return serveByColyseus(scene)
  return driver === 'msgpack' ? serveByMsgpack(scene) : serveOurs(scene)
}

/** Sends as many datagrams to as many ports, and does nothing else. */
async function serveDatagrams(people: number, frameBytes: number, framesPerSecond: number): Promise<Serving> {
  const socket = createSocket('udp4')
  const ears = Array.from({ length: 16 }, () => createSocket('udp4'))
  const ports = await Promise.all(
    ears.map(
      (ear) => new Promise<number>((resolve) => ear.bind(0, '127.0.0.1', () => resolve(ear.address().port))),
    ),
  )
  // Nobody reads: what is measured is the sending.
  let frames = 0
  const frame = new Uint8Array(frameBytes)
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  setInterval(() => {
    for (let i = 0; i < people; i++) socket.send(frame, ports[i % ports.length], '127.0.0.1')
    frames += people
  }, 1000 / framesPerSecond)
  const counts = () => ({
    ticks: (frames / people / framesPerSecond) * TICKS_PER_SECOND,
    frames,
    bytes: frames * frameBytes,
  })
  return { port: 0, counts, places: () => [] }
}

/** How many others stand within the radius of each, on average. */
function othersWithin(places: readonly { x: number; y: number }[], { radius }: Case): number {
  let pairs = 0
  for (const a of places)
    for (const b of places) if (a !== b && (a.x - b.x) ** 2 + (a.y - b.y) ** 2 <= radius ** 2) pairs++
  return pairs / Math.max(1, places.length)
}

function memoryKb(): number {
  return process.memoryUsage().rss / 1000
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
