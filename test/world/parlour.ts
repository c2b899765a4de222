/** A small game of rooms: guests who sit down in a parlour. */
import {
  type AskOf,
  defineGame,
  emptyMap,
  entity,
  integer,
  motion,
  once,
  Random,
  type ReplyOf,
  Rooms,
  record,
  roomParts,
  roomRequests,
  text,
} from 'shardless'
import type { Client } from 'shardless/client'
import type { Pair } from 'shardless/lab'
import { defineServer, type ServerDefinition, Sorry } from 'shardless/server'

const axis = integer({ min: -1, max: 1 })

const game = defineGame({
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
    near.map.slide(self.position, east * near.seconds, north * near.seconds, 0.4)
  },
})

export interface Parlour {
  readonly game: typeof game
  readonly definition: ServerDefinition<typeof game>
  readonly rooms: () => Rooms<typeof game>
}

/** Rooms whose seats are kept for 10 s; nobody plays anything in them. */
export function newParlour(): Parlour {
  const kept = new Map<string, number>()
  let tickets = 0
  const rooms: Rooms<typeof game> = new Rooms<typeof game>({
    map: 'parlour',
    board: 'room',
    random: new Random(5),
    newTicket: () => `ticket-${++tickets}`,
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
      player.entity = room.world.get(kept.get(seat.ticket) ?? 0) as never
    },
    left({ room, seat }) {
      const body = room.world.get(kept.get(seat.ticket) ?? 0)
      if (body) room.world.despawn(body)
    },
  })
  const definition = defineServer(game, {
    maps: { hall: emptyMap(32, 32), parlour: emptyMap(64, 64) },
    update: ({ world, realm }) => rooms.advance({ world, realm }),
    join: () => undefined,
    leave: ({ player, realm }) => rooms.leave({ player, realm }),
    requests: rooms.answers(Sorry),
  })
  return { game, definition, rooms: () => rooms }
}

type Names = 'openRoom' | 'enterRoom' | 'quickMatch' | 'watchRoom' | 'returnToRoom' | 'leaveRoom'

/** Asks, and lets time pass until it is answered. Resolves to the reply, or to the sentence of a refusal. */
export async function say<N extends Names>(
  pair: Pair<typeof game>,
  client: Client<typeof game>,
  request: N,
  body: AskOf<typeof game, N>,
): Promise<ReplyOf<typeof game, N>> {
  let answer: ReplyOf<typeof game, N> | undefined
  client.ask(request, body).then(
    (reply) => {
      answer = reply
    },
    (error: Error) => {
      answer = error.message as never
    },
  )
  await pair.runUntil(() => answer !== undefined, 3000)
  return answer as ReplyOf<typeof game, N>
}
