/** One of the two servers of the socket bench: see sockets.node.ts. */
import { createServer } from 'node:http'
import { defineServer, serve } from '../../src/server/index.node.ts'
import { handshakeLimits, listenWebSocket } from '../../src/transport/index.node.ts'
import type { Link } from '../../src/transport/index.ts'
import { Crowd, type Ground } from './crowd.ts'
import { cpuMs } from './measure.ts'
import type { Order, Spent } from './sockets.node.ts'
import { townGame, walkerOf } from './town.ts'

/** How much was written so far, and the latest tick times. */
interface Written {
  readonly frames: number
  readonly bytes: number
  readonly tickMs: number
  readonly tickMsWorst: number
}

const order = JSON.parse(process.argv[2]) as Order
const written = order.is === 'whole' ? await serveWhole(order.ground) : await serveFloor(order)

process.on('message', async ({ seconds }: { seconds: number }) => {
  // Everybody is in; let the first news pass.
  await sleep(1500)
  const before = written()
  const cpu = cpuMs()
  const start = performance.now()
  const looks: Written[] = []
  for (let second = 0; second < seconds; second++) {
    await sleep(1000)
    looks.push(written())
  }
  const passed = (performance.now() - start) / 1000
  const after = written()
  const spent: Spent = {
    cpuMs: cpuMs() - cpu,
    seconds: passed,
    frames: after.frames - before.frames,
    bytes: after.bytes - before.bytes,
    tickMs: looks.reduce((sum, { tickMs }) => sum + tickMs, 0) / looks.length,
    tickMsWorst: Math.max(...looks.map(({ tickMsWorst }) => tickMsWorst)),
  }
  process.send?.(spent)
})

/** Serves as players know it, with people who are walked by it. */
async function serveWhole(ground: Ground): Promise<() => Written> {
  const game = townGame(ground, 'motion')
  const crowd = new Crowd(ground.side, 7)
  const definition = defineServer(game, {
    viewRadius: ground.radius,
    join({ world, player }) {
      const { x, y, ...rest } = crowd.begin()
      const person = world.spawn('walker', { position: { x, y }, ...rest, name: player.name })
      crowd.add(walkerOf(person as never))
      return person
    },
    update: () => crowd.step(),
  })
  // Whoever stops reading stays, as nobody does in earnest.
  const limits = {
    connectionsPerAddress: 10_000,
    players: 10_000,
    silenceTimeoutMs: 600_000,
    slowTimeoutMs: 600_000,
  }
  const server = await serve(definition, { listen: ['ws://127.0.0.1:0'], limits, seed: 1 })
  process.send?.(Number(new URL(server.urls[0]).port))
  return () => {
    const { packetsOut, bytesOut, tickMs, tickMsWorst } = server.host.stats
    return { frames: packetsOut, bytes: bytesOut, tickMs, tickMsWorst }
  }
}

/** Writes, and does nothing else. */
async function serveFloor({ frameBytes, framesPerSecond }: Order & { is: 'floor' }): Promise<() => Written> {
  const links: Link[] = []
  const listener = await listenWebSocket({
    server: createServer(handshakeLimits),
    host: '127.0.0.1',
    port: 0,
    accept(link) {
      link.open({ receive() {}, closed() {} })
      links.push(link)
    },
  })
  const frame = new Uint8Array(frameBytes)
  let frames = 0
  setInterval(() => {
    for (const link of links) link.send(frame)
    frames += links.length
  }, 1000 / framesPerSecond)
  process.send?.(Number(new URL(listener.url).port))
  return () => ({ frames, bytes: frames * frameBytes, tickMs: 0, tickMsWorst: 0 })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
