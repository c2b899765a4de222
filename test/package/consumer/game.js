/** A game as somebody else would write it, in plain JavaScript, with nothing but the package's public doors. */
import { defineGame, entity, integer, motion, once, record, reference, text } from 'shardless'

const axis = integer({ min: -1, max: 1 })

export const meadow = defineGame({
  name: 'meadow',
  version: '1',
  ticksPerSecond: 20,
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'sheep',
  entities: {
    sheep: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      name: once(text({ bytesMax: 24 })),
    }),
  },
  command: record({ east: axis, north: axis }),
  events: { bleated: record({ who: reference() }) },
  requests: { bleat: { ask: record({}), reply: record({ heardBy: integer({ min: 0, max: 100 }) }) } },
  step(self, { east, north }, near) {
    near.map.slide(self.position, east * 5 * near.seconds, north * 5 * near.seconds, 0.4)
  },
})
