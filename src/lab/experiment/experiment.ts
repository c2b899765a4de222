import type { BotDefinition, Client, ClientStats, Inspection } from '../../client/index.ts'
import { instant, ShardlessError } from '../../core/index.ts'
import type { Cipher } from '../../netcode/index.ts'
import type { ServerDefinition } from '../../server/index.ts'
import type { AnyGame } from '../../world/index.ts'
import type { Scenario, Trouble } from '../simulation/scenario.ts'
import type { SimulatedPlayer } from '../simulation/simulated-player.ts'
import { Simulation } from '../simulation/simulation.ts'
import type { PacketWay } from '../simulation/traffic-tap.ts'
import type { ExperimentLink, ExperimentSettings, Means } from './settings.ts'
import { type ReadPart, Traffic, type WayCounts } from './traffic.ts'

/**
 * The bytes that a packet costs on the wire besides its length. Streams: IPv4 20, TCP with time stamps 32, and a head
 * of its own: 6 of a WebSocket frame (4 down, 8 up with the mask), 2 of a length on bare TCP. Datagrams: IPv4 20 and
 * UDP 8; the seal is part of their length.
 */
export const linkHeaderBytes: Readonly<Record<ExperimentLink, number>> = { websocket: 58, tcp: 54, udp: 28 }

/** The longest run, in seconds. */
const EXPERIMENT_SECONDS_MAX = 3600
/** How much of a run is kept to be looked at, in ms; a tenth more before it is forgotten. */
const KEPT_MS = 300_000

export interface ExperimentOptions<G extends AnyGame> {
  readonly settings: ExperimentSettings
  readonly definition: ServerDefinition<G>
  readonly bots: BotDefinition<G>
  /** Seals datagrams; needed for the link `udp`. */
  readonly cipher?: Cipher
  /** How much of the run is kept to be looked at, in ms: five minutes when left out. */
  readonly keptMs?: number
}

/** Something to do to a run by hand. */
export type Act =
  | { readonly do: 'switch'; readonly what: Means; readonly isOn: boolean }
  | { readonly do: 'befall'; readonly trouble: Trouble }
/** Something that was done to a run by hand, at so many ms. */
export type Intervention = Act & { readonly at: number }

/** A place in metres. */
export interface Spot {
  readonly x: number
  readonly y: number
}

/** What everyone had at the end of one tick. */
export interface Look {
  /** Milliseconds since the beginning. */
  readonly at: number
  /** Where the server has each player; undefined for who is not in the world. */
  readonly truth: readonly (Spot | undefined)[]
  /** Where each player's client shows each player: `shown[viewer][player]`. */
  readonly shown: readonly (readonly (Spot | undefined)[])[]
  readonly stats: readonly (ClientStats | undefined)[]
  /** What each client is: connecting, open, reconnecting, closed, left. */
  readonly status: readonly string[]
  /** What each client's clock shows, in ms since its own beginning. */
  readonly clock: readonly number[]
  /** How many bytes wait before the bottleneck of each player, up and down. */
  readonly queued: readonly number[]
  /** Since when each client's connection has been open without a break, in ms of the run; undefined while it is not. */
  readonly openSince: readonly (number | undefined)[]
  /** What each player's line has carried since the beginning. */
  readonly carried: readonly Carried[]
}

/** What a player's line has carried since the beginning, in packets, and in bytes with all headers. */
export interface Carried {
  readonly sent: number
  readonly received: number
  /** Lost both ways, of all that set out both ways. */
  readonly lost: number
  readonly all: number
  /** On the way now, both ways. */
  readonly underway: number
  /** Both ways, lost ones too. */
  readonly bytes: number
}

/**
 * A run of the simulator that can be watched, driven step by step, changed by hand, and begun again from its seed: the
 * same settings and interventions give the same run.
 *
 *     const experiment = new Experiment({ settings, definition, bots })
 *     await experiment.advance(5000)
 *     experiment.lookAt(4800), experiment.traffic.onTheWay(4800)
 */
export class Experiment<G extends AnyGame = AnyGame> {
  readonly settings: ExperimentSettings
  readonly traffic: Traffic
  /** What everyone had, tick by tick: the last five minutes, or as long as was asked for. */
  readonly looks: Look[] = []
  /** Everything done by hand, in the order of time. */
  readonly interventions: Intervention[] = []
  readonly #options: ExperimentOptions<G>
  readonly #simulation: Simulation<G>
  readonly #inspections: ({ readonly of: Client<G>; readonly by: Inspection } | undefined)[] = []
  readonly #clocksBegan: (number | undefined)[] = []
  /** The interventions of an earlier run that are still to come in this one. */
  readonly #coming: Intervention[]
  readonly #off: Set<Means>
  readonly #keptMs: number
  #failure: string | undefined

  /**
   * @param interventions  what is to be done by hand, in the order of time: those of another run, to make it again
   * @throws `lab/no-cipher` for the link `udp` without a cipher
   */
  constructor(options: ExperimentOptions<G>, interventions: readonly Intervention[] = []) {
    const { settings, definition, bots, cipher, keptMs = KEPT_MS } = options
    const { seed, link } = settings
    if (link === 'udp' && cipher === undefined)
      throw new ShardlessError('lab/no-cipher', 'Datagrams are sealed. Give a cipher: await loadSodium().')
    this.settings = settings
    this.#options = options
    this.#coming = [...interventions]
    this.#off = new Set(settings.off)
    this.#keptMs = keptMs
    this.traffic = new Traffic({
      keptMs,
      headerBytes: linkHeaderBytes[link],
      isInOrder: link !== 'udp',
      readBy: (player) => this.#readBy(player),
    })
    const sealed = link === 'udp' && cipher ? { cipher: this.#overheard(cipher) } : undefined
    const scenario = scenarioOf(settings)
    this.#simulation = new Simulation({
      ...{ definition, bots, seed, sealed, scenario, tap: this.traffic },
    })
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#simulation.pair.now
  }

  /** What does not hold that always must; undefined while everything does. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Whether the longest time has passed. */
  get isOver(): boolean {
    return this.now >= EXPERIMENT_SECONDS_MAX * 1000
  }

  /** The hash so far of every packet at every client: the same settings, interventions and time give the same. */
  get hash(): string {
    return this.#simulation.hash
  }

  get players(): readonly SimulatedPlayer<G>[] {
    return this.#simulation.actors
  }

  get simulation(): Simulation<G> {
    return this.#simulation
  }

  /** Returns whether one of the engine's means is on. */
  isOn(what: Means): boolean {
    return !this.#off.has(what)
  }

  /** Runs tick by tick until at least so many ms have passed, or until something does not hold. */
  async advance(ms: number): Promise<void> {
    const end = Math.min(ms, EXPERIMENT_SECONDS_MAX * 1000)
    while (this.now < end && this.#failure === undefined) {
      while (this.#coming.length > 0 && this.#coming[0].at <= this.now)
        await this.do(this.#coming.shift() as Intervention)
      this.#applySwitches()
      this.#failure = await this.#simulation.step()
      this.looks.push(this.#look())
      this.#forget()
    }
  }

  /** Does something by hand, now. */
  async do(act: Act): Promise<void> {
    this.interventions.push({ ...act, at: this.now })
    if (act.do === 'befall') await this.#simulation.befall(act.trouble)
    else if (act.isOn) this.#off.delete(act.what)
    else this.#off.add(act.what)
  }

  /** Makes the same run anew up to a moment, from its seed: to go on from there, or otherwise than before. */
  async again(ms: number, settings = this.settings): Promise<Experiment<G>> {
    const other = this.anew(ms, settings)
    await other.advance(ms)
    return other
  }

  /** Returns the same run at its beginning; what was done by hand before a moment will be done again. */
  anew(ms: number, settings = this.settings): Experiment<G> {
    return new Experiment<G>(
      { ...this.#options, settings },
      this.interventions.filter(({ at }) => at < ms),
    )
  }

  /** Returns the looks before and after a moment, and its share of the way between, 0 .. 1; undefined for none. */
  lookAt(ms: number): { readonly before: Look; readonly after: Look; readonly share: number } | undefined {
    const { looks } = this
    if (looks.length === 0) return undefined
    let [low, high] = [0, looks.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (looks[middle].at < ms) low = middle + 1
      else high = middle
    }
    const after = looks[low]
    const before = looks[Math.max(0, low - 1)]
    const span = after.at - before.at
    return { before, after, share: span > 0 ? Math.min(1, Math.max(0, (ms - before.at) / span)) : 1 }
  }

  #applySwitches(): void {
    const { switches } = this.#simulation.pair.host.gateway
    switches.delta = this.isOn('delta')
    switches.priority = this.isOn('priority')
    switches.batching = this.isOn('batching')
    for (const { client } of this.players) {
      client.switches.prediction = this.isOn('prediction')
      client.switches.interpolation = this.isOn('interpolation')
    }
  }

  /** Forgets what is too old, some of it at a time. */
  #forget(): void {
    const { looks, now } = this
    if (now - looks[0].at < this.#keptMs * 1.1) return
    const first = looks.findIndex(({ at }) => now - at <= this.#keptMs)
    looks.splice(0, first)
  }

  #look(): Look {
    const { pair } = this.#simulation
    this.traffic.land(pair.now)
    const places = new Map<string, Spot>()
    for (const { world } of pair.host.realm.instances)
      for (const { name, entity } of world.players.values()) {
        const place = (entity as { position?: Spot } | undefined)?.position
        if (place !== undefined) places.set(name, { x: place.x, y: place.y })
      }
    const { players } = this
    const truth = players.map(({ name }) => places.get(name))
    const ids = players.map(({ client }) => client.me?.id)
    const shown = players.map(({ client }) =>
      ids.map((id) => {
        const place =
          id === undefined ? undefined : (client.get(id) as { position?: Spot } | undefined)?.position
        return place && { x: place.x, y: place.y }
      }),
    )
    return {
      at: pair.now,
      truth,
      shown,
      stats: players.map(({ client }) => (client.status === 'open' ? client.stats : undefined)),
      status: players.map(({ client, hasLeft }) => (hasLeft ? 'left' : client.status)),
      clock: players.map((player, i) => player.clockAt(pair.now) - this.#clockAtBeginning(player, i)),
      queued: players.map(
        ({ road }) => road.queuedBytes('up', pair.now) + road.queuedBytes('down', pair.now),
      ),
      openSince: players.map(({ client, openSince }) => (client.status === 'open' ? openSince : undefined)),
      carried: players.map((_, player) => carriedOf(this.traffic.counts(player))),
    }
  }

  /** Returns what a player's clock showed when the run began: before it jumped. */
  #clockAtBeginning(player: SimulatedPlayer<G>, index: number): number {
    return (this.#clocksBegan[index] ??= player.clockAt(instant(0)))
  }

  /** Returns what the client of a player has read since it was last asked, field by field. */
  #readBy(player: number): readonly ReadPart[] {
    const client = this.players[player]?.client
    if (client === undefined) return []
    let inspected = this.#inspections[player]
    if (inspected?.of !== client) {
      inspected = { of: client, by: client.inspect() }
      this.#inspections[player] = inspected
      return []
    }
    const { fields, seconds } = inspected.by.read()
    return fields.map(({ kind, what, bytesPerSecond }) => ({
      kind: kind === '-' ? '' : kind,
      what,
      bits: Math.round(bytesPerSecond * 8 * seconds),
    }))
  }

  /** Returns the cipher, with the traffic told of all that it seals. */
  #overheard(cipher: Cipher): Cipher {
    const { traffic } = this
    return {
      ...cipher,
      seal: (sealed, plain, parts) => {
        traffic.sealed(plain)
        cipher.seal(sealed, plain, parts)
      },
    }
  }
}

function carriedOf({ up, down }: Readonly<Record<PacketWay, WayCounts>>): Carried {
  const [all, lost] = [up.sent + down.sent, up.lost + down.lost]
  return {
    sent: up.sent,
    received: down.arrived,
    lost,
    all,
    underway: all - lost - up.arrived - down.arrived,
    bytes: up.bytes + down.bytes,
  }
}

function scenarioOf({ players, weather, script }: ExperimentSettings): Scenario {
  return {
    name: 'experiment',
    about: 'as set by hand',
    seconds: EXPERIMENT_SECONDS_MAX,
    clients: players,
    weather,
    driftPpm: 50,
    faults: script,
  }
}
