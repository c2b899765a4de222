/**
 * Defines the game that server, client and bots share: people who walk through a town, talk, and throw lanterns.
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

/** The walking speed, in metres per second. */
export const walkingSpeed = 5
export const runningSpeed = 7.5
/** The radius of a person, in metres. */
export const bodyRadius = 0.4
/** The distance within which others are sent to a player, in metres. */
export const viewRadius = 48
/** The distance that a voice carries, in metres. */
export const hearing = 40
export const looks = 12
/** The speed of a thrown lantern, in metres per second, and its flight in ticks. */
export const throwSpeed = 14
export const flightTicks = 17
/** The number of ticks until one can throw again. */
export const restTicks = 16
/** The radius of a flying lantern, in metres. */
const lanternRadius = 0.12
/** The longest name, in bytes of UTF-8: 24 UTF-16 units of any script. */
export const nameBytesMax = 72
export const sayBytesMax = 240
/** The reach for a lantern that burns on the ground, in metres, and the most lanterns that one carries. */
export const reach = 2.5
export const carriedMax = 12

/** One axis of a direction, -1 to 1, both included. */
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
      /** The number of ticks until another lantern is in the hand. */
      rest: integer({ min: 0, max: restTicks }),
    }),
    /** A thrown lantern. */
    lantern: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 16 }),
      aim: once(angle({ steps: 256 })),
      by: once(reference()),
      /** The remaining ticks of flight; at 0 it burns where it fell. */
      flight: integer({ min: 0, max: flightTicks }),
      /** The person it has hit. */
      hit: reference(),
    }),
    /** The sky over the whole town, sent to everyone. */
    sky: entity({
      /** The time of day: 0 is midnight, 12 noon. */
      hour: quantized({ min: 0, max: 24, step: 1 / 16 }),
    }),
  },
  /**
   * A player's command: the direction to go, as a vector of length 0 to 1 (longer counts as 1), and whether to run;
   * whether to throw a lantern, and where to.
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
    /**
     * Takes up the nearest lantern that burns within reach: it is stored with the character and is there on the
     * next visit.
     */
    pick: { ask: record({}), reply: record({ carried: integer({ min: 0, max: 255 }) }) },
    /** Kills the process that has the asker's part of the town, where the town was started to be broken. */
    crash: { ask: record({}), reply: record({}) },
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

/** The command of a player who does nothing. */
export const idle = { east: 0, north: 0, isRunning: false, throws: false, aim: 0 } as const
