/**
 * A game of people who walk about on a square and throw at each other, and a clock's hand: where it is shown says
 * which tick is shown.
 */
import { defineBot } from '../../src/client/index.ts'
import { bool, defineGame, entity, integer, motion, quantized, record, type World } from '../../src/index.ts'
import { defineServer } from '../../src/server/index.ts'

export const TICKS_PER_SECOND = 20
/** The square they walk on, by its south-west corner and side, in metres. */
const SQUARE = { west: 1024, south: 32, side: 64 }
const SPEED = 5
/** A throw hits anyone whom it misses by less than this, in metres. */
const BODY = 0.4
/** Where a throw is aimed at, in metres from the square's corner. */
const aim = quantized({ min: 0, max: SQUARE.side + 1, step: 1 / 64 })
/** How far the hand goes to the east in a tick, in metres: exact in whatever units positions travel. */
const HAND_STEP = 0.25
/** The group of the hand, which everybody follows. */
const GROUP = 1
/** How many seconds one who stops stands still: long enough to be seen standing in any weather. */
const REST_SECONDS = 2.5

export const feel = defineGame({
  name: 'feel',
  version: '1',
  ticksPerSecond: TICKS_PER_SECOND,
  map: { width: 4096, height: 128, cellSize: 32 },
  player: 'walker',
  entities: {
    walker: entity({ position: motion({ tolerance: 1 / 32, speedMax: 8 }) }),
    hand: entity({ position: motion({ tolerance: 1 / 32, speedMax: 8 }) }),
  },
  command: record({
    east: integer({ min: -1, max: 1 }),
    north: integer({ min: -1, max: 1 }),
    throws: bool(),
    aimEast: aim,
    aimNorth: aim,
  }),
  step({ position }, { east, north }, near) {
    const share = east !== 0 && north !== 0 ? Math.SQRT1_2 : 1
    const x = position.x + east * SPEED * share * near.seconds
    const y = position.y + north * SPEED * share * near.seconds
    position.x = Math.min(SQUARE.west + SQUARE.side, Math.max(SQUARE.west, x))
    position.y = Math.min(SQUARE.south + SQUARE.side, Math.max(SQUARE.south, y))
  },
})

/** By a player's name: throws that came to the server, and those that hit. */
export type Score = Map<string, { throws: number; hits: number }>

export const feelServer = (score: Score) =>
  defineServer(feel, {
    viewRadius: 96,
    begin({ world }) {
      world.spawn('hand', { position: { x: HAND_STEP, y: 1 } }, { group: GROUP })
    },
    update({ world }) {
      for (const hand of world.entities('hand')) hand.position.x = world.tick * HAND_STEP
      judge(world, score)
    },
    groups: () => [GROUP],
    join: ({ world }) =>
      world.spawn('walker', {
        position: {
          x: SQUARE.west + world.random.between(0, SQUARE.side),
          y: SQUARE.south + world.random.between(0, SQUARE.side),
        },
      }),
  })

/** Judges throws: one hits whoever its thrower saw where it was aimed. */
function judge(world: World<typeof feel>, score: Score): void {
  for (const player of world.players.values()) {
    const command = player.commands.current
    if (!command?.throws) continue
    const mine = score.get(player.name) ?? { throws: 0, hits: 0 }
    score.set(player.name, mine)
    mine.throws++
    const place = { x: SQUARE.west + command.aimEast, y: SQUARE.south + command.aimNorth }
    const struck = world.nearSeenBy(player, place, BODY)
    if (struck.some(({ kind, id }) => kind === 'walker' && id !== player.entity?.id)) mine.hits++
  }
}

/** Makes the part of a command that throws at a place. */
export function throwAt({ x, y }: { readonly x: number; readonly y: number }) {
  return { throws: true, aimEast: within(x - SQUARE.west), aimNorth: within(y - SQUARE.south) }
}

/** Returns the tick, with a fraction, at which the hand is where it is shown. */
export function tickOfHand(x: number): number {
  return x / HAND_STEP
}

const still = { east: 0, north: 0, throws: false, aimEast: 0, aimNorth: 0 }

/**
 * Bots that turn every half second to second and a half, turn back at the edge, and now and then stand for a while.
 */
export const feelBots = defineBot(feel, {
  begin({ random }) {
    let command = still
    let until = 0
    return ({ me, seconds }) => {
      if (seconds < until) return command
      const isResting = random.chance(0.1)
      until = seconds + (isResting ? REST_SECONDS : random.between(0.5, 1.5))
      const east = inward(me.position.x - SQUARE.west) ?? random.integer(-1, 1)
      const north = inward(me.position.y - SQUARE.south) ?? random.integer(-1, 1)
      command = isResting ? still : { ...still, east: east === 0 && north === 0 ? 1 : east, north }
      return command
    }
  },
})

/** Puts a place within the square: playback may show someone beyond the edge. */
function within(along: number): number {
  return Math.max(0, Math.min(SQUARE.side, along))
}

/** Returns which way leads back, near an edge. */
function inward(along: number): number | undefined {
  if (along < 4) return 1
  return along > SQUARE.side - 4 ? -1 : undefined
}
