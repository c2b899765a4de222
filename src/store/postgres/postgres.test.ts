import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type PostgresServer,
  postgresMissing,
  startPostgres,
} from '../../../test/outside/postgres-server.node.ts'
import { OutsideError } from '../../core/index.ts'
import type { DumpRow } from '../backup/dump.ts'
import { openPostgresStore } from '../index.node.ts'
import { newAccount } from '../population.suite.ts'
import { storeSuite } from '../store.suite.ts'
import {
  inTransaction,
  type PostgresConnection,
  plainQuery,
  query,
  releasing,
} from './postgres-transaction.node.ts'

let server: PostgresServer
let opened = 0

storeSuite({
  name: 'PostgreSQL',
  missing: postgresMissing(),
  async begin() {
    server = await startPostgres()
  },
  async end() {
    await server.stop()
  },
  open: () => openPostgresStore(server.url, { schema: `store_${++opened}` }),
  openAgain: () => openPostgresStore(server.url, { schema: `store_${opened}` }),
})

describe('a store (PostgreSQL) and its database', { skip: postgresMissing() ?? false }, () => {
  let database: PostgresServer
  before(async () => {
    database = await startPostgres()
  })
  after(() => database.stop())

  test('who waits too long for another is refused by the server, and nothing of it happens after all', async () => {
    const slow = await openPostgresStore(database.url)
    // Long enough for all that does not wait, on the busiest machine.
    const store = await openPostgresStore(database.url, { statementTimeoutMs: 2000 })
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    async function* rows(): AsyncGenerator<readonly DumpRow[]> {
      begun.resolve()
      await held.promise
      yield []
    }
    const restored = slow.restore(rows())
    await begun.promise
    await assert.rejects(store.accounts.create(newAccount('a')), (error) => {
      assert.ok(error instanceof OutsideError)
      assert.match(error.message, /gave up a statement that took too long .*; nothing of it was done\.$/)
      return true
    })
    held.resolve()
    await restored
    assert.equal(await store.accounts.count(), 0)
    assert.equal((await store.accounts.create(newAccount('a'))).is, 'created')
    assert.equal(await store.accounts.count(), 1)
    await store.close()
    await slow.close()
  })

  test('an address that makes the client give up is refused; options of its own do not move the tables', async () => {
    await assert.rejects(openPostgresStore(`${database.url}?query_timeout=1000`), /Write "statement_timeout"/)
    const url = `${database.url}?options=-c%20search_path%3Dpublic&statement_timeout=9000`
    const store = await openPostgresStore(url, { schema: 'apart' })
    await store.accounts.create(newAccount('b'))
    await store.close()
    const again = await openPostgresStore(database.url, { schema: 'apart' })
    assert.equal(await again.accounts.count(), 1)
    await again.close()
  })
})

/** Makes a connection to a server that answers as PostgreSQL does, and a list of what it was asked. */
function scripted(): { connection: PostgresConnection; asked: string[]; released: (boolean | undefined)[] } {
  const asked: string[] = []
  const released: (boolean | undefined)[] = []
  let isAborted = false
  const connection: PostgresConnection = {
    async query({ text }) {
      asked.push(text)
      if (text === 'broken') {
        isAborted = true
        throw Object.assign(new Error('division by zero'), { severity: 'ERROR', code: '22012' })
      }
      return { rows: [], command: text === 'COMMIT' && isAborted ? 'ROLLBACK' : text.split(' ')[0] }
    },
    release: (isBroken) => void released.push(isBroken),
  }
  return { connection, asked, released }
}

test('a commit that the server answers with ROLLBACK rejects: a refusal that was caught takes everything back', async () => {
  const { connection, asked, released } = scripted()
  const work = () => query(connection, [plainQuery('broken')]).catch(() => 'never mind')
  await assert.rejects(
    releasing(connection, () => inTransaction(connection, work)),
    (error) => error instanceof OutsideError && /answered COMMIT with ROLLBACK/.test(error.message),
  )
  assert.deepEqual(asked, ['BEGIN', 'broken', 'COMMIT'])
  assert.deepEqual(released, [false])
})

test('a commit that is answered with COMMIT resolves, and what fails before is rolled back', async () => {
  const fine = scripted()
  assert.equal(await inTransaction(fine.connection, async () => 7), 7)
  assert.deepEqual(fine.asked, ['BEGIN', 'COMMIT'])
  const failing = scripted()
  await assert.rejects(
    inTransaction(failing.connection, () => query(failing.connection, [plainQuery('broken')])),
    /zero/,
  )
  assert.deepEqual(failing.asked, ['BEGIN', 'broken', 'ROLLBACK'])
})
