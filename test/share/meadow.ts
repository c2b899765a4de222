import { emptyMap } from '../../src/geometry/index.ts'
import { defineGame, entity, integer, motion, once, record, reference, text } from '../../src/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { BODY_RADIUS } from '../../src/world/index.ts'

/** Metres a second. */
export const SPEED = 12

const body = motion({ tolerance: 1 / 32, speedMax: 16 })

/** A game for regions that share a world: a meadow of four districts, 128 m each, with walkers, balls and sheep. */
export const meadow = defineGame({
  name: 'meadow',
  version: '1',
  map: { width: 256, height: 256, cellSize: 16 },
  player: 'walker',
  entities: {
    walker: entity({
      position: body,
      health: integer({ min: 0, max: 100 }),
      steps: integer({ min: 0, max: 1_000_000 }),
      name: once(text({ bytesMax: 64 })),
    }),
    /** Rolls east and west by itself. */
    ball: entity({
      position: body,
      east: integer({ min: -16, max: 16 }),
      bounces: integer({ min: 0, max: 1_000_000 }),
      owner: reference(),
      label: once(text({ bytesMax: 64 })),
    }),
    sheep: entity({ position: body, wool: integer({ min: 0, max: 100 }) }),
    secret: entity({ position: body, code: integer({ min: 0, max: 65_535 }) }),
    sky: entity({ rain: integer({ min: 0, max: 9 }) }),
  },
  command: record({
    east: integer({ min: -1, max: 1 }),
    north: integer({ min: -1, max: 1 }),
    throws: integer({ min: 0, max: 1 }),
    /** Strikes at whom it sees there, in tenths of a metre; 0 for nobody. */
    atX: integer({ min: 0, max: 2560 }),
    atY: integer({ min: 0, max: 2560 }),
  }),
  events: { said: record({ who: reference(), text: text({ bytesMax: 64 }) }) },
  requests: {
    say: {
      ask: record({ text: text({ bytesMax: 64 }) }),
      reply: record({ heardBy: integer({ min: 0, max: 1000 }) }),
    },
    slow: {
      ask: record({ text: text({ bytesMax: 64 }) }),
      reply: record({ text: text({ bytesMax: 64 }) }),
    },
  },
  step(self, command, near) {
    const metres = SPEED * near.seconds
    near.map.slide(self.position, command.east * metres, command.north * metres, BODY_RADIUS)
    if (command.east !== 0 || command.north !== 0) self.steps++
    if (command.throws > 0)
      near.spawn('ball', {
        position: { ...self.position },
        east: command.east * 14,
        owner: self.id,
        label: 'thrown',
      })
  },
  moves: {
    ball(self, near) {
      self.position.x += self.east * near.seconds
      if ((self.position.x > 150 && self.east > 0) || (self.position.x < 106 && self.east < 0)) {
        self.east = -self.east
        self.bounces++
      }
      return true
    },
  },
})

export const meadowMap = emptyMap(256, 256)

/** Where players come in: those whose names begin with W in the west, others in the east. */
export const placeOf = (name: string): { x: number; y: number } => ({
  x: name.startsWith('W') ? 118 : 138,
  y: 64,
})

/** A command to go. */
export const go = (
  east: number,
  north: number,
  more: { throws?: number; atX?: number; atY?: number } = {},
) => ({
  ...{ east, north, throws: 0, atX: 0, atY: 0 },
  ...more,
})

export const meadowServer = defineServer(meadow, {
  map: meadowMap,
  update({ world }) {
    for (const player of world.players.values()) {
      const { atX = 0, atY = 0 } = player.commands.current ?? {}
      if (atX === 0) continue
      for (const struck of world.nearSeenBy(player, { x: atX / 10, y: atY / 10 }, 0.5))
        if (struck.kind === 'walker' && struck !== player.entity)
          struck.health = Math.max(0, struck.health - 10)
    }
  },
  begin({ world }) {
    world.spawn('sky', { rain: 3 })
    for (const x of [32, 224])
      for (const y of [32, 224]) world.spawn('sheep', { position: { x, y }, wool: 50 })
  },
  join: ({ world, player }) =>
    world.spawn('walker', { position: placeOf(player.name), health: 100, name: player.name }),
  requests: {
    say({ world, player, ask: { text: words } }) {
      const place = player.entity?.position ?? { x: 0, y: 0 }
      world.tell('said', { who: player.entity?.id ?? 0, text: words }, { near: place, radius: 40 })
      return { heardBy: world.near(place, 40).length }
    },
    slow: async ({ ask }) => {
      await new Promise((resolve) => waiting.push(resolve as () => void))
      return { text: ask.text }
    },
  },
})

/** Requests that wait until the test lets them go on. */
export const waiting: (() => void)[] = []
