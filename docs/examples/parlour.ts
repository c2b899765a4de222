/** Rooms that players open, find and enter, each a parlour of its own. Nobody plays anything there yet. */
import {
  defineGame,
  type EntityOf,
  emptyMap,
  entity,
  integer,
  motion,
  once,
  Random,
  Rooms,
  record,
  roomParts,
  roomRequests,
  text,
} from 'shardless'
import { defineServer, type ServerDefinition, Sorry } from 'shardless/server'

const axis = integer({ min: -1, max: 1 })

export const parlour = defineGame({
  name: 'parlour',
  version: '1',
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'guest',
  entities: {
    guest: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      name: once(text({ bytesMax: 64 })),
    }),
    room: entity(roomParts),
  },
  command: record({ east: axis, north: axis }),
  requests: roomRequests,
  step(self, { east, north }, near) {
    near.map.slide(self.position, 5 * east * near.seconds, 5 * north * near.seconds, 0.4)
  },
})

type Guest = EntityOf<typeof parlour, 'guest'>

/** @param newTicket  makes what a seat is asked back with: on a server `() => randomBytes(16).toString('hex')` */
export function parlourServer(newTicket: () => string): {
  readonly definition: ServerDefinition<typeof parlour>
  readonly rooms: Rooms<typeof parlour>
} {
  const kept = new Map<string, number>()
  const rooms = new Rooms<typeof parlour>({
    map: 'parlour',
    board: 'room',
    random: new Random(5),
    newTicket,
    seatsMax: 4,
    keptSeconds: 10,
    graceSeconds: 1,
    seated({ room, player }) {
      player.entity = room.world.spawn('guest', { position: { x: 32, y: 32 }, name: player.name })
    },
    lost({ player, seat }) {
      if (player.entity) kept.set(seat.ticket, player.entity.id)
      player.entity = undefined
    },
    returned({ room, player, seat }) {
      player.entity = room.world.get(kept.get(seat.ticket) ?? 0) as Guest | undefined
    },
    left({ room, seat }) {
      const body = room.world.get(kept.get(seat.ticket) ?? 0)
      if (body) room.world.despawn(body)
    },
  })
  const definition = defineServer(parlour, {
    maps: { hall: emptyMap(32, 32), parlour: emptyMap(64, 64) },
    update: ({ world, realm }) => rooms.advance({ world, realm }),
    join: () => undefined,
    leave: ({ player, realm }) => rooms.leave({ player, realm }),
    requests: rooms.answers(Sorry),
  })
  return { definition, rooms }
}
