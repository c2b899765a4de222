/** How what runs a world ends: it saves first, in its own time. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PORT = 24_208

test('a server that takes a while to close is not cut short by the command that runs it', async (t) => {
  const game = 'test/command-line/slow-to-close.node.ts'
  const args = ['shardless', 'serve', '--game', game, '--listen', `ws://127.0.0.1:${PORT}`]
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
