/** Our own server, as players know it: they walk by their commands; their health changes once a second. */
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { defineServer, serve } from '../../src/server/index.node.ts'
import { gameOf } from './game.ts'
import { type Case, TICKS_PER_SECOND } from './plan.ts'
import type { Serving } from './server.node.ts'

export async function serveOurs(scene: Case): Promise<Serving> {
  const { side, radius, over, steering } = scene
  const game = gameOf(scene)
  const random = new Random(7)
  const people: { health: number; animation: number; readonly position: { x: number; y: number } }[] = []
  let ticks = 0
  const definition = defineServer(game, {
    map: emptyMap(side, side),
    viewRadius: radius,
    join({ world, player }) {
      const place = { x: random.between(1, side - 1), y: random.between(1, side - 1) }
      const health = random.integer(0, 255)
      const person = world.spawn('walker', { position: place, health, name: player.name })
      people.push(person)
      return person
    },
    requests: { here: () => ({ process: process.pid }) },
    update() {
      ticks++
      if (steering === 'none') return
      for (let i = 0; i < people.length; i++) {
        if ((ticks + i) % TICKS_PER_SECOND === 0) people[i].health = random.integer(0, 255)
        if ((ticks + i) % (5 * TICKS_PER_SECOND) === 7) people[i].animation = random.integer(0, 7)
      }
    },
  })
  const limits = {
    connectionsPerAddress: 10_000,
    players: 10_000,
    tokensPerSecond: 10_000,
    httpRequestsPerSecond: 10_000,
  }
  const server = await serve(definition, { listen: [`${over}://127.0.0.1:0`], limits, seed: 1 })
  return {
    port: Number(new URL(server.urls[0]).port),
    counts() {
      const { tick, packetsOut, bytesOut } = server.host.stats
      return { ticks: tick, frames: packetsOut, bytes: bytesOut }
    },
    places: () => people.map(({ position: { x, y } }) => ({ x, y })),
  }
}
