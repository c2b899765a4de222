/**
 * The same town by Colyseus, as its papers recommend: one room, a state with a view for each player, patches and steps
 * at the rate of ticks. Who is within the radius is found by a grid, and added to the view or removed from it.
 */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Client, LocalDriver, LocalPresence, Room, Server } from '@colyseus/core'
import { Encoder, type SchemaType, StateView, schema, t } from '@colyseus/schema'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { Random } from '../../src/core/index.ts'
import { type Case, TICKS_PER_SECOND } from './plan.ts'
import type { Serving } from './server.node.ts'

const CELL = 32
const SPEED = 5

const Player = schema(
  {
    // Centimetres; 16 bits are enough for this ground.
    x: t.uint16(),
    y: t.uint16(),
    facing: t.uint8(),
    health: t.uint8(),
    animation: t.uint8(),
    name: t.string(),
  },
  'Player',
)
const State = schema({ players: t.map(Player).view() }, 'State')

interface Person {
  readonly shown: SchemaType<typeof Player>
  readonly view: StateView
  readonly seen: Set<SchemaType<typeof Player>>
  x: number
  y: number
  facing: number
  walks: boolean
}

export async function serveByColyseus({ side, radius, steering }: Case): Promise<Serving> {
  Encoder.BUFFER_SIZE = 1024 * 1024
  const random = new Random(7)
  const people = new Map<string, Person>()
  const columns = Math.ceil(side / CELL)
  const grid: Person[][] = Array.from({ length: columns * columns }, () => [])
  let ticks = 0
  let frames = 0

  class TownRoom extends Room {
    override state = new State()
    override maxClients = 100_000
    override patchRate = 1000 / TICKS_PER_SECOND
    override seatReservationTimeout = 60

    override onCreate(): void {
      this.onMessage('steer', (client: Client, [facing, walks]: [number, boolean]) => {
        const person = people.get(client.sessionId)
        if (person) Object.assign(person, { facing, walks })
      })
      this.onMessage('ping', (client: Client, at: number) => client.send('pong', at))
      this.setSimulationInterval(() => this.step(), 1000 / TICKS_PER_SECOND)
    }

    override onJoin(client: Client): void {
      const shown = new Player()
      shown.name = `Walker ${people.size + 1}`
      shown.health = random.integer(0, 255)
      const view = new StateView()
      client.view = view
      const place = { x: random.between(1, side - 1), y: random.between(1, side - 1) }
      people.set(client.sessionId, { shown, view, seen: new Set(), ...place, facing: 0, walks: false })
      this.state.players.set(client.sessionId, shown)
    }

    override broadcastPatch(): boolean {
      const hasSent = super.broadcastPatch()
      if (hasSent) frames += this.clients.length
      return hasSent
    }

    step(): void {
      ticks++
      for (const cell of grid) cell.length = 0
      let number = 0
      for (const one of people.values()) {
        if (one.walks) {
          one.x = Math.min(
            side - 0.1,
            Math.max(0.1, one.x + (Math.cos(one.facing) * SPEED) / TICKS_PER_SECOND),
          )
          one.y = Math.min(
            side - 0.1,
            Math.max(0.1, one.y + (Math.sin(one.facing) * SPEED) / TICKS_PER_SECOND),
          )
        }
        one.shown.x = Math.floor(one.x * 100)
        one.shown.y = Math.floor(one.y * 100)
        one.shown.facing = Math.round((one.facing * 256) / (2 * Math.PI)) % 256
        if (steering !== 'none' && (ticks + number++) % TICKS_PER_SECOND === 0)
          one.shown.health = random.integer(0, 255)
        grid[Math.floor(one.y / CELL) * columns + Math.floor(one.x / CELL)].push(one)
      }
      for (const one of people.values()) look(one)
    }
  }

  const look = (person: Person): void => {
    const reach = Math.ceil(radius / CELL)
    const now = new Set<SchemaType<typeof Player>>()
    const [column, row] = [Math.floor(person.x / CELL), Math.floor(person.y / CELL)]
    for (let north = Math.max(0, row - reach); north <= Math.min(columns - 1, row + reach); north++)
      for (let east = Math.max(0, column - reach); east <= Math.min(columns - 1, column + reach); east++)
        for (const { x, y, shown } of grid[north * columns + east])
          if ((x - person.x) ** 2 + (y - person.y) ** 2 <= radius ** 2) now.add(shown)
    for (const gone of person.seen)
      if (!now.has(gone)) {
        person.view.remove(gone)
        person.seen.delete(gone)
      }
    for (const come of now)
      if (!person.seen.has(come)) {
        person.view.add(come)
        person.seen.add(come)
      }
  }

  const web = createServer()
  const transport = new WebSocketTransport({ server: web })
  const sockets: Socket[] = []
  web.on('connection', (socket: Socket) => sockets.push(socket))
  const server = new Server({
    transport,
    driver: new LocalDriver(),
    presence: new LocalPresence(),
    greet: false,
    gracefullyShutdown: false,
  })
  server.define('town', TownRoom)
  await server.listen(0, '127.0.0.1')
  const { port } = web.address() as AddressInfo
  return {
    port,
    counts: () => ({
      ticks,
      frames,
      bytes: sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    }),
    places: () => [...people.values()],
  }
}
