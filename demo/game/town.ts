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
  quantized,
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

/** -1 to 1, both included. */
const axis = quantized({ min: -1, max: 1 + 1 / 64, step: 1 / 64 })

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
    /** Over all of the town, and told to everyone. */
    sky: entity({
      /** The time of day: 0 is midnight, 12 noon. */
      hour: quantized({ min: 0, max: 24, step: 1 / 16 }),
    }),
  },
  /** Which way a player wants to go, as a vector of length 0 to 1 (longer counts as 1), and whether in haste. */
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
    // Two ways together must not be faster than one.
    const squared = east * east + north * north
    const share = squared > 1 ? 1 / Math.sqrt(squared) : 1
    const distance = (isRunning ? runningSpeed : walkingSpeed) * share * near.seconds
    near.map.slide(self.position, east * distance, north * distance, bodyRadius)
    self.gait = isRunning ? 'running' : 'walking'
    self.facing = heading(east, north)
  },
})

export type Walker = EntityOf<typeof town, 'walker'>

/**
 * The angle of a direction, 0 <= v < 2 pi, to a quarter of a degree. Not `Math.atan2`: server and browser have to agree on every bit.
 */
function heading(east: number, north: number): number {
  const [x, y] = [Math.abs(east), Math.abs(north)]
  const [less, more] = x < y ? [x, y] : [y, x]
  const slope = less / more
  const eighth = slope * (Math.PI / 4 + 0.273 * (1 - slope))
  const quarter = x < y ? Math.PI / 2 - eighth : eighth
  const half = east < 0 ? Math.PI - quarter : quarter
  return north < 0 ? 2 * Math.PI - half : half
}
