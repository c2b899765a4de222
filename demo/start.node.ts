/**
 * `npm start`: builds the browser client where that is needed, then serves the town with 20 bots in it. Arguments are
 * those of `shardless serve`.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildIfStale } from './build.node.ts'

const root = join(import.meta.dirname, '..')
const given = process.argv.slice(2)
const isHelp = given.includes('--help') || given.includes('-h')
if (!isHelp) {
  const { built, ms } = await buildIfStale()
  if (built) console.log(`Built the browser client in ${(ms / 1000).toFixed(1)} s.`)
}
const bots = given.some((argument) => argument.startsWith('--bots')) ? [] : ['--bots', '20']
const server = spawn(
  process.execPath,
  [...process.execArgv, 'src/cli/main.node.ts', 'serve', ...bots, ...given],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
// Ctrl-C reaches the server by itself; this one waits for it to say goodbye.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (signal === 'SIGTERM') server.kill(signal)
  })
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)))
