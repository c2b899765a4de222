import type { BotDefinition, Client, Mind } from '../../client/index.ts'
import { type Instant, instant, type Random } from '../../core/index.ts'
import type { WorldMap } from '../../geometry/index.ts'
import type { Host } from '../../server/index.ts'
import type { AnyGame, CommandOf, PlayerOf } from '../../world/index.ts'
import type { ClientPlace, Pair } from '../pair.ts'
import { driftedClock } from '../weather.ts'
import type { Road } from './road.ts'
import type { Fingers } from './scenario.ts'

/** Begins the address that the server sees of a player; the player's number follows. */
export const PLAYER_PREFIX = 'player-'
/** How long keys are tapped, and after how long a player wants again what the mind wants, in milliseconds. */
const TAPPED_MS = 1000
const ABSENT_MS = 9000
/** After how many milliseconds a client whose first connection failed tries anew, as its player would. */
const ANEW_MS = 1000

export interface ActorOptions<G extends AnyGame> {
  readonly number: number
  readonly pair: Pair<G>
  readonly road: Road
  readonly random: Random
  readonly bots: BotDefinition<G>
  readonly driftPpm: number
}

/** A player in a simulation: a client, its way to the server, and the mind that plays. */
export class SimulatedPlayer<G extends AnyGame> {
  readonly number: number
  readonly name: string
  readonly road: Road
  client: Client<G>
  hasLeft = false
  /** Since when its connection has been open without a break; undefined while it is not. */
  openSince: Instant | undefined
  /** The server to which its connection was opened. */
  host: Host | undefined
  /** When it last saw its own character. */
  ownSeenAt = 0
  /** Until when what was under way in a trouble may be tried again. */
  troubledUntil = 0
  /** Until when something stood between it and the server. */
  disturbedUntil = 0
  /** Whether it commands nothing from here on. */
  isQuiet = false
  readonly #options: ActorOptions<G>
  readonly #mind: Mind<G>
  readonly #frozen: { until: number } = { until: 0 }
  readonly #clock: (now: Instant) => Instant
  #jumpedMs = 0
  #wanted: CommandOf<G> | undefined
  /** What the fingers do instead of what the mind wants, until when keys are tapped, and until when it lasts. */
  #fingers: { readonly do: Fingers; readonly tapsUntil: number; readonly until: number } | undefined
  #wasOpen = false
  #diedAt: Instant | undefined
  /** Its character, of which server and in which world, and when it last saw that. */
  #own:
    | {
        readonly id: number
        readonly host: unknown
        readonly world: number
        readonly player: number | undefined
        readonly at: Instant
      }
    | undefined
  #bornAt: Instant

  constructor(options: ActorOptions<G>) {
    const { number, pair, road, random, bots, driftPpm } = options
    this.#options = options
    this.number = number
    this.name = bots.name({ number })
    this.road = road
    this.#mind = bots.begin({ number, random })
    const ppm = random.between(-driftPpm, driftPpm)
    this.#clock = driftedClock({ ppm, offsetMs: random.between(0, 100_000) })
    this.#bornAt = pair.now
    this.client = this.#connect()
  }

  /** Makes its clock jump. */
  jump(ms: number): void {
    this.#jumpedMs += ms
  }

  /** Makes it do nothing for a while, and take nothing in. */
  freeze(now: Instant, ms: number): void {
    this.#frozen.until = Math.max(this.#frozen.until, now + ms)
    this.road.deaf.begin(now, ms)
  }

  /** Returns what its clock shows at the true instant. */
  clockAt(now: Instant): Instant {
    return instant(this.#clock(now) + this.#jumpedMs)
  }

  /** Has its fingers do something through a trouble that lasts so many ms, and for some seconds after it. */
  occupy(fingers: Fingers, now: Instant, ms: number): void {
    this.#fingers = { do: fingers, tapsUntil: now + ms + TAPPED_MS, until: now + ms + ABSENT_MS }
  }

  leave(): void {
    this.hasLeft = true
    this.client.close()
  }

  /** Acts once a tick: looks, thinks, commands. @returns what is wrong with it */
  act(now: Instant): string | undefined {
    if (this.hasLeft || this.#frozen.until > now) return undefined
    const { client } = this
    if (client.status === 'closed') return this.#mourn(now)
    if (client.status !== 'open') {
      this.openSince = undefined
      return undefined
    }
    this.#wasOpen = true
    this.openSince ??= now
    client.frame()
    const { bots, random } = this.#options
    const { me } = client
    if (me === undefined) {
      if (!this.isQuiet) bots.lookOn?.({ client, random, seconds: (now - this.#bornAt) / 1000 })
      return undefined
    }
    this.ownSeenAt = now
    const failure = this.#recognise(me, now)
    if (failure !== undefined) return failure
    const nothing = client.game.command.initial as CommandOf<G>
    client.command(this.isQuiet ? nothing : this.#pressed(me, now, nothing))
    return undefined
  }

  /**
   * Checks that a player who comes back within the time of grace is who they were [N18]. @returns what is wrong
   * with that
   */
  #recognise({ id }: PlayerOf<G>, now: Instant): string | undefined {
    const host = this.host
    const world = this.client.map?.instance ?? 0
    const own = this.#own
    const player = this.#playerOf(id) ?? (own?.id === id ? own.player : undefined)
    this.#own = { id, host, world, player, at: now }
    if (own === undefined || host === undefined || own.id === id || own.host !== host || own.world !== world)
      return undefined
    // The same player, whom the game has given another character.
    if (player !== undefined && player === own.player) return undefined
    const awayMs = now - own.at
    if (awayMs >= host.limits.graceMs) return undefined
    return `${this.name} came back after ${awayMs} ms as ${id}, and was ${own.id}`
  }

  /** Finds the number of the player who has a character, on the server. */
  #playerOf(id: number): number | undefined {
    const { realm } = this.#options.pair.host
    const { players } = realm.get(this.client.map?.instance ?? 0)?.world ?? {}
    for (const player of players?.values() ?? [])
      if ((player.entity as { readonly id: number } | undefined)?.id === id) return player.id
    return undefined
  }

  #decide(me: PlayerOf<G>, now: Instant): CommandOf<G> {
    const { client } = this
    const seconds = (now - this.#bornAt) / 1000
    return this.#mind({ client, me, random: this.#options.random, seconds })
  }

  /** Returns what the player's keys say: what the mind wants, unless the fingers do something else. */
  #pressed(me: PlayerOf<G>, now: Instant, nothing: CommandOf<G>): CommandOf<G> {
    const fingers = this.#fingers
    const wanted = this.#decide(me, now)
    if (fingers === undefined || now >= fingers.until) {
      this.#wanted = wanted
      return wanted
    }
    if (fingers.do === 'hold') return this.#wanted ?? wanted
    return now < fingers.tapsUntil && this.#options.random.chance(0.5) ? wanted : nothing
  }

  #mourn(now: Instant): string | undefined {
    const { client } = this
    if (this.#wasOpen)
      return `${this.name} was closed for good: ${client.refusal?.message ?? 'nobody knows why'}`
    this.#diedAt ??= now
    if (now - this.#diedAt < ANEW_MS) return undefined
    this.#diedAt = undefined
    this.client = this.#connect()
    return undefined
  }

  #connect(): Client<G> {
    const { pair, road } = this.#options
    const place: ClientPlace = {
      from: `${PLAYER_PREFIX}${this.number}`,
      toServer: road.toServer,
      toClient: road.toClient,
      clock: (now) => instant(this.#clock(now) + this.#jumpedMs),
      movedAt: () => road.movedAt,
      frozenUntil: () => instant(this.#frozen.until),
    }
    const client = pair.connect({ name: this.name, map: (name) => this.#mapOf(name) }, place)
    client.onStatus((status) => {
      if (status === 'open') this.host = pair.host
    })
    return client
  }

  /** Returns the map that the server plays on, as a client would have fetched it. */
  #mapOf(name: string): WorldMap | undefined {
    for (const instance of this.#options.pair.host.realm.instances)
      if (instance.map === name) return instance.world.map
    return undefined
  }
}
