/** `shardless backup` and `shardless restore`, as an operator runs them. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openStore } from 'shardless/store/node'
import { runShardless } from './shardless.ts'

function desk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'backup-command-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => join(folder, name)
  const run = (...args: string[]) => runShardless(...args, '--store', at('world.db'))
  return { at, run }
}

test('a backup is taken while a server uses the store, and put back later', async (t) => {
  const { at, run } = desk(t)
  const store = await openStore(at('world.db'))
  assert.equal((await run('account', 'create', 'Ada', 'owner', '<<<', '"correct horse"')).code, 0)
  const backup = await run('backup', at('backup'))
  assert.match(
    backup.said,
    /^.*backup holds all of .*world\.db: \d+ rows, \d+ bytes\. It holds secrets; keep it as you keep keys\.\n$/,
  )
  assert.equal(statSync(at('backup')).mode & 0o777, 0o600)
  assert.equal((await run('account', 'role', 'Ada', 'player')).code, 0)
  await store.close()
  const restored = await run('restore', at('backup'))
  assert.match(restored.said, /^.*world\.db is as it was at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: \d+ rows\.\n$/)
  assert.match((await run('account', 'list')).said, /^Ada +owner /m)
})

test('what cannot be done changes nothing, and is one sentence', async (t) => {
  const { at, run } = desk(t)
  const none = await run('backup', at('backup'))
  assert.deepEqual(none, {
    code: 1,
    said: `There is no store at ${at('world.db')}; --store names the one that the server uses.\n`,
  })
  assert.equal(existsSync(at('backup')) || existsSync(at('world.db')), false)
  await (await openStore(at('world.db'))).close()
  assert.equal((await run('account', 'create', 'Ada', '<<<', '"correct horse"')).code, 0)
  assert.equal((await run('backup', at('backup'))).code, 0)
  writeFileSync(at('backup'), readFileSync(at('backup')).subarray(0, -20))
  const torn = await run('restore', at('backup'))
  assert.equal(torn.code, 1)
  assert.match(torn.said, /^.*backup cannot be restored: .* Nothing was changed\.\n$/)
  assert.match((await run('account', 'list')).said, /^Ada +player /m)
  const forgotten = await runShardless('backup', at('backup'), '--store', 'memory:')
  assert.match(forgotten.said, /^A store in memory is gone with its server/)
})
