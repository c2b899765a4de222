/** How the town is shown to programs that speak other protocols, and which of those it is shown to. */
import type { Adapter, Dialect } from 'shardless/dialect'
import { opcodeDialect } from 'shardless/dialect/opcode'
import { idle, type town, walkingSpeed } from './game/town.ts'

/** What every protocol needs to know of the town. */
export const adapter: Adapter<typeof town> = {
  figure: ({ kind, name, look }) =>
    kind === 'walker' ? { name: String(name), look: Number(look) } : undefined,
  walk: (east, north) => ({ ...idle, east, north }),
  say: (text) => ({ request: 'say', body: { text } }),
  heard(event, body) {
    const { who, text } = body as { who: number; text: string }
    return event === 'said' ? { who, words: text } : undefined
  },
}

/** One for each protocol: `npm start -- --dialects` serves them all. */
export const dialects: readonly Dialect[] = [
  opcodeDialect(adapter, {
    tileMetres: 2,
    metresPerSecond: walkingSpeed,
    facing: ({ facing }) => (typeof facing === 'number' ? facing : undefined),
    order: (words) => (words === 'wave' || words === 'pick' ? { request: words, body: {} } : undefined),
  }),
]
