/**
 * The game that server, client and bots share: people who walk through a town and talk.
 *
 * Metres and seconds; x east, y north from the south-west corner of the map; angles in radians, counter-clockwise
 * from east.
 */
import {
  angle,
  bool,
  choice,
  defineGame,
  type EntityOf,
  entity,
  integer,
  motion,
  once,
  record,
  reference,
  text,
} from 'shardless'

/** Metres per second. */
export const walkingSpeed = 5
export const runningSpeed = 7.5
/** How wide a person is, metres. */
export const bodyRadius = 0.4
/** How far a voice carries, metres. */
export const hearing = 40
export const looks = 12
/** UTF-8 bytes: 24 UTF-16 units of any script. */
export const nameBytesMax = 72
export const sayBytesMax = 240

const axis = integer({ min: -1, max: 1 })

export const town = defineGame({
  name: 'town',
  version: '1',
  ticksPerSecond: 20,
  map: { width: 512, height: 512, cellSize: 32 },
  player: 'walker',
  entities: {
    walker: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      facing: angle({ steps: 256 }),
      gait: choice(['standing', 'walking', 'running']),
      name: once(text({ bytesMax: nameBytesMax })),
      look: once(integer({ min: 0, max: looks - 1 })),
    }),
  },
  /** Which way a player wants to go: east or west, north or south, and whether in haste. */
  command: record({ east: axis, north: axis, isRunning: bool() }),
  events: {
    said: record({ who: reference(), text: text({ bytesMax: sayBytesMax }) }),
    waved: record({ who: reference() }),
  },
  requests: {
    say: {
      ask: record({ text: text({ bytesMax: sayBytesMax }) }),
      reply: record({ heardBy: integer({ min: 0, max: 65_535 }) }),
    },
    wave: { ask: record({}), reply: record({ seenBy: integer({ min: 0, max: 65_535 }) }) },
  },
  step(self, { east, north, isRunning }, near) {
    if (east === 0 && north === 0) {
      self.gait = 'standing'
      return
    }
    // The two ways together must not be faster than one.
    const share = east !== 0 && north !== 0 ? Math.SQRT1_2 : 1
    const distance = (isRunning ? runningSpeed : walkingSpeed) * share * near.seconds
    near.map.slide(self.position, east * distance, north * distance, bodyRadius)
    self.gait = isRunning ? 'running' : 'walking'
    self.facing = facings[(north + 1) * 3 + east + 1]
  },
})

export type Walker = EntityOf<typeof town, 'walker'>

/** The eight ways one can go, from south-west to north-east, row by row; the middle one is never used. */
const facings: readonly number[] = [5, 6, 7, 4, 0, 0, 3, 2, 1].map((eighths) => (eighths * Math.PI) / 4)
