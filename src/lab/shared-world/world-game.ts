import { OutsideError } from '../../core/index.ts'
import { emptyMap } from '../../geometry/index.ts'
import { defineServer, Sorry } from '../../server/index.ts'
import { integer, record, text } from '../../wire/index.ts'
import {
  type AnyEntity,
  BODY_RADIUS,
  defineGame,
  entity,
  motion,
  once,
  reference,
} from '../../world/index.ts'

/** Metres a second. */
const SPEED = 12
/** The map's side in metres: four districts. */
const SIDE = 256
/** Balls turn round so far from the edge of the map, in metres. */
const EDGE = 90
/** How far beyond that something that rolls may be shown at most, in metres: what it rolls in some ticks. */
const ASTRAY_METRES = 12
/** How far one looks, in metres. */
export const WORLD_VIEW = 48

const body = motion({ tolerance: 1 / 32, speedMax: 16 })
const count = integer({ min: 0, max: 2 ** 31 - 1 })
const label = text({ bytesMax: 32 })

/** What the simulated cluster plays: walkers who trade, balls that roll over borders, things that not all may see. */
export const worldGame = defineGame({
  name: 'simulated',
  version: '1',
  map: { width: SIDE, height: SIDE, cellSize: 16 },
  player: 'walker',
  entities: {
    walker: entity({
      position: body,
      steps: count,
      hits: count,
      team: integer({ min: 1, max: 2 }),
      name: once(label),
    }),
    /** Rolls to and fro by itself. */
    ball: entity({
      position: body,
      east: integer({ min: -16, max: 16 }),
      north: integer({ min: -16, max: 16 }),
      bounces: count,
      name: once(label),
    }),
    /** Rolls too, and only the one of this name may know of it. */
    secret: entity({
      position: body,
      east: integer({ min: -16, max: 16 }),
      bounces: count,
      owner: once(label),
    }),
    /** Seen by a team alone. */
    banner: entity({
      position: body,
      east: integer({ min: -16, max: 16 }),
      bounces: count,
      of: once(integer({ min: 1, max: 2 })),
    }),
    sky: entity({ rain: count }),
  },
  command: record({
    east: integer({ min: -1, max: 1 }),
    north: integer({ min: -1, max: 1 }),
    strikes: reference(),
  }),
  events: { said: record({ who: reference(), number: count }) },
  requests: {
    say: { ask: record({ number: count }), reply: record({}) },
    trade: {
      ask: record({ number: count, item: count, to: count }),
      reply: record({ done: integer({ min: 0, max: 1 }) }),
    },
  },
  step(self, command, near) {
    const metres = SPEED * near.seconds
    near.map.slide(self.position, command.east * metres, command.north * metres, BODY_RADIUS)
    if (command.east !== 0 || command.north !== 0) self.steps++
  },
  moves: { ball: roll, secret: roll, banner: roll },
})

function roll(
  self: AnyEntity & { position: { x: number; y: number }; east: number; north?: number; bounces: number },
  near: { readonly seconds: number },
): boolean {
  const { position } = self
  position.x += self.east * near.seconds
  position.y += (self.north ?? 0) * near.seconds
  const isOut = (at: number, speed: number): boolean =>
    (at > SIDE - EDGE && speed > 0) || (at < EDGE && speed < 0)
  if (isOut(position.x, self.east)) {
    self.east = -self.east
    self.bounces++
  }
  if (self.north !== undefined && isOut(position.y, self.north)) {
    self.north = -self.north
    self.bounces++
  }
  return true
}

/** Returns whether something that rolls is where it can be, or so little further that it was foreseen there. */
export function isWhereItRolls({ x, y }: { readonly x: number; readonly y: number }): boolean {
  const [least, most] = [EDGE - ASTRAY_METRES, SIDE - EDGE + ASTRAY_METRES]
  return x >= least && y >= least && x <= most && y <= most
}

/** The team of a player: by the name. */
export const teamOf = (name: string): 1 | 2 => (name.charCodeAt(name.length - 1) % 2 === 0 ? 1 : 2)

/** A trade that a player asked for, under a name of its own. */
export interface AskedTrade {
  readonly id: string
  readonly entity: number
  readonly item: number
  readonly to: number
}

/**
 * Describes a region of the simulated cluster.
 *
 * @param trade  does a trade for an entity of this region; rejects where it is not known whether it was done
 */
export function worldServer(trade: (asked: AskedTrade) => Promise<'done' | 'refused' | 'stale'>) {
  return defineServer(worldGame, {
    map: emptyMap(SIDE, SIDE),
    viewRadius: WORLD_VIEW,
    begin({ world }) {
      world.spawn('sky', { rain: 0 })
      let number = 0
      for (const x of [104, 152])
        for (const y of [104, 152]) {
          number++
          const position = { x, y }
          world.spawn('ball', { position, east: 3 * number, north: 13 - 2 * number, name: `ball ${number}` })
          world.spawn(
            'secret',
            { position, east: 14 - number, owner: `player ${number}` },
            { isRestricted: true },
          )
          const of = number % 2 === 0 ? 2 : 1
          world.spawn('banner', { position, east: -9 - number, of }, { group: of })
        }
    },
    join: ({ world, player }) => {
      const east = player.name.length > 0 && player.name.charCodeAt(player.name.length - 1) % 3
      return world.spawn('walker', {
        position: { x: SIDE / 2 + 6 * (Number(east) - 1), y: SIDE / 2 },
        team: teamOf(player.name),
        name: player.name,
      })
    },
    update({ world }) {
      for (const sky of world.entities('sky')) sky.rain++
      for (const player of world.players.values()) {
        const struck = world.get(player.commands.current?.strikes ?? 0)
        if (struck?.kind === 'ball') struck.bounces++
      }
    },
    canSee: ({ player, entity }) => entity.kind !== 'secret' || entity.owner === player.name,
    groups: ({ player }) => [teamOf(player.name)],
    requests: {
      say({ world, player, ask }) {
        const near = player.entity?.position ?? { x: 0, y: 0 }
        world.tell('said', { who: player.entity?.id ?? 0, number: ask.number }, { near, radius: 40 })
        return {}
      },
      async trade({ player, ask: { number, item, to } }) {
        const entity = player.entity?.id ?? 0
        try {
          const traded = await trade({ id: `${player.name}/${number}`, entity, item, to })
          if (traded === 'stale') throw new Sorry('Ask again.')
          return { done: traded === 'done' ? 1 : 0 }
        } catch (error) {
          throw error instanceof OutsideError ? new Sorry('Ask again.') : error
        }
      },
    },
  })
}
