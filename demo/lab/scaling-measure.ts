/** Measures what players cost in bytes, by running them: the figures of the laboratory's scaling panels. */
import { cos, sin, type World } from 'shardless'
import { defaultSettings, Experiment, linkHeaderBytes, Pair, PeerRun } from 'shardless/lab'
import { defineServer } from 'shardless/server'
import { BODY_METRES, FIELD_METRES, type Field, labField } from './field.ts'
import bots from './field-bot.ts'
import definition from './field-server.ts'

/** How long a run lasts until it is counted, and how long it is counted, in ms of its time. */
const WARM_MS = 2000
const COUNTED_MS = 4000
const SEED = 7
/** How much land each walker of a large world has, and how far each player sees there, in metres. */
const LAND_EACH = 10 * 10
export const LAND_RADIUS = 32
/** How many of a large world's walkers are players with clients: the others are moved by the server. */
const CLIENTS = 8
const WALK_METRES_PER_SECOND = 5

/** Bytes a second, with all headers. */
export interface ServedBytes {
  /** To all clients, and from all. */
  readonly down: number
  readonly up: number
}

/** Bytes a second, with all headers. */
export interface MeshBytes {
  /** On all connections together, and from each peer. */
  readonly all: number
  readonly upEach: number
}

/** Whether everybody has land of its own, or all are in one place and see each other. */
export type Gathering = 'land' | 'one place'

/** Measures a server with so many clients, 2 .. 12, who all see each other. */
export async function measureServed(count: number): Promise<ServedBytes> {
  const settings = { ...defaultSettings, seed: SEED, players: count, weather: ['fibre'] }
  const run = new Experiment<Field>({ settings, definition, bots })
  await run.advance(WARM_MS)
  const sum = (way: 'up' | 'down'): number => {
    let bytes = 0
    for (let player = 0; player < count; player++) bytes += run.traffic.counts(player)[way].bytes
    return bytes
  }
  const before = { up: sum('up'), down: sum('down') }
  await run.advance(WARM_MS + COUNTED_MS)
  const perSecond = (way: 'up' | 'down'): number => ((sum(way) - before[way]) * 1000) / COUNTED_MS
  return { up: perSecond('up'), down: perSecond('down') }
}

/** Measures a full mesh of so many peers, 2 .. 12, that tell each other their inputs. */
export function measureMesh(count: number): MeshBytes {
  const run = new PeerRun({ topology: 'peer-to-peer', count, seed: SEED, weather: ['fibre'] })
  run.advance(WARM_MS)
  const before = run.traffic.map(({ bytesUp }) => bytesUp)
  run.advance(WARM_MS + COUNTED_MS)
  const up = run.traffic.map(({ bytesUp }, peer) => ((bytesUp - before[peer]) * 1000) / COUNTED_MS)
  const all = up.reduce((sum, bytes) => sum + bytes, 0)
  return { all, upEach: all / count }
}

/**
 * Measures what each player of a world of `count` walkers is sent, in bytes a second with all headers: the mean of
 * some who have clients. The others are walkers that the server moves, which costs them the same.
 *
 * @param count  2 .. 1000
 */
export async function measureWorld(count: number, gathering: Gathering): Promise<number> {
  const isOnLand = gathering === 'land'
  const side = isOnLand
    ? Math.max(FIELD_METRES, 16 * Math.ceil(Math.sqrt(count * LAND_EACH) / 16))
    : FIELD_METRES
  const clients = Math.min(CLIENTS, count)
  const game = labField(true, side)
  const pair = new Pair<Field>(landServer(game, { walkers: count - clients, isOnLand }), { seed: SEED })
  let bytes = 0
  for (let number = 0; number < clients; number++)
    pair.connect(
      { name: bots.name({ number }) },
      {
        toClient: (length, now) => {
          if (length > 0) bytes += length + linkHeaderBytes.websocket
          return [now]
        },
      },
    )
  await pair.run(WARM_MS)
  const before = bytes
  await pair.run(COUNTED_MS)
  return ((bytes - before) * 1000) / COUNTED_MS / clients
}

/** Serves a field of any size, on which the server walks everybody, players too. */
function landServer(
  game: Field,
  { walkers, isOnLand }: { readonly walkers: number; readonly isOnLand: boolean },
) {
  const { width: side } = game.map
  const paces = new Map<number, { until: number; east: number; north: number }>()
  const spot = ({ random }: World<Field>) => ({
    x: random.between(2, side - 2),
    y: random.between(2, side - 2),
  })
  return defineServer(game, {
    viewRadius: isOnLand ? LAND_RADIUS : FIELD_METRES,
    begin({ world }) {
      for (let number = 0; number < walkers; number++)
        world.spawn('walker', { position: spot(world), mood: number % 8, name: `walker ${number}` })
    },
    join: ({ world, player }) => world.spawn('walker', { position: spot(world), name: player.name }),
    update({ world }) {
      const metres = WALK_METRES_PER_SECOND / game.ticksPerSecond
      for (const { id, position } of world.entities('walker')) {
        let pace = paces.get(id)
        if (pace === undefined || world.tick >= pace.until) {
          const turn = world.random.between(0, 2 * Math.PI)
          const ticks = game.ticksPerSecond * world.random.between(0.4, 1.8)
          pace = { until: world.tick + ticks, east: cos(turn) * metres, north: sin(turn) * metres }
          paces.set(id, pace)
        }
        const [x, y] = [position.x + pace.east, position.y + pace.north]
        if (x < BODY_METRES || x > side - BODY_METRES) pace.east = -pace.east
        else position.x = x
        if (y < BODY_METRES || y > side - BODY_METRES) pace.north = -pace.north
        else position.y = y
      }
    },
    requests: { wave: () => ({ seenBy: 0 }) },
  })
}
