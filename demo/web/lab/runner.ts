import type { BotDefinition } from 'shardless/client'
import { Experiment, type ExperimentSettings, readScript } from 'shardless/lab'
import { loadSodium } from 'shardless/netcode'
import type { ServerDefinition } from 'shardless/server'
import { type Field, field } from '../../lab/field.ts'
import bots from '../../lab/field-bot.ts'
import quantized, { plainServer } from '../../lab/field-server.ts'

export type Run = Experiment<Field>

/** How far the simulation is kept ahead of what is drawn, in ms: a tick, and a little. */
const AHEAD_MS = 120
/** How long one turn of simulating may take before the page draws again, in ms. */
const TURN_MS = 8
/** The same while somebody waits for a moment that is far. */
const LONG_TURN_MS = 100
/** How much is simulated between two looks at the clock, in ms. */
const STEP_MS = 50

/** Begins an experiment with the game of the laboratory. */
export async function begin(settings: ExperimentSettings): Promise<Run> {
  const cipher = settings.link === 'udp' ? await loadSodium() : undefined
  const isQuantized = !settings.off.includes('quantizing')
  const definition = (isQuantized ? quantized : plainServer) as ServerDefinition<Field>
  return new Experiment<Field>({
    settings,
    definition,
    bots: { ...bots, game: field } as BotDefinition<Field>,
    cipher,
  })
}

/**
 * Plays an experiment by the page's clock: at any speed, step by step, back, and beside a second one in other
 * weather.
 */
export class Runner {
  run: Run
  /** The second run, beside the first; undefined without one. */
  fork: Run | undefined
  /** What is drawn, in ms of the run. */
  shownAt = 0
  speed = 1
  isPlaying = true
  readonly #changed: () => void
  #isBusy = false
  #seeks = 0
  #lastFrame: number | undefined

  /** @param changed  called when the run is another one */
  constructor(run: Run, changed: () => void) {
    this.run = run
    this.#changed = changed
  }

  /** The earliest moment that can still be shown, in ms. */
  get firstKept(): number {
    return Math.max(0, (this.run.looks[0]?.at ?? 0) - 50)
  }

  get all(): readonly Run[] {
    return this.fork ? [this.run, this.fork] : [this.run]
  }

  /** Takes a new run in the place of the old. */
  take(run: Run, shownAt = 0): void {
    this.run = run
    this.fork = undefined
    this.shownAt = shownAt
    this.#changed()
  }

  /** Moves time on for one frame, and simulates what will be drawn next. */
  frame(now: number): void {
    const passed = this.#lastFrame === undefined ? 0 : Math.min(100, now - this.#lastFrame)
    this.#lastFrame = now
    if (this.isPlaying) {
      const ready = Math.min(...this.all.map((run) => run.now))
      this.shownAt = Math.min(this.shownAt + passed * this.speed, ready)
    }
    this.#simulate(this.shownAt + AHEAD_MS).catch((error: unknown) => console.error(error))
  }

  /** Shows the end of the next tick, and stands still. */
  async step(): Promise<void> {
    this.isPlaying = false
    const { game } = this.run.simulation.pair.host.world
    const tickMs = 1000 / game.ticksPerSecond
    const next = (Math.floor(this.shownAt / tickMs + 1e-6) + 1) * tickMs
    for (const run of this.all) await run.advance(next)
    this.shownAt = next
  }

  /** Shows another moment; one that has not been played yet is played first. */
  async seek(ms: number): Promise<void> {
    const asked = ++this.#seeks
    for (const run of this.all) await advanceGently(run, ms)
    // Somebody who drags has asked for another moment meanwhile.
    if (asked !== this.#seeks) return
    this.shownAt = Math.min(ms, ...this.all.map((run) => run.now))
  }

  /** Goes back to the shown moment for good: from here on something else can happen. */
  async rewind(): Promise<void> {
    const at = this.shownAt
    this.take(await this.#replay(at), at)
  }

  /** Begins a second run beside the first: the same up to the shown moment, then in this weather. */
  async split(weather: string): Promise<void> {
    const at = this.shownAt
    const fork = await this.#replay(at)
    await fork.do({ do: 'befall', trouble: { do: 'weather', who: 'all', weather } })
    this.fork = fork
    this.#changed()
  }

  /** Makes something happen to the first run, now: what lies after the shown moment has not happened then. */
  async befall(line: string): Promise<void> {
    const [{ at: _at, ...trouble }] = readScript(`0 ${line}`)
    if (this.run.now > this.shownAt + AHEAD_MS * 2) await this.rewind()
    await this.run.do({ do: 'befall', trouble })
  }

  /** Plays the run again up to a moment, and lets the page draw now and then. */
  async #replay(at: number): Promise<Run> {
    const run = this.run.anew(at)
    await advanceGently(run, at)
    return run
  }

  async #simulate(until: number): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    const end = performance.now() + TURN_MS
    try {
      for (const run of this.all)
        while (run.now < until && performance.now() < end && run.failure === undefined) {
          const before = run.now
          await run.advance(run.now + STEP_MS)
          if (run.now === before) break
        }
    } finally {
      this.#isBusy = false
    }
  }
}

/** Advances a run far, and lets the page draw now and then. */
async function advanceGently(run: Run, ms: number): Promise<void> {
  let drawnAt = performance.now()
  while (run.now < ms && run.failure === undefined) {
    const before = run.now
    await run.advance(Math.min(ms, run.now + STEP_MS))
    if (run.now === before) return
    if (performance.now() - drawnAt < LONG_TURN_MS) continue
    await new Promise((resume) => setTimeout(resume, 0))
    drawnAt = performance.now()
  }
}
