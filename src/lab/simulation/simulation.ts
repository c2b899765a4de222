import type { BotDefinition } from '../../client/index.ts'
import { Hash, instant, Random } from '../../core/index.ts'
import type { Limits, ServerDefinition } from '../../server/index.ts'
import { defaultLinkOptions, type Link } from '../../transport/index.ts'
import type { AnyGame, World } from '../../world/index.ts'
import { StepWatch } from '../determinism/step-watch.ts'
import { Pair } from '../pair.ts'
import type { SealedAirOptions } from '../sealed-air.ts'
import { WatchedLink } from '../watched-link.ts'
import { parseWeather } from '../weather.ts'
import { parseWays } from '../weather-ways.ts'
import type { Check, CheckedRun } from './check.ts'
import { standingChecks, unsettled } from './checks.ts'
import { Road, Spell } from './road.ts'
import {
  type Affected,
  type Fault,
  type Fingers,
  type Scenario,
  type Trouble,
  timetable,
} from './scenario.ts'
import { PLAYER_PREFIX, SimulatedPlayer } from './simulated-player.ts'
import type { TrafficTap } from './traffic-tap.ts'

export interface SimulationOptions<G extends AnyGame> {
  readonly definition: ServerDefinition<G>
  /** How players behave. */
  readonly bots: BotDefinition<G>
  readonly scenario: Scenario
  /** The seed of all dice of the run. */
  readonly seed: number
  /** Uses sealed datagrams instead of streams. */
  readonly sealed?: Pick<SealedAirOptions, 'cipher'>
  /** The weather between the server's gateway and its region: see `PairOptions.between`. */
  readonly between?: string
  /** The game's own rules, checked after every tick besides those that hold for every game. */
  readonly checks?: readonly Check<G>[]
  readonly limits?: Partial<Limits>
  /** Seconds between two words of a player's character which nothing asks for; Infinity for none. */
  readonly ownWordSeconds?: number
  /** Sees all traffic, such as a page that draws packets. It changes nothing of the run. */
  readonly tap?: TrafficTap
  /** Called after every tick, when its checks have passed. */
  readonly watch?: (scene: CheckedRun<G>) => void
}

/** The outcome of a run. */
export interface RunOutcome {
  readonly seed: number
  readonly scenario: string
  /** What did not hold, and when; undefined when everything did. */
  readonly failure: string | undefined
  /** The hash of every packet at every client, both ways, in order: the same seed gives the same. */
  readonly hash: string
  /** How many seconds of the world's time passed. */
  readonly seconds: number
  readonly packets: number
  readonly bytes: number
  /** How many connections clients lost and made anew. */
  readonly reconnects: number
  /** What is not pure in the game's `step` and `moves`, even if every check held: a sentence each. */
  readonly warnings: readonly string[]
}

const CLEAR = parseWeather('')
/** How many milliseconds pass between the first connections of two clients. */
const JOIN_MS = 50
/**
 * How many milliseconds everything may take to become quiet at the end; a lost packet of a stream may be tried
 * again after 25 s.
 */
const QUIET_MS_MAX = 90_000
/** How many milliseconds pass between two checks for quiet. */
const LOOK_MS = 500
/**
 * The same where the server's halves are apart: no multiple of what worlds do in turns, so that one look finds
 * nothing on the way.
 */
const LOOK_APART_MS = 450
const BENT_KEPT = 32
const STRANGE_BYTES_MAX = 1200

/**
 * Runs a server and many clients in one process and in virtual time, in the weather and with the faults of a
 * scenario. After every tick it checks that everything holds that always must; in the end everyone has to have what
 * the server has.
 *
 *     const outcome = await new Simulation({ definition, bots, scenario, seed: 7 }).run()
 */
export class Simulation<G extends AnyGame> {
  readonly pair: Pair<G>
  readonly #steps: StepWatch<G>
  readonly actors: SimulatedPlayer<G>[] = []
  readonly #options: SimulationOptions<G>
  readonly #random: Random
  readonly #checks: readonly Check<G>[]
  readonly #faults: Fault[]
  readonly #tickMs: number
  readonly #serverPause = new Spell()
  readonly #serverLinks = new Set<Link>()
  readonly #hash = new Hash()
  /** The last packets that clients sent, for strangers to bend. */
  readonly #overheard: Uint8Array[] = []
  #packets = 0
  #bytes = 0
  #links = 0
  #joined = 0
  #restartAt = Number.POSITIVE_INFINITY
  #throwAtServer: ((bytes: Uint8Array) => void) | undefined

  constructor(options: SimulationOptions<G>) {
    const { definition, seed, sealed, limits, ownWordSeconds, scenario, between } = options
    this.#options = options
    this.#random = new Random(seed).fork()
    this.#checks = [...standingChecks(definition), ...(options.checks ?? [])]
    this.#faults = [...timetable(scenario)]
    this.#steps = new StepWatch(definition.game)
    this.#tickMs = 1000 / definition.game.ticksPerSecond
    this.pair = new Pair(
      { ...definition, game: this.#steps.game },
      {
        seed,
        sealed,
        between,
        limits,
        ownWordSeconds,
        wrap: (link, at, place) => this.#watched(link, at, place?.from),
        stalledUntil: this.#serverPause.after,
      },
    )
  }

  /** Plays the scenario to its end, or until something does not hold. */
  async run(): Promise<RunOutcome> {
    const failure = (await this.#play()) ?? (await this.#calm())
    const { seed, scenario } = this.#options
    const now = this.pair.now / 1000
    return {
      seed,
      scenario: scenario.name,
      failure: failure && `${failure} (at ${now.toFixed(3)} s, tick ${this.pair.host.stats.tick})`,
      hash: this.#hash.digest,
      seconds: now,
      packets: this.#packets,
      bytes: this.#bytes,
      reconnects: this.#links - this.actors.length,
      warnings: this.#steps.finish(),
    }
  }

  /**
   * Plays one tick of the scenario: for who drives a run step by step instead of with `run`.
   *
   * @returns what does not hold; undefined while everything does
   */
  async step(): Promise<string | undefined> {
    const { scenario } = this.#options
    while (this.#joined < scenario.clients && this.#joined * JOIN_MS <= this.pair.now) {
      this.#join()
      this.#joined++
    }
    while (this.#faults.length > 0 && this.#faults[0].at * 1000 <= this.pair.now)
      await this.#befall(this.#faults.shift() as Fault)
    return this.#tick()
  }

  /** The hash so far of every packet at every client. */
  get hash(): string {
    return this.#hash.digest
  }

  /** Makes something happen now, besides what the scenario has. */
  async befall(trouble: Trouble): Promise<void> {
    await this.#befall({ ...trouble, at: this.pair.now / 1000 })
  }

  async #play(): Promise<string | undefined> {
    while (this.pair.now < this.#options.scenario.seconds * 1000) {
      const failure = await this.step()
      if (failure !== undefined) return failure
    }
    return undefined
  }

  /** Clears the sky and makes everybody stand still; in the end all must have the same. */
  async #calm(): Promise<string | undefined> {
    const { pair } = this
    for (const { road } of this.actors)
      for (const way of ['up', 'down'] as const) road.change(way, CLEAR, pair.now)
    const end = pair.now + QUIET_MS_MAX
    let found: string | undefined = 'nobody looked'
    for (let lookAt = pair.now; pair.now < end; ) {
      const failure = await this.#tick()
      if (failure !== undefined) return failure
      // Sleepers sleep on: only then is it quiet.
      for (const actor of this.actors) actor.isQuiet = true
      if (pair.now < lookAt) continue
      lookAt = instant(pair.now + (pair.isApart ? LOOK_APART_MS : LOOK_MS))
      found = unsettled(this.#scene)
      if (found === undefined) return undefined
    }
    return found
  }

  /** Runs one tick of everything, and the checks. */
  async #tick(): Promise<string | undefined> {
    const { pair, actors } = this
    if (pair.now >= this.#restartAt) {
      this.#restartAt = Number.POSITIVE_INFINITY
      pair.startServer()
    }
    for (const actor of actors) {
      const failure = actor.act(pair.now)
      if (failure !== undefined) return failure
    }
    await pair.run(this.#tickMs)
    const scene = this.#scene
    for (const check of this.#checks) {
      const failure = check(scene)
      if (failure !== undefined) return failure
    }
    this.#options.watch?.(scene)
    return undefined
  }

  get #scene(): CheckedRun<G> {
    let bufferedBytes = 0
    for (const link of this.#serverLinks) bufferedBytes = Math.max(bufferedBytes, link.bufferedBytes)
    return {
      pair: this.pair,
      world: this.pair.host.world as World<G>,
      actors: this.actors,
      bufferedBytes,
      bufferBytesMax: defaultLinkOptions.bufferBytesMax,
      metresPerSecond: this.#steps.metresPerSecond,
    }
  }

  #join(): void {
    const { bots, scenario } = this.#options
    const number = this.actors.length
    const weather = scenario.weather[number % scenario.weather.length]
    const random = this.#random.fork()
    const { tap } = this.#options
    const road = new Road(parseWays(weather), { random, serverPause: this.#serverPause, number, tap })
    const driftPpm = scenario.driftPpm ?? 0
    this.actors.push(new SimulatedPlayer({ number, pair: this.pair, road, random, bots, driftPpm }))
  }

  async #befall(fault: Fault): Promise<void> {
    const { pair } = this
    const { now } = pair
    if (fault.do === 'join') this.#join()
    else if (fault.do === 'stall') this.#stall(fault)
    else if (fault.do === 'strange') this.#strange(fault.packets)
    else if (fault.do === 'restart') {
      this.#restartAt = now + fault.seconds * 1000
      this.#trouble(this.actors, fault.seconds * 1000)
      await pair.stopServer()
    } else if ('who' in fault) {
      const those = this.#chosen(fault.who)
      const lasts = 'seconds' in fault ? fault.seconds * 1000 : 0
      this.#trouble(those, lasts)
      for (const actor of those) {
        if (fault.fingers) actor.occupy(fault.fingers, now, lasts)
        if (fault.do === 'leave') actor.leave()
        else if (fault.do === 'move') actor.road.movedAt = now
        else if (fault.do === 'jump') actor.jump(fault.ms)
        else if (fault.do === 'weather') {
          const ways = parseWays(fault.weather)
          if (fault.way !== 'down') actor.road.change('up', ways.out, now)
          if (fault.way !== 'up') actor.road.change('down', ways.in, now)
        } else if (fault.do === 'cut') actor.road.cut.begin(now, lasts)
        else if (fault.do === 'deafen') actor.road.deaf.begin(now, lasts)
        else actor.freeze(now, lasts)
      }
    }
  }

  #stall({ seconds, fingers }: { readonly seconds: number; readonly fingers?: Fingers }): void {
    const ms = seconds * 1000
    this.#serverPause.begin(this.pair.now, ms)
    this.#trouble(this.actors, ms)
    if (fingers) for (const actor of this.actors) actor.occupy(fingers, this.pair.now, ms)
  }

  /** Notes trouble. What was under way may be tried again for as long after it as it lasted. */
  #trouble(those: readonly SimulatedPlayer<G>[], ms: number): void {
    for (const actor of those) {
      actor.disturbedUntil = Math.max(actor.disturbedUntil, this.pair.now + ms)
      actor.troubledUntil = Math.max(actor.troubledUntil, this.pair.now + 2 * ms + 1000)
    }
  }

  #chosen(who: Affected): readonly SimulatedPlayer<G>[] {
    const there = this.actors.filter(({ hasLeft }) => !hasLeft)
    if (who === 'all') return there
    if (who === 'one') return there.length > 0 ? [this.#random.pick(there)] : []
    return there.filter(({ number }) => number === who)
  }

  #strange(packets: number): void {
    this.#throwAtServer ??= this.pair.stranger()
    const random = this.#random
    for (let i = 0; i < packets; i++) {
      const bent = this.#overheard.length > 0 && random.chance(0.7)
      const bytes = bent
        ? new Uint8Array(random.pick(this.#overheard))
        : Uint8Array.from({ length: random.integer(1, STRANGE_BYTES_MAX) }, () => random.integer(0, 255))
      for (let bends = bent ? random.integer(0, 4) : 0; bends > 0; bends--)
        bytes[random.integer(0, bytes.length - 1)] ^= 1 << random.integer(0, 7)
      this.#throwAtServer(bytes)
    }
  }

  #watched(link: Link, at: 'client' | 'server', from = link.remote): Link {
    const player = from.startsWith(PLAYER_PREFIX) ? Number(from.slice(PLAYER_PREFIX.length)) : -1
    const tap = player >= 0 ? this.#options.tap : undefined
    if (at === 'server') {
      const watched: Link = new WatchedLink(link, {
        sent: (packet) => tap?.sent(player, 'down', packet),
        received: (packet) => tap?.received(player, 'up', packet, this.pair.now),
        closed: () => void this.#serverLinks.delete(watched),
      })
      this.#serverLinks.add(watched)
      return watched
    }
    const number = this.#links++
    return new WatchedLink(link, {
      sent: (packet) => {
        this.#count(number * 2, packet)
        this.#overhear(packet)
        tap?.sent(player, 'up', packet)
      },
      received: (packet) => {
        this.#count(number * 2 + 1, packet)
        tap?.received(player, 'down', packet, this.pair.now)
      },
    })
  }

  #count(way: number, packet: Uint8Array): void {
    this.#packets++
    this.#bytes += packet.length
    this.#hash.word(way).word(packet.length).bytes(packet)
  }

  #overhear(packet: Uint8Array): void {
    this.#overheard.push(new Uint8Array(packet))
    if (this.#overheard.length > BENT_KEPT) this.#overheard.shift()
  }
}
