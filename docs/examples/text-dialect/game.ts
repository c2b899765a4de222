import { defineGame, entity, integer, motion, once, record, reference, text } from 'shardless'

/** A village green: people walk about on it and talk. */
export const village = defineGame({
  name: 'village',
  version: '1',
  map: { width: 256, height: 256, cellSize: 32 },
  player: 'villager',
  entities: {
    villager: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 4 }),
      mood: integer({ min: 0, max: 9 }),
      name: once(text({ bytesMax: 64 })),
    }),
  },
  command: record({ east: integer({ min: -1, max: 1 }), north: integer({ min: -1, max: 1 }) }),
  events: { said: record({ who: reference(), text: text({ bytesMax: 200 }) }) },
  requests: {
    say: {
      ask: record({ text: text({ bytesMax: 200 }) }),
      reply: record({ heardBy: integer({ min: 0, max: 9999 }) }),
    },
  },
  step(self, { east, north }, near) {
    near.map.slide(self.position, 2 * east * near.seconds, 2 * north * near.seconds, 0.4)
  },
})
