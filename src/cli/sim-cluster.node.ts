import { ClusterSimulation, WorldSimulation } from '../lab/index.ts'
import type { Settings } from './options.ts'

/** How many milliseconds pass between two lines of progress. */
const PROGRESS_MS = 5000

/** Of so many seeds one is also played with real worlds, which take longer. */
const WORLDS_EVERY = 16

/**
 * `shardless sim --cluster`: simulates clusters from seed to seed, with everything that can go wrong, until there were
 * so many handoffs. A `--seed` alone plays just that one. Of each seed that is given, and of some others, real worlds
 * are played too. The exit code says whether everything that must hold did.
 */
export async function runClusterSimulations(settings: Settings): Promise<void> {
  const given = settings.seed as number | undefined
  const wanted = Number(settings.handoffs)
  const first = given ?? Math.floor(Math.random() * 2 ** 31)
  const startedAt = performance.now()
  const sum = { runs: 0, handoffs: 0, faults: 0, takeovers: 0, failed: 0, worlds: 0, crossings: 0 }
  let toldAt = startedAt
  const isOver = (): boolean =>
    given === undefined ? sum.handoffs >= wanted : sum.runs >= Number(settings.seeds)
  for (let seed = first; !isOver(); seed++) {
    const run = new ClusterSimulation({ seed }).run()
    if (given !== undefined || sum.runs % WORLDS_EVERY === 0) {
      const world = await new WorldSimulation({ seed }).run()
      sum.worlds++
      sum.crossings += world.crossings
      if (world.failure !== undefined) {
        sum.failed++
        console.error(failureOf(seed, `real worlds: ${world.failure}`))
      }
    }
    sum.runs++
    sum.handoffs += run.handoffs
    sum.faults += run.faults
    sum.takeovers += run.takeovers
    if (run.failure !== undefined) {
      sum.failed++
      console.error(failureOf(seed, run.failure))
    }
    const now = performance.now()
    if (now - toldAt < PROGRESS_MS) continue
    toldAt = now
    console.error(`${sum.handoffs} handoffs, ${sum.faults} faults, ${sum.failed} of ${sum.runs} runs failed`)
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `${sum.runs} runs from seed ${first}, ${sum.failed} failed: ${sum.handoffs} handoffs, ${sum.faults} faults and ` +
      `${sum.takeovers} takeovers; ${sum.worlds} of them with real worlds, ${sum.crossings} crossings; in ${seconds} s`,
  )
  if (sum.failed > 0) process.exitCode = 1
}

function failureOf(seed: number, failure: string): string {
  return `FAILED: seed ${seed}: ${failure}\n  Replay: ${commandName()} --cluster --seed ${seed}`
}

function commandName(): string {
  return process.env.npm_lifecycle_event === 'sim' ? 'npm run sim --' : 'shardless sim'
}
