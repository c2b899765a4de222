/** `shardless serve --record`, where the file cannot be written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runShardless } from './shardless.ts'

test('a server whose recording cannot be written ends, and says so', { timeout: 120_000 }, async () => {
  const game = 'docs/examples/text-dialect/server.node.ts'
  const address = ['--listen', 'ws://127.0.0.1:0', '--store', 'memory:']
  assert.deepEqual(
    await runShardless('serve', '--game', game, ...address, '--record', '/dev/null/town.rec'),
    {
      code: 1,
      said: '/dev/null/town.rec cannot be written: ENOTDIR.\n',
    },
  )
})
