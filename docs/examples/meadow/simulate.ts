import { type Check, type RunOutcome, type Scenario, Simulation } from 'shardless/lab'
import sheep from './bot.ts'
import type { meadow } from './game.ts'
import definition from './server.node.ts'

/** A thunderstorm over the meadow: half the flock is far away, and for five seconds nobody hears anybody. */
const thunder: Scenario = {
  name: 'thunder',
  about: 'lightning strikes the mast',
  seconds: 20,
  clients: 6,
  weather: ['wifi', '150ms±30 loss=3%'],
  driftPpm: 100,
  faults: [
    { at: 8, do: 'cut', who: 'all', seconds: 5 },
    { at: 15, every: 2, do: 'freeze', who: 'one', seconds: 1 },
  ],
}

/** A rule of this game, checked after every tick: wool only grows. */
function woolOnlyGrows(): Check<typeof meadow> {
  const grown = new Map<number, number>()
  return ({ world }) => {
    for (const { id, name, wool } of world.entities('sheep')) {
      if (wool < (grown.get(id) ?? 0)) return `${name} lost wool`
      grown.set(id, wool)
    }
    return undefined
  }
}

/** Plays the thunderstorm. The same seed is the same storm. */
export function thunderstorm(seed: number): Promise<RunOutcome> {
  const checks = [woolOnlyGrows()]
  return new Simulation({ definition, bots: sheep, scenario: thunder, seed, checks }).run()
}
