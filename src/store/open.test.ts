import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OutsideError } from '../core/index.ts'
import { openStore } from './index.node.ts'

test('a store of another scheme is refused with what may be written, and no file is made of a slip of the pen', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-open-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const before = process.cwd()
  process.chdir(folder)
  t.after(() => process.chdir(before))
  for (const where of ['postgre://a:secret@host/world', 'sqlite:world.db', 'postgres:world', 'Memory:'])
    await assert.rejects(openStore(where), (error) => {
      assert.ok(error instanceof OutsideError)
      assert.match(error.message, /^A store cannot begin with "\w+:"\. Write the path of a SQLite file, /)
      assert.ok(!error.message.includes('secret'))
      return true
    })
  assert.deepEqual(readdirSync(folder), [])
})

test('a path is a SQLite file, with a colon behind a folder too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-open-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await (await openStore(join(folder, 'a:b.db'))).close()
  assert.ok(readdirSync(folder).includes('a:b.db'))
})
