import { type Instant, instant, type Measured, type Random, type Readings } from '../core/index.ts'
import type { ServerInformation } from '../dialect/index.ts'
import {
  type Admission,
  type ClientContent,
  type ContentDesk,
  Gateway,
  type Limits,
  limitsFor,
  type Spoken,
} from '../gateway/index.ts'
import type { WorldMap } from '../geometry/index.ts'
import {
  type AnyDefinition,
  DirectLink,
  type PersistenceOptions,
  Region,
  type Saver,
} from '../region/index.ts'
import type { RegionLink } from '../region/message/index.ts'
import { type Author, checkViewChoice } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import type { GameMistake, Player, Realm, World } from '../world/index.ts'

export interface HostOptions {
  readonly limits?: Partial<Limits>
  readonly random: Random
  /** Fine time in ms, to measure work with; not used for anything the world does. */
  readonly stopwatch?: () => number
  /**
   * Told what the game's own code threw, or left where it cannot be told; the world goes on without it. Of one
   * place not more than one in ten seconds is told, and how many there were: see `GameCode`. Left out, it is
   * thrown: in tests a mistake should be seen.
   */
  readonly report?: (error: unknown, mistake: GameMistake) => void
  /** Makes session tokens: 16 bytes that nobody can guess. Taken from `random` when left out, as in the lab. */
  readonly secret?: () => Uint8Array
  /** Client content, which clients keep current from this server. */
  readonly content?: ClientContent
  /** Decides who may enter; anyone with a name when left out. */
  readonly admission?: Admission
  /** Saves the characters of accounts. */
  readonly saver?: Saver
  /** The means by which handlers persist things. */
  readonly persistence?: PersistenceOptions
  /** The interval between own states sent without cause, in seconds; 10 when left out, Infinity for none. */
  readonly ownWordSeconds?: number
  /** Joins the gateway and the region by something other than calls. */
  readonly join?: (region: Region) => RegionLink
}

/** Statistics of a server, for metrics and the curious. */
export interface HostStats {
  readonly tick: number
  readonly players: number
  /** Of these, how many have lost their connection and may come back. */
  readonly playersAway: number
  readonly connections: number
  readonly entities: number
  /** Homes of maps, and instances that are open. */
  readonly worlds: number
  /** Milliseconds a tick took, averaged over the last second or so. */
  readonly tickMs: number
  /** The longest duration of a tick in the last second, in ms. */
  readonly tickMsWorst: number
  /** The latest start of a tick in the last second, in ms after its due time. */
  readonly tickLateMs: number
  /** The number of ticks skipped after stalls. */
  readonly ticksSkipped: number
  /** The number of commands that came after their tick was made. */
  readonly commandsLate: number
  readonly bytesOut: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly packetsIn: number
  readonly advancesEncoded: number
  /** The number of views whose radius is currently reduced by a crowd. */
  readonly viewsShrunk: number
  readonly dropped: Record<string, number>
  /** Errors thrown by the game's own code, by the callback. */
  readonly mistakes: Record<string, number>
  readonly closed: Record<string, number>
  /** Counts of messages dropped in dialects besides our own, by dialect. */
  readonly dialects: Record<string, Record<string, number>>
}

/**
 * A server without I/O: one gateway and one region in one process, joined by calls. It is handed links and told the
 * time, so that the same code runs over sockets and in the lab.
 *
 *     accept(link)           a connection of the gateway's; what its player wants goes on to the region
 *     advance(now), wakeAt   the region's ticks; with each the gateway sends one frame to each player
 */
export class Host implements Measured {
  readonly limits: Limits
  readonly gateway: Gateway
  readonly region: Region
  readonly #link: RegionLink
  readonly #isApart: boolean

  constructor(definition: AnyDefinition, options: HostOptions, now: Instant) {
    const { random, stopwatch, report, saver, persistence, content, admission, secret, ownWordSeconds } =
      options
    const { game } = definition
    const { name = game.name, welcome = '', levelCap, outdated = 'tell', view = {} } = definition.options
    checkViewChoice(view)
    const { newsTicks = view.newsTicks } = options.limits ?? {}
    this.limits = limitsFor(game, { ...options.limits, newsTicks })
    this.region = new Region(
      definition,
      { random, stopwatch, report, saver, persistence, ownWordSeconds },
      now,
    )
    this.#isApart = options.join !== undefined
    this.#link = options.join?.(this.region) ?? new DirectLink(this.region)
    const dice = (): Uint8Array => Uint8Array.from({ length: 16 }, () => random.integer(0, 255))
    this.gateway = new Gateway(
      {
        game,
        facts: { name, welcome, levelCap, outdated, view },
        limits: this.limits,
        link: this.#link,
        secret: secret ?? dice,
        content,
        admission,
        mistake: (dialect, error) => this.region.code.failed('dialect', dialect, error),
      },
      now,
    )
    if (!this.#isApart) this.gateway.connections.pace = this.region.timing
  }

  /** All worlds: the home of each map, and the instances that are open. */
  get realm(): Realm {
    return this.region.realm
  }

  /** The world where players enter. */
  get world(): World {
    return this.region.home.world
  }

  /** The author of that world; see `authorOf` for others. */
  get author(): Author {
    return this.region.home.author
  }

  /** Returns the author of the world of this id; undefined when there is none. */
  authorOf(instance: number): Author | undefined {
    return this.region.authorOf(instance)
  }

  /** The desk that serves client content, within each client's rate. */
  get content(): ContentDesk {
    return this.gateway.content
  }

  /** The addresses to connect to, as reported to anyone who asks: "ws://0.0.0.0:4000". */
  get listeners(): readonly string[] {
    return this.gateway.listeners
  }

  set listeners(urls: readonly string[]) {
    this.gateway.listeners = urls
  }

  /** Returns a map piece, or a map's index, by hash, for clients that lack it. */
  mapPiece(hash: string): Uint8Array | undefined {
    return this.#link.find(hash)
  }

  /**
   * Puts another map of the same size under the worlds of a map, and tells everyone there at once: see
   * `Region.reloadMap`.
   */
  reloadMap(map: WorldMap, name?: string): { freed: number; stuck: number } {
    return this.region.reloadMap(map, name)
  }

  /** When the next tick is due; or, if the halves are apart, when the gateway must serve its connections. */
  get wakeAt(): Instant {
    const { region, gateway } = this
    return this.#isApart ? instant(Math.min(region.wakeAt, gateway.wakeAt)) : region.wakeAt
  }

  measure(readings: Readings): void {
    this.gateway.measure(readings)
    this.region.measure(readings)
  }

  get stats(): HostStats {
    const { gateway, region } = this
    const { bytesIn, packetsIn, bytesOut, packetsOut, dropped, closed } = gateway.connections.traffic
    const { timing } = region
    let entities = 0
    let worlds = 0
    for (const { world } of region.worlds) {
      entities += world.entityCount
      worlds++
    }
    return {
      tick: this.world.tick,
      players: gateway.sessions.size,
      playersAway: gateway.sessions.away,
      connections: gateway.connections.size,
      entities,
      worlds,
      tickMs: timing.workMs,
      tickMsWorst: timing.worstMs,
      tickLateMs: timing.lateMs,
      ticksSkipped: timing.skipped,
      commandsLate: region.commandsLate,
      bytesOut,
      packetsOut,
      bytesIn,
      packetsIn,
      advancesEncoded: gateway.advancesEncoded,
      viewsShrunk: gateway.viewsShrunk,
      dropped: dropped.snapshot(),
      mistakes: { ...this.region.code.mistakes },
      closed,
      dialects: gateway.droppedByDialect,
    }
  }

  /** The server information that anyone may read without a login. */
  get information(): ServerInformation {
    return this.gateway.information
  }

  /** Returns why a link from this address would be refused now; undefined when it would not. */
  admit(address: string): string | undefined {
    return this.gateway.connections.admit(address)
  }

  /** Takes over a link. @param spoken  its dialect, and how its bytes are carried; our own dialect when left out */
  accept(link: Link, clock: () => Instant, spoken?: Spoken): void {
    this.gateway.accept(link, clock, spoken)
  }

  /**
   * Tells players, with the next packet to them, that the map has changed and must be reloaded.
   *
   * @param whom  which players; all of them when left out
   */
  raise(flag: 'map', whom: (player: Player) => boolean = () => true): void {
    this.gateway.raise(flag, this.region.sessionsOf(whom))
  }

  /** Ends a player's presence by the operator's word. @returns whether there is such a player */
  kick(playerId: number, reason: string): boolean {
    for (const { world } of this.realm.instances) {
      const player = world.players.get(playerId)
      if (!player) continue
      this.region.players.kick(player, reason)
      return true
    }
    return false
  }

  /** Returns the address that a player's connection comes from; undefined while there is none. */
  addressOf(playerId: number): string | undefined {
    const [session] = this.region.sessionsOf(({ id }) => id === playerId)
    return session === undefined ? undefined : this.gateway.sessions.of(session)?.connection?.link.address
  }

  /** Lets nobody new in from now on, with this reason, or again where there is none. Those who are in may come back. */
  refuseNewcomers(reason: string | undefined): void {
    this.gateway.sessions.closedFor = reason
  }

  /** Refuses connections from an address, for as long as the server runs. */
  shutOut(address: string): void {
    this.gateway.connections.shutOut(address)
  }

  /** Runs the ticks that are due. */
  advance(now: Instant): void {
    this.gateway.connections.now = now
    this.region.advance(now)
    if (this.#isApart) this.gateway.advance(now)
  }

  /** Tells every player why, and closes every link. */
  close(reason: string): void {
    this.gateway.close(reason)
  }

  /**
   * Tells every player why, and closes every link; what is in the world stays, so that it can be saved. `close`
   * comes after that.
   */
  hangUp(reason: string): void {
    this.gateway.hangUp(reason)
  }
}
