import type { BotDefinition, ClientStats, Inspection } from '../../client/index.ts'
import { type Instant, ShardlessError } from '../../core/index.ts'
import type { Cipher } from '../../netcode/index.ts'
import type { ServerDefinition } from '../../server/index.ts'
import type { AnyGame } from '../../world/index.ts'
import type { Scenario, Trouble } from '../simulation/scenario.ts'
import type { SimulatedPlayer } from '../simulation/simulated-player.ts'
import { Simulation } from '../simulation/simulation.ts'
import type { ExperimentLink, ExperimentSettings, Means } from './settings.ts'
import { type ReadPart, Traffic } from './traffic.ts'

/**
 * What a packet costs on the wire besides its length, in bytes. Streams: IPv4 20, TCP with time stamps 32, and a head
 * of its own: 4 of a WebSocket frame (8 with a client's mask: 6 on average), 2 of a length on bare TCP. Datagrams: IPv4
 * 20 and UDP 8; their length has the seal in it.
 */
export const linkHeaderBytes: Readonly<Record<ExperimentLink, number>> = { websocket: 58, tcp: 54, udp: 28 }

/** How long a run can be, in seconds: what is drawn of it is kept. */
export const SECONDS_MAX = 300

export interface ExperimentOptions<G extends AnyGame> {
  readonly settings: ExperimentSettings
  readonly definition: ServerDefinition<G>
  readonly bots: BotDefinition<G>
  /** Seals datagrams; needed for the link `udp`. */
  readonly cipher?: Cipher
}

/** Something that was done to a run by hand. */
export type Deed =
  | { readonly at: number; readonly do: 'switch'; readonly what: Means; readonly isOn: boolean }
  | { readonly at: number; readonly do: 'befall'; readonly trouble: Trouble }

/** A place in metres and a heading in radians, as one end has it. */
export interface Spot {
  readonly x: number
  readonly y: number
}

/** What everyone had at one tick. */
export interface Look {
  /** Milliseconds since the beginning. */
  readonly at: number
  /** Where the server has each player; undefined for who is not in the world. */
  readonly truth: readonly (Spot | undefined)[]
  /** Where each player's client shows each player: `shown[viewer][player]`. */
  readonly shown: readonly (readonly (Spot | undefined)[])[]
  readonly stats: readonly (ClientStats | undefined)[]
  /** What each client is doing: connecting, open, reconnecting, closed, left. */
  readonly status: readonly string[]
}

/**
 * A run of the simulator that can be watched, driven step by step, changed by hand, and begun again from its seed: the
 * same deeds give the same run.
 *
 *     const experiment = new Experiment({ settings, definition, bots })
 *     await experiment.advance(5000)
 *     experiment.look(4800), experiment.traffic.onTheWay(4800)
 */
export class Experiment<G extends AnyGame> {
  readonly settings: ExperimentSettings
  readonly traffic: Traffic
  readonly looks: Look[] = []
  readonly #options: ExperimentOptions<G>
  readonly #simulation: Simulation<G>
  readonly #inspections: Inspection[] = []
  readonly #inspected: unknown[] = []
  readonly #deeds: Deed[] = []
  readonly #off: Set<Means>
  #failure: string | undefined
  /** The deeds of an earlier run that are still to come in this one. */
  #coming: Deed[]

  /**
   * @param deeds  what is done by hand, in the order of time: those of another run, to make it again
   * @throws `lab/no-cipher` for the link `udp` without a cipher
   */
  constructor(options: ExperimentOptions<G>, deeds: readonly Deed[] = []) {
    const { settings, definition, bots, cipher } = options
    const { seed, link } = settings
    if (link === 'udp' && cipher === undefined)
      throw new ShardlessError('lab/no-cipher', 'Datagrams are sealed. Give a cipher: await loadSodium().')
    this.settings = settings
    this.#options = options
    this.#coming = [...deeds]
    this.#off = new Set(settings.off)
    this.traffic = new Traffic({
      headerBytes: linkHeaderBytes[link],
      readBy: (player) => this.#readBy(player),
    })
    const sealed = link === 'udp' && cipher ? { cipher: this.#overheard(cipher) } : undefined
    this.#simulation = new Simulation({
      ...{ definition, bots, seed, sealed, scenario: scenarioOf(settings), tap: this.traffic },
      network: { },
    })
  }
}
