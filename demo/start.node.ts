/**
 * Runs for `npm start`: the town with its page, sixty townspeople and twenty bots, at one address. It is `shardless
 * serve` with its own defaults, so every command line option works here too: `npm start -- --bots 100`.
 * `npm start -- lab` shows the laboratory instead.
 * `npm start -- --regions 4 --gateways 2` is `shardless cluster`: the same town as several processes.
 */
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.node.ts'

const HELP = `npm start                                     the town with its page, sixty townspeople and twenty bots
npm start -- --dialects                       the same, also for programs of other protocols
npm start -- --regions 4 --gateways 2         the same as several processes: see "npm run shardless -- cluster --help"
npm start -- haunted                          hide and seek in a dark house
npm start -- lab                              the laboratory of networks: "npm start -- lab --help"

The town and the house take every option of "shardless serve", with defaults of their own for the game, the bots and the
store:
`

if (process.argv[2] === 'lab') {
  const { startLab } = await import('./lab/start-lab.node.ts')
  await startLab(process.argv.slice(3))
} else await startTown()

/** Starts the town's server with the rest of the command line. */
async function startTown(): Promise<void> {
  const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

  await buildIfStale()
  process.env.SHARDLESS_GAME ??= here('./server.node.ts')
  process.env.SHARDLESS_BOT ??= here('./game/bot.ts')
  process.env.SHARDLESS_BOTS ??= '20'
  process.env.TOWNSPEOPLE ??= '60'
  process.env.SHARDLESS_STORE ??= here('./town.db')
  const program = here('../src/cli/main.node.ts')
  const flags = process.argv.slice(2)
  if (flags.includes('--help') || flags.includes('-h')) console.log(HELP)
  const isCluster = flags.some((flag) => /^--(regions|gateways)\b/.test(flag))
  // Whose processes these are, on this machine alone, may break them by a click. Others reach none of it.
  const isOwn = isCluster && !flags.some((flag) => /^--(listen|bus|advertise|config|dialects?)\b/.test(flag))
  process.env.TOWN_CRASHES ??= isOwn && process.env.SHARDLESS_LISTEN === undefined ? 'yes' : 'no'
  process.argv.splice(1, process.argv.length, program, isCluster ? 'cluster' : 'serve', ...flags)
  await import(program)
}
