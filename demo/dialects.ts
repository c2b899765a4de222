/** How the town is shown to programs that speak other protocols, and which of those it is shown to. */
import type { Adapter, Dialect } from 'shardless/dialect'
import { basicsDialect } from 'shardless/dialect/basics'
import { hauntedDialect } from 'shardless/dialect/haunted'
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
/** What clients of Haunted Chronicles see of the town: the 288 x 162 m round its middle, as a lobby for ever. */
const square = { width: 1728, height: 972, pixelsPerMetre: 6, west: 111, south: 189, side: 10 }
const colours = [
  ...[[230, 159, 0] as const, [86, 180, 233] as const, [0, 158, 115] as const, [240, 228, 66] as const],
  ...[[0, 114, 178] as const, [213, 94, 0] as const, [204, 121, 167] as const, [245, 245, 245] as const],
]

/** One for each protocol: `npm start -- --dialects` serves them all. */
export const dialects: readonly Dialect[] = [
  opcodeDialect(adapter, {
    tileMetres: 2,
    metresPerSecond: walkingSpeed,
    facing: ({ facing }) => (typeof facing === 'number' ? facing : undefined),
    order: (words) => (words === 'wave' || words === 'pick' ? { request: words, body: {} } : undefined),
    answer(request, body) {
      const { carried } = body as { carried?: number }
      return request === 'pick' && carried !== undefined ? `You carry ${carried} lanterns.` : undefined
    },
  }),
  pymmorpg,
  basicsDialect(adapter, { metresPerSecond: walkingSpeed, details: ({ look }) => ({ look: Number(look) }) }),
  hauntedDialect({
    ...adapter,
    picture: square,
    square: ({ look }) => ({ team: 0, rgb: colours[Number(look) % colours.length] }),
  }),
]
