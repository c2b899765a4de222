/**
 * Haunted Chronicles, as server, page and bots share it: hide and seek in a dark house. Seekers carry lanterns;
 * hiders are a little slower and keep out of the light. Whoever is touched is caught.
 *
 * Metres and seconds; x east, y north from the south-west corner of the house. `measure.ts` has the pixels.
 */
import {
  angle,
  bool,
  choice,
  defineGame,
  type EntityOf,
  entity,
  heading,
  integer,
  motion,
  once,
  quantized,
  type ReplyOf,
  record,
  roomParts,
  roomRequests,
  text,
} from 'shardless'
import { colours } from './colours.ts'
import { body, dreadMax, height, pace, px, ticksPerSecond, width } from './measure.ts'

/** One axis of a direction, -1 to 1, both included. */
const axis = quantized({ min: -1, max: 1 + 1 / 64, step: 1 / 64 })

export const nameBytesMax = 64
export const sayBytesMax = 160
/** The most people in one house. */
export const peopleMax = 40

/** Neutral: who has not chosen. */
export const teams = ['neutral', 'seekers', 'hiders'] as const
export type Team = (typeof teams)[number]
export const team = choice(teams)

const name = text({ bytesMax: nameBytesMax })
/** A number of `colours`. */
const colour = integer({ min: 0, max: colours.length - 1 })
const few = integer({ min: 0, max: 65_535 })
const place = (max: number) => quantized({ min: 0, max, step: px })

/** What a host or an operator may set; counted in seconds and people. */
export const rulesRecord = record({
  huntSeconds: integer({ min: 5, max: 3600 }),
  /** How long hiders have to run before seekers open their eyes. */
  headStartSeconds: integer({ min: 0, max: 60 }),
  /** How many a house is filled up to with bots. */
  fillTo: integer({ min: 0, max: peopleMax }),
})

export const haunted = defineGame({
  name: 'haunted',
  version: '1',
  ticksPerSecond,
  map: { width, height, cellSize: 6.75 },
  player: 'soul',
  entities: {
    soul: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 14 }),
      heading: angle({ steps: 64 }),
      name: once(name),
      team,
      colour,
      /** How many pixels it goes in a tick. */
      pace: integer({ min: 0, max: 15 }),
    }),
    /** A post with a light. Everyone in the house knows where they are. */
    lamp: entity({
      x: once(place(width)),
      y: once(place(height)),
      reach: once(quantized({ min: 0, max: 64, step: px })),
      isOn: bool(),
    }),
    /** What goes on in a room, for everyone in it. */
    match: entity({
      code: text({ bytesMax: 16 }),
      /** Counting and result are the two transitions between lobby and hunt. */
      phase: choice(['lobby', 'counting', 'hunt', 'result']),
      /** The tick at which the phase ends; 0 in the lobby, which ends when all are ready. */
      endsAt: integer({ min: 0, max: 4_294_967_295 }),
      /** The tick at which seekers open their eyes. */
      eyesOpenAt: integer({ min: 0, max: 4_294_967_295 }),
      winner: choice(['nobody', 'seekers', 'hiders']),
      rules: rulesRecord,
    }),
    /** One of a room's people, as everyone in it knows them: never where they are. */
    person: entity({
      name: once(name),
      isBot: once(bool()),
      team,
      colour,
      isReady: bool(),
      isHost: bool(),
      isCaught: bool(),
      /** Whether the connection is lost, and the seat kept. */
      isAway: bool(),
      /** What they did in the last match: whom they caught, how many seconds they lasted, how many metres they went. */
      caught: few,
      lasted: few,
      walked: few,
    }),
    /** A room in the list, where players come in. */
    room: entity(roomParts),
  },
  /** The direction to go, as a vector of length 0 to 1; longer counts as 1. */
  command: record({ east: axis, north: axis }),
  events: {
    /** Somebody was caught: told to everyone in the house. */
    caught: record({ who: name, by: name }),
    /** How loud the own heart beats: told to each hider alone. */
    heart: record({ loudness: integer({ min: 0, max: dreadMax }) }),
    said: record({ who: name, text: text({ bytesMax: sayBytesMax }) }),
    /** What a room or the operator has to say to one. */
    notice: record({ text: text({ bytesMax: sayBytesMax }) }),
  },
  requests: {
    ...roomRequests,
    chooseTeam: { ask: record({ team }), reply: record({}) },
    chooseColour: { ask: record({ colour: integer({ min: 0, max: 255 }) }), reply: record({}) },
    sayReady: { ask: record({ isReady: bool() }), reply: record({}) },
    say: { ask: record({ text: text({ bytesMax: sayBytesMax }) }), reply: record({}) },
    /** For the host alone: sets rules, or begins although not everyone is ready. */
    setRules: { ask: rulesRecord, reply: record({}) },
    beginNow: { ask: record({}), reply: record({}) },
    /** For who was caught, or watches: follows somebody by name; the whole house when empty. */
    follow: { ask: record({ name }), reply: record({}) },
  },
  step(self, { east, north }, near) {
    if (east === 0 && north === 0) return
    // Two ways together must not be faster than one.
    const squared = east * east + north * north
    const share = squared > 1 ? 1 / Math.sqrt(squared) : 1
    const stride = self.pace * px * share
    self.heading = heading(east, north)
    if (stride > 0) near.map.slide(self.position, east * stride, north * stride, body)
  },
})

export type Soul = EntityOf<typeof haunted, 'soul'>
export type Lamp = EntityOf<typeof haunted, 'lamp'>
export type MatchView = EntityOf<typeof haunted, 'match'>
export type Person = EntityOf<typeof haunted, 'person'>
export type Phase = MatchView['phase']
export type Winner = MatchView['winner']
export type Rules = MatchView['rules']
export type Seated = ReplyOf<typeof haunted, 'quickMatch'>

/** The command of a player who does nothing. */
export const idle = { east: 0, north: 0 } as const

/** The rules of a room that nobody has set. */
export const defaultRules: Rules = { huntSeconds: 200, headStartSeconds: 5, fillTo: 8 }

/** The pace of one of a team in the hunt. */
export function huntPace(of: Team): number {
  return of === 'seekers' ? pace.seeker : pace.hider
}
