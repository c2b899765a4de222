import { OutsideError } from '../../core/index.ts'
import {
  type ClusterAct,
  readClusterScript,
  type TimedClusterAct,
  writeClusterScript,
} from './cluster-act.ts'
import type { ClusterLook } from './cluster-look.ts'
import { ALL_CLUSTER_RULES, type ClusterRules, ClusterSimulation } from './cluster-simulation.ts'
import { type ClusterSwarm, calmSwarm } from './cluster-swarm.ts'

/** The longest play, in ms: by then faults of the dice end. */
const CLUSTER_PLAY_MS_MAX = 300_000
/** How long what was sent is kept after it arrived, in ms: as long as it is drawn. */
const KEPT_MS = 500
const MESSAGES_MAX = 4000

/** A cluster to be played with; an address can hold it. */
export interface ClusterSettings {
  readonly seed: number
  /** Rules of the protocol that are left out, to see what they are for. */
  readonly without: readonly (keyof ClusterRules)[]
  /** Whether the dice break things too, besides what is done by hand. */
  readonly isStormy: boolean
  readonly script: readonly TimedClusterAct[]
}

export const defaultCluster: ClusterSettings = { seed: 7, without: [], isStormy: false, script: [] }

/** The districts lie in a square of so many a side; each neighbours those to all four sides. */
export const CLUSTER_SIDE = 3
const SHAPE = {
  regions: 4,
  gateways: 2,
  districts: CLUSTER_SIDE * CLUSTER_SIDE,
  entities: 8,
  items: 5,
} as const
const STORM = {
  regionCrash: 0.06,
  gatewayCrash: 0.03,
  stall: 0.08,
  partition: 0.1,
  isolation: 0.05,
  move: 0.15,
} as const

/** Something on its way between two processes; times in ms. */
export interface ClusterMessage {
  readonly from: string
  readonly to: string
  readonly sentAt: number
  readonly arrivesAt: number
}

/**
 * A simulated cluster that is played step by step, and changed by hand: the same settings give the same.
 *
 *     const play = new ClusterPlay(defaultCluster)
 *     play.advance(3000)
 *     play.do({ do: 'kill', name: play.look().regions[0].name })
 */
export class ClusterPlay {
  readonly settings: ClusterSettings
  /** Everything done by hand, in the order of time. */
  readonly script: TimedClusterAct[] = []
  messages: ClusterMessage[] = []
  now = 0
  readonly #simulation: ClusterSimulation
  /** What is still to be done by hand. */
  readonly #coming: TimedClusterAct[]

  constructor(settings: ClusterSettings) {
    this.settings = settings
    this.#coming = [...settings.script]
    const out = Object.fromEntries(settings.without.map((rule) => [rule, false]))
    this.#simulation = new ClusterSimulation({
      seed: settings.seed,
      ms: CLUSTER_PLAY_MS_MAX,
      rules: { ...ALL_CLUSTER_RULES, ...out },
      swarm: (drawn) => swarmOf(drawn, settings.isStormy),
      neighboursOf: neighboursIn,
      tap: (from, to, sentAt, arrivesAt) => {
        if (this.messages.length < MESSAGES_MAX) this.messages.push({ from, to, sentAt, arrivesAt })
      },
    })
    this.#simulation.begin()
  }

  /** Lets time go on until so many ms from the beginning; everything to be done by then is done. */
  advance(ms: number): void {
    const end = Math.min(ms, CLUSTER_PLAY_MS_MAX)
    while (this.#coming.length > 0 && this.#coming[0].at <= end) {
      const act = this.#coming.shift() as TimedClusterAct
      this.#run(act.at)
      this.do(act)
    }
    this.#run(end)
  }

  /** Does something by hand, now. */
  do(act: ClusterAct): void {
    this.script.push({ ...act, at: this.now })
    this.#simulation.befall(act)
  }

  look(): ClusterLook {
    return this.#simulation.look()
  }

  /** Returns what would play the same up to now, and then what is still to come. */
  get asSettings(): ClusterSettings {
    return { ...this.settings, script: [...this.script, ...this.#coming] }
  }

  #run(ms: number): void {
    if (ms <= this.now) return
    this.now = ms
    this.#simulation.advance(ms)
    this.messages = this.messages.filter(({ arrivesAt }) => arrivesAt > ms - KEPT_MS)
  }
}

/** Writes settings as a part of an address's query: "cluster-seed=9&cluster=3+kill+region-3". */
export function writeCluster({ seed, without, isStormy, script }: ClusterSettings): string {
  const query: string[] = []
  if (seed !== defaultCluster.seed) query.push(`cluster-seed=${seed}`)
  if (without.length > 0) query.push(`cluster-without=${without.join(',')}`)
  if (isStormy) query.push('cluster-storm=1')
  if (script.length > 0)
    query.push(`cluster=${encodeURIComponent(writeClusterScript(script)).replaceAll('%20', '+')}`)
  return query.join('&')
}

/**
 * Reads settings from values of an address, by their names.
 *
 * @throws OutsideError with a sentence about the first value that cannot be read
 */
export function readCluster(value: (name: string) => string | null): ClusterSettings {
  const seed = Number(value('cluster-seed') ?? defaultCluster.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new OutsideError(`cluster-seed is "${value('cluster-seed')}"; it wants a whole number from 0.`)
  const without = (value('cluster-without') ?? '').split(',').filter(Boolean)
  for (const rule of without)
    if (!Object.hasOwn(ALL_CLUSTER_RULES, rule))
      throw new OutsideError(
        `The protocol has no rule "${rule}"; there are ${Object.keys(ALL_CLUSTER_RULES).join(', ')}.`,
      )
  return {
    seed,
    without: without as (keyof ClusterRules)[],
    isStormy: value('cluster-storm') === '1',
    script: readClusterScript(value('cluster') ?? ''),
  }
}

function swarmOf(drawn: ClusterSwarm, isStormy: boolean): ClusterSwarm {
  const calm = calmSwarm(drawn)
  return {
    ...calm,
    ...SHAPE,
    wander: 0.02,
    pathMs: { leastMs: 5, jitterMs: 10 },
    storeMs: { leastMs: 2, jitterMs: 6 },
    faults: { ...calm.faults, ...(isStormy ? STORM : {}) },
  }
}

function neighboursIn(district: number): readonly number[] {
  const [column, row] = [district % CLUSTER_SIDE, Math.floor(district / CLUSTER_SIDE)]
  const near: number[] = []
  if (column > 0) near.push(district - 1)
  if (column < CLUSTER_SIDE - 1) near.push(district + 1)
  if (row > 0) near.push(district - CLUSTER_SIDE)
  if (row < CLUSTER_SIDE - 1) near.push(district + CLUSTER_SIDE)
  return near
}
