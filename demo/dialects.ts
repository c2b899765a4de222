/** How the town is shown to programs that speak other protocols, and which of those it is shown to. */
import type { Adapter, Dialect } from 'shardless/dialect'
import { basicsDialect } from 'shardless/dialect/basics'
import { opcodeDialect } from 'shardless/dialect/opcode'
import { pymmorpgDialect } from 'shardless/dialect/pymmorpg'
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

/** Requests in pickles: a person's look and gait are seen, and there is more to get and to do than to see. */
const pymmorpg = pymmorpgDialect({
  ...adapter,
  visual: ({ look, gait }) => [BigInt(Number(look)), String(gait)],
  attribute({ facing, rest }, name) {
    if (name === 'facing') return Number(facing)
    return name === 'rest' ? BigInt(Number(rest)) : undefined
  },
  edits: { wave: () => ({ request: 'wave', body: {} }), pick: () => ({ request: 'pick', body: {} }) },
})

/** One for each protocol: `npm start -- --dialects` serves them all. */
export const dialects: readonly Dialect[] = [
  opcodeDialect(adapter, {
    tileMetres: 2,
    metresPerSecond: walkingSpeed,
    facing: ({ facing }) => (typeof facing === 'number' ? facing : undefined),
    order: (words) => (words === 'wave' || words === 'pick' ? { request: words, body: {} } : undefined),
  }),
  pymmorpg,
  basicsDialect(adapter, { metresPerSecond: walkingSpeed, details: ({ look }) => ({ look: Number(look) }) }),
]
