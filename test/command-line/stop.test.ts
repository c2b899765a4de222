/** How what runs a world ends: it saves first, in its own time. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PORT = 24_208
const BUS = 'tcp://127.0.0.1:24209'
const GAME = 'test/command-line/slow-to-close.node.ts'

test('a server that takes a while to close is not cut short by the command that runs it', async (t) => {
  const args = ['shardless', 'serve', '--game', GAME, '--listen', `ws://127.0.0.1:${PORT}`]
  const command = spawn(process.execPath, ['scripts/run.mjs', ...args], { cwd: root })
  t.after(() => command.kill('SIGKILL'))
  let said = ''
  for await (const chunk of command.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk
    if (said.includes(`${PORT}`)) break
  }
  command.stdout.resume()
  command.kill('SIGINT')
  assert.deepEqual(await once(command, 'exit'), [0, null])
})

test('a process of a cluster that is told twice to end, as a group and by its cluster, closes all the same', async (t) => {
  const begin = (...args: readonly string[]): Promise<ChildProcess> => {
    const env = { ...process.env, SHARDLESS_SECRET: 'of a test, which nobody else reaches' }
    const child = fork('src/cli/main.node.ts', args, { cwd: root, env, execArgv: ['-C', 'shardless-source'] })
    t.after(() => child.kill('SIGKILL'))
    return new Promise((resolve) =>
      child.on('message', ({ is }: { is: string }) => is === 'ready' && resolve(child)),
    )
  }
  await begin('directory', '--bus', BUS)
  const region = await begin('region', '--game', GAME, '--directory', BUS)
  region.kill('SIGTERM')
  setTimeout(() => region.kill('SIGTERM'), 500)
  assert.deepEqual(await once(region, 'exit'), [0, null])
})
