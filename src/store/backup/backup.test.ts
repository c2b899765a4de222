import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  type PostgresServer,
  postgresMissing,
  startPostgres,
} from '../../../test/outside/postgres-server.node.ts'
import { OutsideError, Random } from '../../core/index.ts'
import { backupStore, openPostgresStore, openSqliteStore, openStore, restoreStore } from '../index.node.ts'
import { createMemoryStore, type Store } from '../index.ts'
import { dumpOf, newAccount, population } from '../population.suite.ts'
import { verifyBackup } from './backup.node.ts'

describe('a backup', () => {
  let folder: string
  let whole: string
  let original: Store
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shardless-backup-'))
    whole = join(folder, 'whole')
    original = createMemoryStore()
    await population(original)
    await original.accounts.ban({ id: 'bob', ban: { until: 5, reason: 'a\nb "c" \u{1f3ee}', at: 1 } })
    await original.keys.add({
      id: 'k',
      purpose: 'token',
      secret: Uint8Array.of(1, 2),
      createdAt: 1,
      expiresAt: 2,
    })
    await original.addressBans.set({ address: '203.0.113.7', until: undefined, reason: '', at: 1 })
    await backupStore(original, whole, 1_700_000_000_000)
  })
  after(() => rmSync(folder, { recursive: true }))

  /** Asserts that restoring fails with a sentence and leaves the store as it was. */
  const refused = async (path: string, reason: RegExp): Promise<void> => {
    const store = createMemoryStore()
    await store.accounts.create(newAccount('eve'))
    const rows = await dumpOf(store)
    await assert.rejects(restoreStore(store, path), (error: Error) => {
      assert.ok(error instanceof OutsideError, String(error))
      assert.match(error.message, reason)
      return true
    })
    assert.deepEqual(await dumpOf(store), rows)
  }

  test('is one file, for its user alone, that says what it is and how much it holds', async () => {
    assert.equal(statSync(whole).mode & 0o777, 0o600)
    assert.equal(existsSync(`${whole}.part`), false)
    const bytes = statSync(whole).size
    assert.deepEqual(await verifyBackup(whole), { at: 1_700_000_000_000, rows: 12, bytes })
    assert.match(readFileSync(whole, 'utf8'), /^\{"shardless":"backup","format":1,/)
  })

  test('of one store is restored into any other', { skip: postgresMissing() ?? false }, async () => {
    const server: PostgresServer = await startPostgres()
    try {
      const stores = [
        await openStore('memory:'),
        await openStore(join(folder, 'restored.db')),
        await openStore(`${server.url}?schema=restored`),
      ]
      const expected = (await dumpOf(original)).map((row) => row.replace(/"epoch":\d+/, ''))
      for (const from of stores) {
        const { engine } = await from.health()
        await restoreStore(from, whole)
        const copy = join(folder, `of-${engine}`)
        await backupStore(from, copy)
        for (const to of stores) {
          await to.accounts.create(newAccount('eve'))
          await restoreStore(to, copy)
          const rows = (await dumpOf(to)).map((row) => row.replace(/"epoch":\d+/, ''))
          assert.deepEqual(rows, expected, `${engine} to ${(await to.health()).engine}`)
        }
      }
      for (const store of stores) await store.close()
    } finally {
      await server.stop()
    }
  })

  test('that is cut off anywhere is refused, and nothing is changed', async () => {
    const bytes = readFileSync(whole)
    const path = join(folder, 'torn')
    for (let length = 0; length < bytes.length; length += length > bytes.length - 100 ? 1 : 37) {
      writeFileSync(path, bytes.subarray(0, length))
      await refused(path, /cannot be restored: it is (no backup|torn)/)
    }
  })

  test('with any byte changed is refused, and nothing is changed', async () => {
    const bytes = readFileSync(whole)
    const path = join(folder, 'scratched')
    const random = new Random(7)
    for (let times = 0; times < 200; times++) {
      const at = random.integer(0, bytes.length - 1)
      const scratched = Buffer.from(bytes)
      scratched[at] ^= 1 << random.integer(0, 7)
      writeFileSync(path, scratched)
      await refused(path, /cannot be restored: /)
    }
    writeFileSync(path, Buffer.concat([bytes, bytes]))
    await refused(path, /something follows its end/)
  })

  test('of another program or a newer one is refused, and nothing is changed', async () => {
    const path = join(folder, 'foreign')
    for (const text of [
      '',
      '\n',
      '{}',
      '{}\n',
      'null\n',
      '[]\n',
      'SQLite format 3\0'.repeat(1000),
      'x'.repeat(3e6),
    ]) {
      writeFileSync(path, text)
      await refused(path, /it is no backup/)
    }
    writeFileSync(path, '{"shardless":"backup","format":1,"schema":99,"at":1}\n')
    await refused(path, /newer version of this program; restore it with that version/)
    writeFileSync(path, '{"shardless":"backup","format":2,"schema":1,"at":1}\n')
    await refused(path, /newer version of this program/)
    await refused(join(folder, 'nothing'), /no such file/)
    await refused(folder, /it is a folder/)
  })

  test('that cannot be written leaves the last one as it was', async () => {
    await assert.rejects(backupStore(original, join(folder, 'no', 'such', 'folder')), OutsideError)
    const path = join(folder, 'kept')
    await backupStore(original, path)
    const bytes = readFileSync(path)
    mkdirSync(`${path}.part`)
    await assert.rejects(backupStore(original, path), OutsideError)
    assert.deepEqual(readFileSync(path), bytes)
    rmSync(`${path}.part`, { recursive: true })
  })

  test('is of one moment while others write, and restoring while others write leaves all or nothing', async () => {
    const store = await openSqliteStore(join(folder, 'busy.db'))
    const other = await openSqliteStore(join(folder, 'busy.db'))
    const pair = (turn: number) => [`a${turn}`, `b${turn}`]
    let turn = 0
    let isOver = false
    const writing = (async () => {
      // Two items of each turn are minted in one operation: a moment has both or none.
      for (; !isOver; turn++) {
        const changes = pair(turn).map((id) => ({
          do: 'mint' as const,
          item: { id, kind: 'coin', quantity: 1, data: new Uint8Array(300), holder: { place: 'bank' } },
        }))
        await other.items.apply({ id: `turn-${turn}`, at: turn, changes })
      }
    })()
    const path = join(folder, 'busy')
    for (let times = 0; times < 5; times++) {
      while (turn < (times + 1) * 30) await new Promise((done) => setTimeout(done, 1))
      await backupStore(store, path)
      const moment = createMemoryStore()
      await restoreStore(moment, path)
      const items = await moment.items.list({ place: 'bank' })
      assert.equal(items.length % 2, 0)
      assert.ok(items.length >= times * 60)
    }
    await restoreStore(store, whole)
    isOver = true
    await writing
    const coins = await store.items.list({ place: 'bank' })
    assert.equal(coins.length % 2, 0)
    assert.equal((await store.items.list({ place: 'meadow' })).length, 1)
    await store.close()
    await other.close()
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    )
  })

  test('of many rows takes no more memory than a few of them', {
    skip: postgresMissing() ?? false,
  }, async () => {
    const server = await startPostgres()
    const store = await openPostgresStore(server.url)
    for (let group = 0; group < 20; group++) {
      const changes = Array.from({ length: 100 }, (_, index) => ({
        do: 'mint' as const,
        item: {
          id: `${group}-${index}`,
          kind: 'coin',
          quantity: 1,
          data: new Uint8Array(9),
          holder: { place: 'bank' },
        },
      }))
      await store.items.apply({ id: `group-${group}`, at: 1, changes })
    }
    const path = join(folder, 'many')
    assert.equal((await backupStore(store, path)).rows, 2020)
    const batches: number[] = []
    for await (const rows of store.dump()) batches.push(rows.length)
    assert.ok(Math.max(...batches) <= 500)
    await store.close()
    await server.stop()
  })
})
