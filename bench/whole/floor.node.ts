/** The floor: a server that writes as many bytes to each client in each tick by `ws`, and does nothing else. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { TICKS_PER_SECOND } from './plan.ts'
import type { Serving } from './server.node.ts'

export async function serveFloor(frameBytes: number, framesPerSecond: number): Promise<Serving> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  const sockets: WebSocket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  const frame = new Uint8Array(frameBytes)
  let ticks = 0
  let frames = 0
  setInterval(() => {
    for (const socket of sockets) socket.send(frame)
    frames += sockets.length
    ticks += TICKS_PER_SECOND / framesPerSecond
  }, 1000 / framesPerSecond)
  return {
    port: (server.address() as AddressInfo).port,
    counts: () => ({ ticks, frames, bytes: frames * frameBytes }),
    places: () => [],
  }
}
