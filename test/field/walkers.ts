/** The smallest game of tests: walkers, who go east or west on a field. Take it with a map or a step of your own. */
import { integer, record } from '../../src/wire/index.ts'
import { BODY_RADIUS, defineGame, entity, motion } from '../../src/world/index.ts'

export const walkers = defineGame({
  name: 'walkers',
  version: '1',
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'walker',
  entities: { walker: entity({ position: motion({ tolerance: 1 / 32, speedMax: 8 }) }) },
  command: record({ east: integer({ min: -1, max: 1 }) }),
  step(self, { east }, near) {
    near.map.slide(self.position, east * 5 * near.seconds, 0, BODY_RADIUS)
  },
})
