import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openKeyFile } from './key-file.node.ts'

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'shardless.keys')
}
const key = { id: 'k1', purpose: 'token', secret: new Uint8Array([1, 2, 255]), createdAt: 1, expiresAt: 2 }

test('[A22] a key file is made for its owner only, and keeps what it is given', async (t) => {
  const path = place(t)
  const keys = openKeyFile(path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(await keys.add(key), true)
  assert.equal(await keys.add(key), false)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(await openKeyFile(path).list('token'), [key])
  assert.deepEqual(await openKeyFile(path).list('other'), [])
  assert.equal(await keys.remove('k1'), true)
  assert.equal(await keys.remove('k1'), false)
  assert.deepEqual(await openKeyFile(path).list('token'), [])
  assert.deepEqual(readdirSync(join(path, '..')), ['shardless.keys'])
})

test('[A22] a key file that others can read stops the start with a sentence that says how to mend it', (t) => {
  const path = place(t)
  openKeyFile(path)
  for (const mode of [0o640, 0o604, 0o644, 0o620]) {
    chmodSync(path, mode)
    assert.throws(() => openKeyFile(path), {
      name: 'OutsideError',
      message: `The key file ${path} can be read by others (mode ${mode.toString(8)}). Take it from them with: chmod 600 ${path}; delete it instead if they may have seen it.`,
    })
  }
  chmodSync(path, 0o400)
  openKeyFile(path)
})

test('[A22] a broken key file is one sentence, without what is in it', (t) => {
  const path = place(t)
  for (const text of [
    '',
    'null',
    '[1]',
    '[{"id":"a","purpose":"token","secret":"","createdAt":1,"expiresAt":2}]',
    'secret-words',
  ]) {
    writeFileSync(path, text, { mode: 0o600 })
    assert.throws(
      () => openKeyFile(path),
      (error: Error) => /is broken; delete it/.test(error.message) && !error.message.includes('secret-words'),
    )
  }
  assert.throws(() => openKeyFile('/nowhere/at/all'), /cannot be written: ENOENT/)
})
