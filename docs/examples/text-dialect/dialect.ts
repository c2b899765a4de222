import type { Adapter } from 'shardless/dialect'
import type { village } from './game.ts'
import { textDialect } from './text-dialect.ts'

/** How the village is shown to any other protocol. */
export const adapter: Adapter<typeof village> = {
  figure: ({ kind, name }) => (kind === 'villager' ? { name: String(name) } : undefined),
  walk: (east, north) => ({ east: Math.round(east), north: Math.round(north) }),
  say: (text) => ({ request: 'say', body: { text } }),
  heard(event, body) {
    const { who, text } = body as { who: number; text: string }
    return event === 'said' ? { who, words: text } : undefined
  },
}

/** The village in lines: `shardless serve --game server.node.ts --dialects text` */
export default textDialect(adapter)
