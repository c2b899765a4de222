/**
 * What one writes by hand: `ws` and msgpackr, a grid to find who is within the radius, and all of their state to each
 * player in each tick.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pack, unpack } from 'msgpackr'
import { type WebSocket, WebSocketServer } from 'ws'
import { Random } from '../../src/core/index.ts'
import { type Case, TICKS_PER_SECOND } from './plan.ts'
import type { Serving } from './server.node.ts'

const CELL = 32
const SPEED = 5

interface Person {
  readonly id: number
  readonly socket: WebSocket
  readonly met: Set<number>
  x: number
  y: number
  facing: number
  walks: boolean
  health: number
  animation: number
}

export async function serveByMsgpack({ side, radius, steering }: Case): Promise<Serving> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  const random = new Random(7)
  const people: Person[] = []
  const columns = Math.ceil(side / CELL)
  const grid: Person[][] = Array.from({ length: columns * columns }, () => [])
  let tick = 0
  let frames = 0
  let bytes = 0
  const send = (person: Person, message: unknown): void => {
    const packed = pack(message)
    person.socket.send(packed)
    frames++
    bytes += packed.length
  }
  server.on('connection', (socket) => {
    const person = {
      id: people.length + 1,
      socket,
      met: new Set<number>(),
      x: random.between(1, side - 1),
      y: random.between(1, side - 1),
      facing: 0,
      walks: false,
      health: random.integer(0, 255),
      animation: 0,
    }
    people.push(person)
    socket.on('message', (message: Buffer) => {
      const [code, value, walks] = unpack(message) as [number, number, boolean]
      if (code === 2) send(person, [3, value])
      else Object.assign(person, { facing: value, walks })
    })
  })
  const look = (person: Person): void => {
    const seen: unknown[] = []
    const reach = Math.ceil(radius / CELL)
    const [column, row] = [Math.floor(person.x / CELL), Math.floor(person.y / CELL)]
    for (let north = Math.max(0, row - reach); north <= Math.min(columns - 1, row + reach); north++)
      for (let east = Math.max(0, column - reach); east <= Math.min(columns - 1, column + reach); east++)
        for (const one of grid[north * columns + east]) {
          const [dx, dy] = [one.x - person.x, one.y - person.y]
          if (dx * dx + dy * dy > radius * radius) continue
          const hundredths = [Math.round(one.x * 100), Math.round(one.y * 100)]
          const facing = Math.round((one.facing * 256) / (2 * Math.PI))
          const state = [one.id, ...hundredths, facing, one.health, one.animation]
          if (!person.met.has(one.id)) {
            person.met.add(one.id)
            state.push(`Walker ${one.id}` as never)
          }
          seen.push(state)
        }
    send(person, [tick, seen])
  }
  const step = (): void => {
    tick++
    for (const cell of grid) cell.length = 0
    for (const one of people) {
      if (one.walks) {
        one.x = Math.min(side - 0.1, Math.max(0.1, one.x + (Math.cos(one.facing) * SPEED) / TICKS_PER_SECOND))
        one.y = Math.min(side - 0.1, Math.max(0.1, one.y + (Math.sin(one.facing) * SPEED) / TICKS_PER_SECOND))
      }
      if (steering !== 'none' && (tick + one.id) % TICKS_PER_SECOND === 0) one.health = random.integer(0, 255)
      grid[Math.floor(one.y / CELL) * columns + Math.floor(one.x / CELL)].push(one)
    }
    for (const one of people) look(one)
  }
  // As a game would: ticks that are late are made up for.
  let due = performance.now()
  setInterval(() => {
    for (let made = 0; performance.now() >= due && made < 5; made++) {
      due += 1000 / TICKS_PER_SECOND
      step()
    }
    if (performance.now() - due > 1000) due = performance.now()
  }, 10)
  return {
    port: (server.address() as AddressInfo).port,
    counts: () => ({ ticks: tick, frames, bytes }),
    places: () => people,
  }
}
