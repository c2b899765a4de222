/** Databases as earlier versions left them, and some that are not ours: `fixture/` has one of each version. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import postgres from 'postgres'
import {
  type PostgresServer,
  postgresMissing,
  startPostgres,
} from '../../../test/outside/postgres-server.node.ts'
import { OutsideError } from '../../core/index.ts'
import { openPostgresStore, openSqliteStore } from '../index.node.ts'
import { dumpOf, newAccount, population } from '../population.suite.ts'
import { SCHEMA_VERSION } from './schema.ts'

const versions = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1)
const fixture = (engine: string, version: number): string =>
  readFileSync(new URL(`./fixture/${engine}-${version}.sql`, import.meta.url), 'utf8')

/** What every fixture holds, and what came with later versions. */
const kept: readonly (readonly [since: number, row: string])[] = [
  [
    1,
    '{"table":"accounts","row":{"id":"a1","name":"Ada","name_key":"ada","password_hash":"hash","role":"owner","ban_until":null,"ban_reason":"shouting","ban_at":5,"generation":3,"created_at":1,"last_login_at":4}}',
  ],
  [
    1,
    '{"table":"accounts","row":{"id":"a2","name":"Guest","name_key":"guest","password_hash":null,"role":"player","ban_until":null,"ban_reason":null,"ban_at":null,"generation":1,"created_at":2,"last_login_at":null}}',
  ],
  [
    2,
    '{"table":"address_bans","row":{"address":"203.0.113.7","ban_until":null,"ban_reason":"flood","ban_at":3}}',
  ],
  [
    1,
    '{"table":"characters","row":{"id":"c1","account_id":"a1","name":"Ada","name_key":"ada","map":"meadow","position":"[1.5,-2]","state":{"0":0,"1":255},"created_at":1,"saved_at":9,"server":"s1","epoch":7}}',
  ],
  [1, '{"table":"items","row":{"id":"i1","kind":"lantern","quantity":3,"data":{},"holder":"c:c1"}}'],
  [
    1,
    '{"table":"items","row":{"id":"i2","kind":"coin","quantity":9007199254740991,"data":{"0":1},"holder":"p:meadow"}}',
  ],
  [
    2,
    '{"table":"keys","row":{"id":"k1","purpose":"token","secret":{"0":1,"1":2},"created_at":1,"expires_at":2}}',
  ],
  [
    1,
    '{"table":"operations","row":{"id":"o1","fingerprint":"0123456789abcdef","refusal":null,"refused_change":null,"at":8}}',
  ],
  [
    1,
    '{"table":"operations","row":{"id":"o2","fingerprint":"0123456789abcdef","refusal":"missing","refused_change":0,"at":8}}',
  ],
]
const rowsSince = (version: number): string[] =>
  kept.filter(([since]) => since <= version).map(([, row]) => row)

describe('a SQLite file', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shardless-migration-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  /** Returns the tables and indexes of a file, without the spaces in which texts differ. */
  const shapeOf = (path: string): string[] => {
    const database = new DatabaseSync(path)
    const rows = database.prepare('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name').all()
    database.close()
    return rows.map(({ sql }) =>
      String(sql)
        .replace(/\s+/g, ' ')
        .replace(/\( | \)/g, '|'),
    )
  }

  for (const version of versions) {
    test(`of version ${version} is brought to the newest with all it holds`, async () => {
      const path = join(folder, `version-${version}.db`)
      const database = new DatabaseSync(path)
      database.exec(fixture('sqlite', version))
      database.close()
      const store = await openSqliteStore(path)
      assert.deepEqual(await dumpOf(store), rowsSince(version))
      await population(store)
      await store.close()

      const fresh = join(folder, `fresh-${version}.db`)
      await (await openSqliteStore(fresh)).close()
      assert.deepEqual(shapeOf(path), shapeOf(fresh))
      const again = await openSqliteStore(path)
      assert.equal((await again.health()).schema, SCHEMA_VERSION)
      await again.close()
    })
  }

  const refused = async (path: string, reason: RegExp): Promise<void> => {
    const bytes = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined
    await assert.rejects(openSqliteStore(path), (error: Error) => {
      assert.ok(error instanceof OutsideError, String(error))
      assert.match(error.message, reason)
      return true
    })
    if (bytes !== undefined) assert.deepEqual(readFileSync(path), bytes, 'it was left as it was')
  }

  test('of a newer program is refused, and left as it was', async () => {
    const path = join(folder, 'newer.db')
    const database = new DatabaseSync(path)
    database.exec(`${fixture('sqlite', SCHEMA_VERSION)}; PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    database.close()
    await refused(path, /newer version of this program .*Start that version/)
  })

  test('of another program, or no database at all, is refused and left as it was', async () => {
    const path = join(folder, 'foreign.db')
    const database = new DatabaseSync(path)
    database.exec('CREATE TABLE accounts (id TEXT)')
    database.close()
    await refused(path, /another program's database/)
    writeFileSync(join(folder, 'text.db'), 'Dear diary, '.repeat(1000))
    await refused(join(folder, 'text.db'), /no SQLite database/)
    mkdirSync(join(folder, 'folder.db'))
    await refused(join(folder, 'folder.db'), /cannot be opened/)
    await refused(join(folder, 'text.db', 'inner.db'), /cannot be opened/)
  })

  test('that is torn or scratched is refused, with what to do', async () => {
    const path = join(folder, 'whole.db')
    const store = await openSqliteStore(path)
    for (let index = 0; index < 400; index++) store.accounts.create(newAccount(`account-${index}`))
    await store.close()
    const { size } = statSync(path)
    assert.ok(size > 40_000)
    const torn = join(folder, 'torn.db')
    copyFileSync(path, torn)
    truncateSync(torn, size - 8192)
    await refused(torn, /is broken .*restore the last backup/)
    const scratched = join(folder, 'scratched.db')
    const bytes = readFileSync(path)
    bytes.fill(0x55, 4096 * 3, 4096 * 4)
    writeFileSync(scratched, bytes)
    await refused(scratched, /is broken .*restore the last backup/)
  })

  test('is made with its folder, for its user alone', async () => {
    const path = join(folder, 'deep', 'er', 'new.db')
    const store = await openSqliteStore(path)
    await population(store)
    for (const name of [path, `${path}-wal`]) assert.equal(statSync(name).mode & 0o777, 0o600, name)
    await store.close()
    assert.equal(existsSync(`${path}-wal`), false, 'closed, it is one file')
    chmodSync(path, 0o600)
  })

  test('is opened by two at once, and each sees what the other wrote', async () => {
    const path = join(folder, 'shared.db')
    const stores = await Promise.all([openSqliteStore(path), openSqliteStore(path)])
    const asked = Array.from({ length: 40 }, (_, index) =>
      stores[index % 2].accounts.create(newAccount(`a${index}`, { nameKey: `key ${index >> 1}` })),
    )
    assert.equal((await Promise.all(asked)).filter(({ is }) => is === 'created').length, 20)
    for (const store of stores) assert.equal(await store.accounts.count(), 20)
    for (const store of stores) await store.close()
  })

  test('takes no more requests than may wait, and does those that it took', async () => {
    const store = await openSqliteStore(join(folder, 'busy.db'), { waitingMax: 10 })
    const asked = Array.from({ length: 11 }, (_, index) => store.accounts.create(newAccount(`a${index}`)))
    const answers = await Promise.allSettled(asked)
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...Array(10).fill('fulfilled'), 'rejected'],
    )
    assert.match(String((answers[10] as PromiseRejectedResult).reason), /10 requests wait/)
    assert.equal(await store.accounts.count(), 10)
    await store.close()
  })
})

describe('a PostgreSQL schema', { skip: postgresMissing() ?? false }, () => {
  let server: PostgresServer
  let sql: postgres.Sql
  before(async () => {
    server = await startPostgres()
    sql = postgres(server.url, { max: 1, onnotice: () => {} })
  })
  after(async () => {
    await sql.end()
    await server.stop()
  })
  const shapeOf = async (schema: string): Promise<unknown> => {
    const columns = await sql`SELECT table_name, column_name, data_type, is_nullable, collation_name
      FROM information_schema.columns WHERE table_schema = ${schema} ORDER BY table_name, ordinal_position`
    const indexes = await sql`SELECT tablename, indexname, replace(indexdef, ${schema}, '') AS definition
      FROM pg_indexes WHERE schemaname = ${schema} ORDER BY indexname`
    return JSON.stringify([columns, indexes])
  }

  for (const version of versions) {
    test(`of version ${version} is brought to the newest with all it holds`, async () => {
      const schema = `version_${version}`
      await sql.unsafe(
        `CREATE SCHEMA ${schema}; SET search_path = ${schema}; ${fixture('postgres', version)}`,
      )
      const store = await openPostgresStore(server.url, { schema })
      assert.deepEqual(await dumpOf(store), rowsSince(version))
      await store.close()
      await (await openPostgresStore(server.url, { schema: `fresh_${version}` })).close()
      assert.equal(await shapeOf(schema), await shapeOf(`fresh_${version}`))
    })
  }

  test('of a newer program or of another is refused, with what to do', async () => {
    await sql.unsafe(`CREATE SCHEMA newer; SET search_path = newer; ${fixture('postgres', SCHEMA_VERSION)}`)
    await sql.unsafe(`UPDATE newer.shardless SET version = ${SCHEMA_VERSION + 1}`)
    await assert.rejects(
      openPostgresStore(server.url, { schema: 'newer' }),
      /newer version of this program .*Start that version/,
    )
    await sql.unsafe('CREATE SCHEMA strange; CREATE TABLE strange.accounts (id text)')
    await assert.rejects(
      openPostgresStore(server.url, { schema: 'strange' }),
      /another program's tables; choose another schema/,
    )
    await assert.rejects(openPostgresStore(server.url, { schema: 'no; such' }), { code: 'store/bad-schema' })
  })

  test('is made once, however many servers start at once', async () => {
    const opening = Array.from({ length: 4 }, () =>
      openPostgresStore(server.url, { schema: 'crowd', connectionsMax: 1 }),
    )
    const stores = await Promise.all(opening)
    assert.equal((await stores[0].accounts.create(newAccount('ada'))).is, 'created')
    for (const store of stores) {
      assert.equal(await store.accounts.count(), 1)
      await store.close()
    }
  })

  test('that cannot be reached is a sentence', async () => {
    const elsewhere = new URL(server.url)
    elsewhere.port = '1'
    await assert.rejects(openPostgresStore(elsewhere.href), /No database listens at 127.0.0.1:1/)
    await assert.rejects(openPostgresStore(`${server.url}_none`), /no such database/)
    await assert.rejects(openPostgresStore('not a url'), /write postgres:/)
  })
})
