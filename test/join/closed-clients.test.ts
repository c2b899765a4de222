import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('a client that was closed is freed: nothing of the platform holds on to it', () => {
  const program = fileURLToPath(new URL('closed-clients.node.ts', import.meta.url))
  const child = spawnSync(process.execPath, ['--expose-gc', '-C', 'shardless-source', program], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  assert.equal(child.stdout.trim(), 'held 0 of 30', child.stderr)
})
