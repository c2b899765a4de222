import { bool, integer, record, text } from '../../../src/wire/index.ts'
import {
  defineGame,
  type EntityOf,
  entity,
  motion3,
  once,
  sampled,
  type World,
} from '../../../src/world/index.ts'
import { everySort } from '../../field/every-sort.ts'

/** Is a game with a field of every sort, on a map of 8 x 8 small cells. */
export const game = defineGame({
  name: 'histories',
  version: '1',
  map: { width: 128, height: 128, cellSize: 16 },
  player: 'walker',
  entities: {
    ...everySort,
    bird: entity({
      position: motion3({ tolerance: 1 / 16, speedMax: 30, heightMax: 60 }),
      isSinging: bool(),
    }),
    leaf: entity({ position: sampled({ step: 1 / 100, speedMax: 60 }), isGreen: bool() }),
    sky: entity({ weather: integer({ min: 0, max: 3 }), name: once(text({ bytesMax: 8 })) }),
    banner: entity({ points: integer({ min: 0, max: 1000 }) }),
  },
  command: record({ east: integer({ min: -1, max: 1 }) }),
  step() {},
})

export type GameWorld = World<typeof game>
export type Walker = EntityOf<typeof game, 'walker'>
export const SIDE = 128
