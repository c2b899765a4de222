/** Measures what players cost in bytes, by running them: the figures of the laboratory's scaling panels. */
import { cos, sin, type World } from 'shardless'
import {
  clusterScale,
  defaultSettings,
  Experiment,
  JoinedWorld,
  linkHeaderBytes,
  Pair,
  PeerRun,
} from 'shardless/lab'
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
const LAND_RADIUS = 32
/** How many of a crowd are players with clients: the others are moved by the server. */
const CLIENTS = 8
/** How much of a large world is run at a stretch, in ms of its time. */
const RUN_MS = 100
/** What one process of each kind carries; the cluster guide has the measurements. */
export const PER_PROCESS = { perGateway: 400, perRegion: 250 } as const
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

/** Bytes a second, with all headers, of a world of several processes. */
export interface ClusterBytes {
  /** To each player, the mean. */
  readonly toEach: number
  /** On all lines between gateways and regions together, both ways. */
  readonly between: number
}

/**
 * Measures a world that regions and gateways share: every player has a client at one of the gateways, and walks about
 * in one of the regions, each of which has a strip of the land.
 *
 * @param count  2 .. 1000
 * @param rest  called now and then, for a page to draw meanwhile
 */
export async function measureCluster(
  count: number,
  rest = async (): Promise<void> => {},
): Promise<ClusterBytes> {
  const { gateways, regions } = clusterScale(count, PER_PROCESS)
  const side = sideFor(count)
  const game = labField(true, side)
  const strips = Array.from({ length: regions }, (_, region): Strip => {
    const [west, east] = [region, region + 1].map((edge) => (edge * side) / regions)
    return { west, east }
  })
  const world = new JoinedWorld<Field>({
    ...{ game, gateways, seed: SEED },
    regions: strips.map((strip) => landServer(game, { walkers: 0, isOnLand: true, strip })),
    headerBytes: { players: linkHeaderBytes.websocket, between: linkHeaderBytes.tcp },
  })
  for (let number = 0; number < count; number++)
    world.connect(
      { name: bots.name({ number }) },
      { region: number % regions, gateway: Math.floor(number / regions) % gateways },
    )
  const run = async (ms: number): Promise<void> => {
    for (let done = 0; done < ms; done += RUN_MS) {
      await world.run(RUN_MS)
      await rest()
    }
  }
  await run(WARM_MS)
  const missing = world.clients.filter(({ status }) => status !== 'open').length
  if (missing > 0) throw new Error(`${missing} of ${count} players have not come in.`)
  const before = { ...world.bytes }
  await run(COUNTED_MS)
  const { toPlayers, toGateways, toRegions } = world.bytes
  const perSecond = (bytes: number): number => (bytes * 1000) / COUNTED_MS
  return {
    toEach: perSecond(toPlayers - before.toPlayers) / count,
    between: perSecond(toGateways - before.toGateways + toRegions - before.toRegions),
  }
}

/**
 * Measures what each player in a place where all see all is sent, in bytes a second with all headers: the mean of some
 * who have clients. The others are walkers that the server moves, which costs them the same.
 *
 * @param count  2 .. 1000
 */
export async function measureCrowd(count: number): Promise<number> {
  const clients = Math.min(CLIENTS, count)
  const game = labField(true)
  const strip: Strip = { west: 0, east: FIELD_METRES }
  const server = landServer(game, { walkers: count - clients, isOnLand: false, strip })
  const pair = new Pair<Field>(server, { seed: SEED })
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

/** The side of the land of so many, in metres: a multiple of a cell's, and not less than the field's. */
function sideFor(count: number): number {
  return Math.max(FIELD_METRES, 16 * Math.ceil(Math.sqrt(count * LAND_EACH) / 16))
}

/** From where to where walkers stay, in metres. */
interface Strip {
  readonly west: number
  readonly east: number
}

/** Serves a field of any size, on which the server walks everybody, players too, within a strip of it. */
function landServer(
  game: Field,
  {
    walkers,
    isOnLand,
    strip,
  }: { readonly walkers: number; readonly isOnLand: boolean; readonly strip: Strip },
) {
  const { width: side } = game.map
  const paces = new Map<number, { until: number; east: number; north: number }>()
  const spot = ({ random }: World<Field>) => ({
    x: random.between(strip.west + 2, strip.east - 2),
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
        if (x < strip.west + BODY_METRES || x > strip.east - BODY_METRES) pace.east = -pace.east
        else position.x = x
        if (y < BODY_METRES || y > side - BODY_METRES) pace.north = -pace.north
        else position.y = y
      }
    },
    requests: { wave: () => ({ seenBy: 0 }) },
  })
}
