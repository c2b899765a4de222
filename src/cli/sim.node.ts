import type { BotDefinition } from '../client/index.ts'
import { OutsideError, Random } from '../core/index.ts'
import {
  type CheckedRun,
  type RunOutcome,
  type Scenario,
  Simulation,
  scenarioByName,
  scenarios,
} from '../lab/index.ts'
import { nodeSodium } from '../netcode/index.node.ts'
import type { ServerDefinition } from '../server/index.ts'
import { loadDefault } from './load.node.ts'
import type { Settings } from './options.ts'
import { recordTo } from './recording.node.ts'
import { runClusterSimulations } from './sim-cluster.node.ts'

/** How many milliseconds pass between two lines of progress. */
const PROGRESS_MS = 5000
/** Up to how many runs each has a line of its own. */
const LINES_MAX = 64
/** Sets the dice of a swarm apart from those of its runs. */
const SWARM = 0x5eed
const LINKS = { streams: [false], sealed: [true], both: [false, true] } as const

/**
 * `shardless sim`: simulates a game in the given scenarios; the exit code says whether everything that must hold
 * did.
 */
export async function runSimulations(settings: Settings): Promise<void> {
  if (settings.cluster === true) {
    await runClusterSimulations(settings)
    return
  }
  const text = (name: string): string | undefined =>
    settings[name] === undefined ? undefined : String(settings[name])
  const chosen = chooseScenarios(String(settings.scenario))
  const links = LINKS[String(settings.links) as keyof typeof LINKS]
  if (links === undefined)
    throw new OutsideError(`--links is "${settings.links}"; it wants streams, sealed or both.`)
  const definition = (await loadDefault('--game', text('game'), 'defineServer')) as ServerDefinition
  const bots = (await loadDefault('--bot', text('bot'), 'defineBot')) as BotDefinition
  const first = (settings.seed as number | undefined) ?? Math.floor(Math.random() * 2 ** 32)
  const seeds = Number(settings.seeds)
  const isSwarm = settings.swarm === true
  const runs = seeds * (isSwarm ? 1 : chosen.length * links.length)
  const isTold = runs <= LINES_MAX
  if (settings.record !== undefined && runs > 1)
    throw new OutsideError(`--record takes one run, and these are ${runs}; name one --scenario, and --links.`)
  const recording = settings.record === undefined ? undefined : await recordTo(String(settings.record))
  const watch = recording && (({ pair }: CheckedRun): void => recording.follow(pair.host))
  const total = new Total(runs)
  for (let seed = first; seed < first + seeds; seed++)
    for (const { scenario, isSealed } of isSwarm ? [drawn(seed, chosen, links)] : combined(chosen, links)) {
      const sealed = isSealed ? { cipher: nodeSodium } : undefined
      const outcome = await new Simulation({ definition, bots, scenario, seed, sealed, watch }).run()
      total.add(outcome)
      for (const warning of outcome.warnings) total.warn(warning)
      const flags = ` --links ${isSealed ? 'sealed' : 'streams'}${replayFlags(settings)}`
      if (outcome.failure !== undefined) console.error(failureOf(outcome, flags))
      else if (isTold) console.log(line(outcome, isSealed))
    }
  recording?.close()
  console.log(total.summary)
  if (total.failed > 0) process.exitCode = 1
}

/** What a seed is played in. */
interface Setting {
  readonly scenario: Scenario
  readonly isSealed: boolean
}

function combined(chosen: readonly Scenario[], links: readonly boolean[]): readonly Setting[] {
  return chosen.flatMap((scenario) => links.map((isSealed) => ({ scenario, isSealed })))
}

/** Draws the scenario and the links of a seed, by that seed: the same ones whichever seeds are played besides. */
function drawn(seed: number, chosen: readonly Scenario[], links: readonly boolean[]): Setting {
  const dice = new Random(seed ^ SWARM)
  return { scenario: dice.pick(chosen), isSealed: dice.pick(links) }
}

/** `shardless sim --list`: lists the scenarios. */
export function listScenarios(): string {
  return scenarios
    .map(
      ({ name, about, clients, seconds }) => `${name.padEnd(10)} ${clients} clients, ${seconds} s: ${about}`,
    )
    .join('\n')
}

function chooseScenarios(name: string): readonly Scenario[] {
  return name === 'all' ? scenarios : name.split(',').map((one) => scenarioByName(one.trim()))
}

/** Returns what else a replay needs, if it was given. */
function replayFlags({ game, bot }: Settings): string {
  const config = game === undefined && bot === undefined
  return config ? '' : ` --game ${game} --bot ${bot}`
}

function failureOf({ seed, scenario, failure }: RunOutcome, flags: string): string {
  const command = process.env.npm_lifecycle_event === 'sim' ? 'npm run sim --' : 'shardless sim'
  return (
    `FAILED: seed ${seed}, scenario ${scenario}: ${failure}\n` +
    `  Replay: ${command} --seed ${seed} --scenario ${scenario}${flags}`
  )
}

function line({ seed, scenario, hash, seconds, packets, reconnects }: RunOutcome, isSealed: boolean): string {
  const links = isSealed ? 'sealed' : 'streams'
  return (
    `seed ${seed}  ${scenario.padEnd(10)} ${links.padEnd(8)} ${hash}  ` +
    `${seconds.toFixed(1)} s, ${packets} packets, ${reconnects} reconnects`
  )
}

/** Sums up all runs, with a line now and then while they go on. */
class Total {
  failed = 0
  /** The warnings about games, each once. */
  readonly #warnings = new Set<string>()
  readonly #runs: number
  readonly #startedAt = performance.now()
  #done = 0
  #seconds = 0
  #toldAt = this.#startedAt

  constructor(runs: number) {
    this.#runs = runs
  }

  add({ failure, seconds }: RunOutcome): void {
    this.#done++
    this.#seconds += seconds
    if (failure !== undefined) this.failed++
    const now = performance.now()
    if (now - this.#toldAt < PROGRESS_MS || this.#done === this.#runs) return
    this.#toldAt = now
    console.error(`${this.#done} of ${this.#runs} runs, ${this.failed} failed`)
  }

  /** Prints a warning, unless it was printed before. */
  warn(warning: string): void {
    if (this.#warnings.has(warning)) return
    this.#warnings.add(warning)
    console.error(`WARNING: ${warning}`)
  }

  get summary(): string {
    const took = (performance.now() - this.#startedAt) / 1000
    return (
      `${this.#done} ${this.#done === 1 ? 'run' : 'runs'}, ${this.failed} failed: ${(this.#seconds / 60).toFixed(1)} minutes of ` +
      `the world's time in ${took.toFixed(1)} s`
    )
  }
}
