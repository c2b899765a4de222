import { defineGame, entity, integer, motion, once, record, text } from 'shardless'

export const meadow = defineGame({
  name: 'meadow',
  version: '1',
  map: { width: 256, height: 256, cellSize: 32 },
  player: 'sheep',
  entities: {
    sheep: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      wool: integer({ min: 0, max: 100 }),
      name: once(text({ bytesMax: 64 })),
    }),
  },
  command: record({ east: integer({ min: -1, max: 1 }), north: integer({ min: -1, max: 1 }) }),
  step(self, { east, north }, near) {
    near.map.slide(self.position, 5 * east * near.seconds, 5 * north * near.seconds, 0.4)
  },
})
