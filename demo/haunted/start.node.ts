/**
 * Runs for `npm start -- haunted`: the haunted house with its page, at one address. It is `shardless serve` with
 * defaults of its own, so every command line option works here too: `npm start -- haunted --listen ws://0.0.0.0:4000`.
 */
import { fileURLToPath } from 'node:url'
import { buildIfStale, hauntedBundle } from '../build.node.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

await buildIfStale(hauntedBundle)
process.env.SHARDLESS_GAME ??= here('./server.node.ts')
process.env.SHARDLESS_BOT ??= here('./game/bot.ts')
const program = here('../../src/cli/main.node.ts')
process.argv.splice(1, process.argv.length, program, 'serve', ...process.argv.slice(2))
await import(program)
