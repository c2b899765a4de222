import { Client, type ClientOptions } from '../../client/index.ts'
import { type Instant, instant, Random } from '../../core/index.ts'
import { Gateway, JoinedRegions, limitsFor } from '../../gateway/index.ts'
import { Region, RemoteGateway } from '../../region/index.ts'
import type { ServerDefinition } from '../../server/index.ts'
import { MemoryNetwork } from '../../transport/index.ts'
import type { AnyGame } from '../../world/index.ts'

/** Bytes that may be on the way between two processes before the slower is given up. */
const BUFFER_BYTES_MAX = 64 * 1024 * 1024
/** How long a step of everything is, in ms. */
const STEP_MS = 5
/** Between the first ids of two regions. */
const IDS_EACH = 1_000_000
/** Sessions' secrets, in bytes. */
const SECRET_BYTES = 16

export interface JoinedWorldOptions<G extends AnyGame> {
  readonly game: G
  /** What each region serves: its part of the world. */
  readonly regions: readonly ServerDefinition<G>[]
  readonly gateways: number
  readonly seed: number
  /** What each packet costs besides its length: to and from players, and between processes. */
  readonly headerBytes: { readonly players: number; readonly between: number }
}

/** Bytes since the beginning, with headers. */
export interface JoinedBytes {
  toPlayers: number
  fromPlayers: number
  /** From regions to gateways, and from gateways to regions, on all their lines together. */
  toGateways: number
  toRegions: number
}

/**
 * One world of several regions that several gateways show to their players, in one process and virtual time, on links
 * without weather, with every byte counted. Nobody goes from one region to another.
 *
 *     const world = new JoinedWorld({ game, regions: [west, east], gateways: 2, seed: 7, headerBytes })
 *     world.connect({ name: 'Ada' }, { region: 0, gateway: 1 })
 *     await world.run(5000)
 */
export class JoinedWorld<G extends AnyGame> {
  readonly bytes: JoinedBytes = { toPlayers: 0, fromPlayers: 0, toGateways: 0, toRegions: 0 }
  readonly clients: Client<G>[] = []
  readonly #options: JoinedWorldOptions<G>
  readonly #network = new MemoryNetwork()
  readonly #random: Random
  readonly #regions: readonly Region[]
  readonly #gateways: readonly Gateway[]
  /** By name of a player: the region where it comes in. */
  readonly #entrances = new Map<string, number>()
  #now: Instant = instant(0)

  constructor(options: JoinedWorldOptions<G>) {
    this.#options = options
    this.#random = new Random(options.seed)
    this.#regions = options.regions.map((definition, index) => {
      const region = new Region(definition, { random: this.#random.fork() }, this.#now)
      region.realm.ids.goOnFrom(index * IDS_EACH + 1)
      return region
    })
    this.#gateways = Array.from({ length: options.gateways }, (_, index) => this.#gateway(index))
  }

  get now(): number {
    return this.#now
  }

  /** Connects a player to a gateway; it comes in at a region. */
  connect(options: ClientOptions, place: { readonly region: number; readonly gateway: number }): Client<G> {
    this.#entrances.set(options.name as string, place.region)
    const { bytes } = this
    const { players } = this.#options.headerBytes
    const openLink = async () =>
      this.#network.connect(nameOf(place.gateway), {
        toClient: (length, now) => {
          if (length > 0) bytes.toPlayers += length + players
          return [now]
        },
        toServer: (length, now) => {
          if (length > 0) bytes.fromPlayers += length + players
          return [now]
        },
      })
    const client = new Client<G>(this.#options.game, options, {
      openLink,
      now: () => this.#now,
      random: this.#random.fork(),
    })
    this.clients.push(client)
    return client
  }

  /** Lets so many milliseconds pass. */
  async run(ms: number): Promise<void> {
    for (const end = this.#now + ms; this.#now < end; this.#now = instant(this.#now + STEP_MS)) {
      for (const region of this.#regions) region.advance(this.#now)
      this.#network.deliver(this.#now)
      for (const gateway of this.#gateways) gateway.advance(this.#now)
      this.#network.deliver(this.#now)
      for (const client of this.clients) client.poll()
      this.#network.deliver(this.#now)
      for (let i = 0; i < 4; i++) await Promise.resolve()
    }
  }

  #gateway(index: number): Gateway {
    const { game, headerBytes } = this.#options
    const { bytes } = this
    const entrance = ({ name }: { readonly name: string }): string =>
      regionName(this.#entrances.get(name) ?? 0)
    const joined = new JoinedRegions({ game, entrance })
    for (const [number, region] of this.#regions.entries()) {
      const { client, server } = this.#network.pair({
        bufferBytesMax: BUFFER_BYTES_MAX,
        toServer: (length, now) => {
          if (length > 0) bytes.toRegions += length + headerBytes.between
          return [now]
        },
        toClient: (length, now) => {
          if (length > 0) bytes.toGateways += length + headerBytes.between
          return [now]
        },
      })
      const remote = new RemoteGateway(region, game, server, nameOf(index))
      const take = joined.join(regionName(number), client)
      server.open({ receive: (packet) => remote.take(packet, this.#now), closed: () => remote.close() })
      client.open({ receive: take, closed: () => {} })
    }
    const random = this.#random.fork()
    const gateway = new Gateway(
      {
        game,
        facts: { name: 'joined', welcome: '', levelCap: undefined, outdated: 'tell' },
        limits: limitsFor(game, {}),
        link: joined,
        secret: () => Uint8Array.from({ length: SECRET_BYTES }, () => random.integer(0, 255)),
        content: undefined,
        admission: undefined,
        mistake: (_dialect, error) => {
          throw error
        },
      },
      this.#now,
    )
    this.#network.listen(nameOf(index), (link) => gateway.accept(link, () => this.#now))
    return gateway
  }
}

function nameOf(gateway: number): string {
  return `gateway-${gateway}`
}

function regionName(region: number): string {
  return `region-${region}`
}
