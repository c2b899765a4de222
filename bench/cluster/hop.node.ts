/** A game that says when it says something: an event each tick, and an answer that tells how long a question took. */
import { emptyMap } from '../../src/geometry/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { bool, integer, record } from '../../src/wire/index.ts'
import { defineGame, entity, motion } from '../../src/world/index.ts'
import { TICKS_PER_SECOND } from './scene.node.ts'

const SIDE = 256
const centre = { x: SIDE / 2, y: SIDE / 2 }
/** Moments go round after so many us. */
const ROUND = 2 ** 30

export const hopGame = defineGame({
  name: 'hop',
  version: '1',
  ticksPerSecond: TICKS_PER_SECOND,
  map: { width: SIDE, height: SIDE, cellSize: 32 },
  player: 'walker',
  entities: { walker: entity({ position: motion({ tolerance: 0.01, speedMax: 8 }) }) },
  command: record({ walks: bool() }),
  events: { told: record({ at: integer({ min: 0, max: ROUND - 1 }) }) },
  requests: {
    heard: {
      ask: record({ at: integer({ min: 0, max: ROUND - 1 }) }),
      reply: record({ afterUs: integer({ min: 0, max: ROUND - 1 }) }),
    },
  },
  step() {},
})

/** The moment in us, the same in all processes of this machine. */
export function moment(): number {
  return Number((process.hrtime.bigint() / 1000n) % BigInt(ROUND))
}

/** How long ago a moment was, in us. */
export function since(at: number): number {
  return (moment() - at + ROUND) % ROUND
}

export default defineServer(hopGame, {
  map: emptyMap(SIDE, SIDE),
  join: ({ world }) => world.spawn('walker', { position: { ...centre } }),
  update({ world }) {
    if (world.entityCount > 0) world.tell('told', { at: moment() }, { near: centre, radius: SIDE })
  },
  requests: { heard: ({ ask: { at } }) => ({ afterUs: since(at) }) },
})
