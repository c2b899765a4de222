/**
 * The game that server, client and bots share: people who walk through a town, talk, and throw lanterns.
 *
 * Metres and seconds; x east, y north from the south-west corner of the map; angles in radians, counter-clockwise
 * from east.
 */
import {
  angle,
  bool,
  choice,
  cos,
  defineGame,
  type EntityOf,
  entity,
  heading,
  hypot,
  integer,
  motion,
  once,
  quantized,
  record,
  reference,
  sin,
  text,
} from 'shardless'

/** Metres per second. */
export const walkingSpeed = 5
export const runningSpeed = 7.5
/** How wide a person is, metres. */
export const bodyRadius = 0.4
/** How far one is told of others, metres. */
export const viewRadius = 48
/** How far a voice carries, metres. */
export const hearing = 40
export const looks = 12
/** How fast a thrown lantern flies, metres a second, and for how many ticks. */
export const throwSpeed = 14
export const flightTicks = 17
/** Ticks until one can throw again. */
export const restTicks = 16
/** How wide a flying lantern is, metres. */
const lanternRadius = 0.12
/** UTF-8 bytes: 24 UTF-16 units of any script. */
export const nameBytesMax = 72
export const sayBytesMax = 240
/** How far one reaches for a lantern that burns on the ground, metres, and how many one carries. */
export const reach = 2.5
export const carriedMax = 12

/** -1 to 1, both included. */
const axis = quantized({ min: -1, max: 1 + 1 / 64, step: 1 / 64 })

export const town = defineGame({
  name: 'town',
  version: '2',
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
      /** Ticks until there is another lantern in the hand. */
      rest: integer({ min: 0, max: restTicks }),
    }),
    /** One that was thrown. */
    lantern: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 16 }),
      aim: once(angle({ steps: 256 })),
      by: once(reference()),
      /** Ticks that it still flies; at 0 it lies where it fell, and burns. */
      flight: integer({ min: 0, max: flightTicks }),
      /** Whom it has hit. */
      hit: reference(),
    }),
    /** Over all of the town, and told to everyone. */
    sky: entity({
      /** The time of day: 0 is midnight, 12 noon. */
      hour: quantized({ min: 0, max: 24, step: 1 / 16 }),
    }),
  },
  /**
   * Which way a player wants to go, as a vector of length 0 to 1 (longer counts as 1), and whether in haste;
   * whether they throw a lantern, and where to.
   */
  command: record({
    east: axis,
    north: axis,
    isRunning: bool(),
    throws: bool(),
    aim: angle({ steps: 256 }),
  }),
  events: {
    said: record({ who: reference(), text: text({ bytesMax: sayBytesMax }) }),
    waved: record({ who: reference() }),
    /** A lantern has hit somebody. */
    marked: record({ who: reference(), by: reference() }),
  },
  requests: {
    say: {
      ask: record({ text: text({ bytesMax: sayBytesMax }) }),
      reply: record({ heardBy: integer({ min: 0, max: 65_535 }) }),
    },
    wave: { ask: record({}), reply: record({ seenBy: integer({ min: 0, max: 65_535 }) }) },
    /** Takes up the nearest lantern that burns within reach: it is kept, and comes along next time. */
    pick: { ask: record({}), reply: record({ carried: integer({ min: 0, max: 255 }) }) },
    carried: { ask: record({}), reply: record({ carried: integer({ min: 0, max: 255 }) }) },
  },
  step(self, { east, north, isRunning, throws, aim }, near) {
    if (self.rest > 0) self.rest--
    else if (throws) {
      self.rest = restTicks
      near.spawn('lantern', { position: { ...self.position }, aim, by: self.id, flight: flightTicks })
    }
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
  moves: {
    lantern(self, near) {
      if (self.flight === 0) return
      const distance = throwSpeed * near.seconds
      const { x, y } = self.position
      near.map.slide(self.position, cos(self.aim) * distance, sin(self.aim) * distance, lanternRadius)
      // What is in its way stops it.
      const flown = hypot(self.position.x - x, self.position.y - y)
      self.flight = flown < distance * 0.99 ? 0 : self.flight - 1
    },
  },
})

export type Walker = EntityOf<typeof town, 'walker'>
export type Lantern = EntityOf<typeof town, 'lantern'>

/** What a player wants who wants nothing. */
export const idle = { east: 0, north: 0, isRunning: false, throws: false, aim: 0 } as const
