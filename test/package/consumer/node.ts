/** What the types promise somebody who writes a game and its server. Never run, only checked. */
import {
  defineGame,
  type EntityOf,
  entity,
  type Infer,
  integer,
  motion,
  once,
  optional,
  record,
  text,
} from 'shardless'
import { defineServer, serve } from 'shardless/server'

const satchel = record({ coins: integer({ min: 0, max: 999 }), note: optional(text({ bytesMax: 10 })) })

export const town = defineGame({
  name: 'town',
  version: '1',
  ticksPerSecond: 20,
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'walker',
  entities: {
    walker: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      name: once(text({ bytesMax: 24 })),
      health: integer({ min: 0, max: 100 }),
    }),
  },
  command: record({ east: integer({ min: -1, max: 1 }) }),
  events: {},
  requests: { open: { ask: record({}), reply: satchel } },
  step(self, { east }, near) {
    near.map.slide(self.position, east * near.seconds, 0, 0.4)
    // @ts-expect-error  a walker has no mana
    self.mana = 1
  },
})

export type Walker = EntityOf<typeof town, 'walker'>

export const satchelOf = (walker: Walker): Infer<typeof satchel> => ({
  coins: walker.health + walker.position.x,
  note: walker.name,
})

export const server = await serve(
  defineServer(town, {
    join: ({ world, player }) =>
      world.spawn('walker', { position: { x: 1, y: 2 }, name: player.name, health: 100 }),
    requests: {
      // @ts-expect-error  coins are a number
      open: () => ({ coins: 'many', note: undefined }),
    },
  }),
)
