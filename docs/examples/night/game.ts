import {
  attribute,
  attributeRequests,
  defineGame,
  entity,
  integer,
  motion,
  once,
  record,
  text,
} from 'shardless'

const axis = integer({ min: -1, max: 1 })

export const night = defineGame({
  name: 'night',
  version: '1',
  map: { width: 128, height: 128, cellSize: 32 },
  player: 'walker',
  entities: {
    walker: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      name: once(text({ bytesMax: 64 })),
    }),
  },
  command: record({ east: axis, north: axis }),
  attributes: {
    oil: attribute({ type: integer({ min: 0, max: 100 }), readers: 'owner', initial: 100 }),
    motto: attribute({ type: text({ bytesMax: 64 }), readers: 'near', writers: 'owner' }),
  },
  requests: {
    ...attributeRequests(),
    lantern: { ask: record({}), reply: record({ oil: integer({ min: 0, max: 100 }) }) },
    shoot: { ask: record({ east: axis, north: axis }), reply: record({ hit: text({ bytesMax: 64 }) }) },
  },
  step(self, { east, north }, near) {
    near.map.slide(self.position, east * 5 * near.seconds, north * 5 * near.seconds, 0.4)
  },
})
