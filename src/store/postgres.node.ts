import postgres from 'postgres'
import { OutsideError, ShardlessError } from '../core/index.ts'
import type { DumpRow, Value } from './dump.ts'
import { DUMP_TABLES } from './dump.ts'
import type { AnswerOf, InputOf, RequestName } from './request.ts'
import type { Row } from './row.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { createStore, type Engine } from './shelves.ts'
import type { Statement, Transaction } from './sql.ts'
import { dumpSession, restoreSession, type Session } from './sql-dump.ts'
import { begin, isReading } from './sql-requests.ts'
import type { Health, Store } from './store.ts'

export interface PostgresStoreOptions {
  /** The schema within the database that its tables are in; made where there is none. Default "shardless". */
  readonly schema?: string
  /** Connections at most. Default 10. */
  readonly connectionsMax?: number
  /** Requests that may wait; another is refused. Default 10,000. */
  readonly waitingMax?: number
}

/** What is asked of a connection, inside a transaction or not. */
type Asking = Pick<postgres.Sql, 'unsafe'>

const KINDS = { text: 'text COLLATE "C"', integer: 'bigint', bytes: 'bytea', suffix: '' }

/** Two transactions met: a deadlock, or both made the same row. Nothing has happened; the second try finds the first's. */
const MET = new Set(['40001', '40P01', '23505', '23503'])
const TRIES = 5

/**
 * Opens the store in a PostgreSQL database, 13 or newer: its tables are made, or brought to the newest schema, in a schema of
 * their own. Several servers share one database. A commit waits for the disk, as `synchronous_commit = on` has it; what the
 * database's operator sets `fsync` to is his to answer for.
 *
 * @param url  "postgres://user:password@host:5432/database"
 * @throws OutsideError where the database cannot be reached or is newer than this program
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<Store> {
  const engine = new PostgresEngine(url, options)
  try {
    await engine.open()
  } catch (error) {
    await engine.close()
    throw error
  }
  return createStore(engine)
}

class PostgresEngine implements Engine {
  readonly #sql: postgres.Sql
  readonly #schema: string
  readonly #place: string
  readonly #waitingMax: number
  readonly #waiting = new Set<Promise<unknown>>()

  constructor(
    url: string,
    { schema = 'shardless', connectionsMax = 10, waitingMax = 10_000 }: PostgresStoreOptions,
  ) {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
      throw new ShardlessError(
        'store/bad-schema',
        `A schema is called "${schema}"; its name has 1 to 63 characters of a-z 0-9 _ and begins with no digit.`,
      )
    }
    this.#schema = schema
    this.#waitingMax = waitingMax
    this.#place = placeOf(url)
    this.#sql = postgres(url, {
      max: connectionsMax,
      connect_timeout: 10,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: 'shardless', search_path: schema, synchronous_commit: 'on' },
      types: {
        // Every whole number here is below 2^53.
        integer: { to: 20, from: [20], parse: Number, serialize: String },
        bytes: {
          to: 17,
          from: [17],
          parse: (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
          serialize: (bytes: Uint8Array) =>
            `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`,
        },
      },
    }) as unknown as postgres.Sql
  }

  /** Makes the tables or brings them up to date. */
  async open(): Promise<void> {
    await this.#guard(() =>
      this.#sql.begin(async (sql) => {
        // One opens at a time, in the whole database.
        await sql.unsafe('SELECT pg_advisory_xact_lock(7522537965574647666)')
        const version = await this.#versionIn(sql)
        if (version > SCHEMA_VERSION) {
          throw new OutsideError(
            `The schema "${this.#schema}" at ${this.#place} was written by a newer version of this program (${version}; ` +
              `this one knows up to ${SCHEMA_VERSION}). Start that version, or restore a backup into another schema.`,
          )
        }
        for (const migration of MIGRATIONS.slice(version)) {
          for (const text of migration(KINDS)) await sql.unsafe(text)
        }
        if (version < SCHEMA_VERSION) await sql.unsafe(`UPDATE shardless SET version = ${SCHEMA_VERSION}`)
      }),
    )
  }

  async ask<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    if (this.#waiting.size >= this.#waitingMax) {
      throw new OutsideError(
        `${this.#waitingMax} requests wait for the store already; this one was not done. Is the database too slow?`,
      )
    }
    const kept = structuredClone(input)
    const answer = this.#guard(() => this.#inTransaction(name, kept))
    this.#waiting.add(answer)
    try {
      return await answer
    } finally {
      this.#waiting.delete(answer)
    }
  }

  async health(): Promise<Health> {
    const waiting = { waiting: this.#waiting.size, waitingMax: this.#waitingMax }
    const is = { engine: 'postgres', schema: SCHEMA_VERSION, ...waiting } as const
    try {
      await this.#guard(() => this.#sql.unsafe('SELECT 1'))
      return { isWell: true, trouble: '', ...is }
    } catch (error) {
      return { isWell: false, trouble: (error as Error).message, ...is }
    }
  }

  async *dump(): AsyncIterable<readonly DumpRow[]> {
    yield* dumpSession(
      await this.#openSession(['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', 'SELECT 1']),
    )
  }

  async restore(rows: AsyncIterable<readonly DumpRow[]>): Promise<void> {
    const lock = `LOCK TABLE ${DUMP_TABLES.join(', ')} IN EXCLUSIVE MODE`
    await restoreSession(await this.#openSession(['BEGIN', lock]), rows)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#waiting)
    await this.#sql.end({ timeout: 5 })
  }

  /** The version of the tables that are there; 0 after making room for them. */
  async #versionIn(sql: Asking): Promise<number> {
    const text = 'SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1'
    const relations = (await sql.unsafe(text, [this.#schema])).map((row) => row.relname)
    if (relations.includes('shardless')) return (await sql.unsafe('SELECT version FROM shardless'))[0].version
    if (relations.length > 0) {
      throw new OutsideError(
        `The schema "${this.#schema}" at ${this.#place} holds another program's tables; choose another schema.`,
      )
    }
    await sql.unsafe(`CREATE SCHEMA IF NOT EXISTS ${this.#schema}`)
    await sql.unsafe('CREATE TABLE shardless (version bigint NOT NULL)')
    await sql.unsafe('INSERT INTO shardless VALUES (0)')
    return 0
  }

  /** One request to its answer, in one transaction that is on disk when this resolves. */
  async #inTransaction<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    if (isReading(name)) return drive(begin(name, input), this.#sql)
    for (let tried = 1; ; tried++) {
      try {
        return (await this.#sql.begin((sql) => drive(begin(name, input), sql))) as AnswerOf<Name>
      } catch (error) {
        if (tried === TRIES || !MET.has((error as { code?: string }).code ?? '')) throw error
      }
    }
  }

  async #openSession(opening: readonly string[]): Promise<Session> {
    const connection = await this.#guard(() => this.#sql.reserve())
    let isOpen = true
    const end = async (isKept: boolean): Promise<void> => {
      if (!isOpen) return
      isOpen = false
      try {
        await this.#guard(() => connection.unsafe(isKept ? 'COMMIT' : 'ROLLBACK'))
      } finally {
        connection.release()
      }
    }
    try {
      for (const text of opening) await this.#guard(() => connection.unsafe(text))
    } catch (error) {
      await end(false)
      throw error
    }
    return { query: (statements) => this.#guard(() => query(connection, statements)), end }
  }

  async #guard<Answer>(work: () => PromiseLike<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      throw told(error, this.#place)
    }
  }
}

/** Sends several statements at once and waits for all of them. */
async function query(sql: Asking, statements: readonly Statement[]): Promise<readonly (readonly Row[])[]> {
  const rows = statements.map(({ text, values }) => sql.unsafe(text, values as Value[], { prepare: true }))
  return (await Promise.all(rows)) as unknown as readonly (readonly Row[])[]
}

async function drive<Answer>(transaction: Transaction<Answer>, sql: Asking): Promise<Answer> {
  for (let step = transaction.next(); ; ) {
    if (step.done) return step.value
    step = transaction.next(await query(sql, step.value))
  }
}

/** Host and database, without user and password. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    throw new OutsideError(
      'The address of the database makes no sense; write postgres://user:password@host:5432/database.',
    )
  }
}

/** What went wrong, as a sentence for the operator. */
function told(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof OutsideError) return error
  const code = (error as { code?: string }).code ?? ''
  switch (code) {
    case 'ECONNREFUSED':
      return new OutsideError(`No database listens at ${place}; is it running?`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OutsideError(`The name in ${place} is not known here.`)
    case 'CONNECT_TIMEOUT':
      return new OutsideError(`The database at ${place} did not answer.`)
    case '28P01':
    case '28000':
      return new OutsideError(
        `The database at ${place} does not let this user in; look at user and password.`,
      )
    case '3D000':
      return new OutsideError(`There is no such database at ${place}; make it first (createdb).`)
    case '42501':
      return new OutsideError(`The database at ${place} does not allow this user that (${error.message}).`)
    case '53100':
      return new OutsideError(`The disk of the database at ${place} is full; make room.`)
    case '53300':
      return new OutsideError(
        `The database at ${place} has no more connections to give; allow fewer to each server.`,
      )
  }
  if (error.name === 'PostgresError')
    return new OutsideError(`The database at ${place} says: ${error.message} (${code}).`)
  // Of the client library and of sockets: CONNECTION_CLOSED, ECONNRESET, ...
  if (code !== '') return new OutsideError(`The connection to the database at ${place} was lost (${code}).`)
  return error
}
