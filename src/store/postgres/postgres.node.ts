import pg, { type PoolClient } from 'pg'
import { OutsideError, ShardlessError } from '../../core/index.ts'
import type { DumpRow, DumpTable, Value } from '../backup/dump.ts'
import type { AnswerOf, InputOf, RequestName } from '../record/request.ts'
import { MIGRATIONS, SCHEMA_VERSION } from '../sql/schema.ts'
import { createStore, type Engine } from '../sql/shelves.ts'
import type { Statement, Transaction } from '../sql/sql.ts'
import { type DumpSession, dumpSession, restoreSession } from '../sql/sql-dump.ts'
import { begin, isReading } from '../sql/sql-requests.ts'
import type { Health, Store } from '../store.ts'
import {
  commit,
  inTransaction,
  type PostgresQuery,
  plainQuery,
  query,
  releasing,
  rollBack,
} from './postgres-transaction.node.ts'

export interface PostgresStoreOptions {
  /** The schema that holds the tables; made if it does not exist. Default "shardless". */
  readonly schema?: string
  /** The most connections. Default 10. */
  readonly connectionsMax?: number
  /** The most requests that may wait; further ones are refused. Default 10,000. */
  readonly waitingMax?: number
  /**
   * After so long the server gives up a statement and the rest of its transaction; it also ends a connection whose
   * owner leaves a transaction open for so long. The client itself never gives up: it could not know whether the
   * statement happens after all, and would store twice. Backups and migrations have no limit. Default 30,000.
   */
  readonly statementTimeoutMs?: number
}

/** How long until a connection whose machine vanished is probed; Node's ten probes follow, one a second. */
const KEEP_ALIVE_MS = 15_000

/** Settings for work without a time limit: moving whole tables. */
const PATIENTLY = ['statement_timeout', 'idle_in_transaction_session_timeout'].map(
  (one) => `SET LOCAL ${one} = 0`,
)

const KINDS = { text: 'text COLLATE "C"', integer: 'bigint', bytes: 'bytea', suffix: '' }

/**
 * Errors of two transactions that met: a deadlock, or both made the same row. Nothing has happened; the second try
 * finds what the first made.
 */
const MET = new Set(['40001', '40P01', '23505', '23503'])
const TRIES = 5

/** Opens the store: see `openPostgresStore`. */
export async function openPostgres(url: string, options: PostgresStoreOptions = {}): Promise<Store> {
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
  readonly #pool: InstanceType<typeof pg.Pool>
  readonly #schema: string
  readonly #place: string
  readonly #waitingMax: number
  readonly #waiting = new Set<Promise<unknown>>()
  /** The name under which each text is prepared. */
  readonly #names = new Map<string, string>()

  constructor(
    url: string,
    {
      schema = 'shardless',
      connectionsMax = 10,
      waitingMax = 10_000,
      statementTimeoutMs = 30_000,
    }: PostgresStoreOptions,
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
    this.#pool = new pg.Pool({
      connectionString: withOptions(url, {
        search_path: schema,
        synchronous_commit: 'on',
        statement_timeout: statementTimeoutMs,
        idle_in_transaction_session_timeout: statementTimeoutMs,
      }),
      max: connectionsMax,
      connectionTimeoutMillis: 10_000,
      application_name: 'shardless',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      // A process that has nothing else to do ends.
      allowExitOnIdle: true,
      pipeline: true,
      types: { getTypeParser: (oid) => PARSERS.get(oid) ?? String },
    })
    // A connection that is lost while nobody uses it is replaced when somebody does; in use, its queries fail.
    this.#pool.on('error', () => {})
    this.#pool.on('connect', (client) => client.on('error', () => {}))
  }

  /** Makes the tables or brings them up to date. */
  async open(): Promise<void> {
    await this.#guard(() =>
      this.#inTransaction(async (client) => {
        await query(client, PATIENTLY.map(plainQuery))
        // One opens at a time, in the whole database.
        await query(client, [plainQuery('SELECT pg_advisory_xact_lock(7522537965574647666)')])
        const version = await this.#versionIn(client)
        if (version > SCHEMA_VERSION) {
          throw new OutsideError(
            `The schema "${this.#schema}" at ${this.#place} was written by a newer version of this program (${version}; ` +
              `this one knows up to ${SCHEMA_VERSION}). Start that version, or restore a backup into another schema.`,
          )
        }
        for (const migration of MIGRATIONS.slice(version))
          await query(client, migration(KINDS).map(plainQuery))
        if (version < SCHEMA_VERSION)
          await query(client, [plainQuery(`UPDATE shardless SET version = ${SCHEMA_VERSION}`)])
      }),
    )
  }

  async ask<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    if (this.#waiting.size >= this.#waitingMax) {
      throw new OutsideError(
        `${this.#waitingMax} requests wait for the store already; this one was not done. Is the database too slow?`,
      )
    }
    const answer = this.#guard(() => this.#answer(name, input))
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
      await this.#guard(() => this.#pool.query(plainQuery('SELECT 1')))
      return { isWell: true, trouble: '', ...is }
    } catch (error) {
      return { isWell: false, trouble: (error as Error).message, ...is }
    }
  }

  async *dump(): AsyncIterable<readonly DumpRow[]> {
    yield* dumpSession(
      await this.#openSession(['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ...PATIENTLY, 'SELECT 1']),
    )
  }

  async restore(rows: AsyncIterable<readonly DumpRow[]>): Promise<void> {
    // In the order in which requests take them, so that nobody waits for each other.
    const order: readonly DumpTable[] = [
      'operations',
      'accounts',
      'characters',
      'items',
      'keys',
      'address_bans',
    ]
    const lock = `LOCK TABLE ${order.join(', ')} IN EXCLUSIVE MODE`
    await restoreSession(await this.#openSession(['BEGIN', ...PATIENTLY, lock]), rows)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#waiting)
    await this.#pool.end()
  }

  /** Returns the version of the existing tables; 0 after making room for them. */
  async #versionIn(client: PoolClient): Promise<number> {
    const text = 'SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1'
    const [relations] = await query(client, [{ text, values: [this.#schema] }])
    if (relations.some(({ relname }) => relname === 'shardless')) {
      const [[row]] = await query(client, [plainQuery('SELECT version FROM shardless')])
      return row.version as number
    }
    if (relations.length > 0) {
      throw new OutsideError(
        `The schema "${this.#schema}" at ${this.#place} holds another program's tables; choose another schema.`,
      )
    }
    await query(client, [
      plainQuery(`CREATE SCHEMA IF NOT EXISTS ${this.#schema}`),
      plainQuery('CREATE TABLE shardless (version bigint NOT NULL)'),
      plainQuery('INSERT INTO shardless VALUES (0)'),
    ])
    return 0
  }

  /** Answers one request; what it wrote is on disk when this resolves. */
  async #answer<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    if (isReading(name)) {
      const client = await this.#pool.connect()
      return releasing(client, () => this.#drive(begin(name, input), client))
    }
    for (let tried = 1; ; tried++) {
      try {
        return await this.#inTransaction((client) => this.#drive(begin(name, input), client))
      } catch (error) {
        if (tried === TRIES || !MET.has(codeOf(error))) throw error
      }
    }
  }

  async #inTransaction<Answer>(work: (client: PoolClient) => Promise<Answer>): Promise<Answer> {
    const client = await this.#pool.connect()
    return releasing(client, () => inTransaction(client, () => work(client)))
  }

  /** Sends each batch of statements at once and waits for all of it. */
  async #drive<Answer>(transaction: Transaction<Answer>, client: PoolClient): Promise<Answer> {
    for (let step = transaction.next(); ; ) {
      if (step.done) return step.value
      step = transaction.next(await query(client, step.value.map(this.#prepared)))
    }
  }

  readonly #prepared = ({ text, values }: Statement): PostgresQuery => {
    let name = this.#names.get(text)
    if (name === undefined) this.#names.set(text, (name = `s${this.#names.size}`))
    return { text, values, name }
  }

  async #openSession(opening: readonly string[]): Promise<DumpSession> {
    const client = await this.#guard(() => this.#pool.connect())
    let isOpen = true
    const end = async (isKept: boolean): Promise<void> => {
      if (!isOpen) return
      isOpen = false
      const ending = isKept ? commit : rollBack
      await this.#guard(() => releasing(client, () => ending(client)))
    }
    try {
      await this.#guard(() => query(client, opening.map(plainQuery)))
    } catch (error) {
      await end(false).catch(() => {})
      throw error
    }
    return {
      query: (statements) => this.#guard(() => query(client, statements.map(this.#prepared))),
      end: (isKept) => (isKept ? end(true) : end(false).catch(() => {})),
    }
  }

  async #guard<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      throw told(error, this.#place)
    }
  }
}

/**
 * How values come back: bigint and integer as numbers, since every whole number here is below 2^53; bytes as bytes.
 */
const PARSERS = new Map<number, (text: string) => Value>([
  [20, Number],
  [23, Number],
  [701, Number],
  [17, (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))],
])

function codeOf(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? ''
}

/** Returns host and database, without user and password. */
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

/**
 * Adds these settings of the server to the address, after its own options.
 *
 * @throws OutsideError for one with `query_timeout`, which makes the client give up what the server goes on with
 */
function withOptions(url: string, settings: Readonly<Record<string, string | number>>): string {
  const asked = new URL(url)
  if (asked.searchParams.has('query_timeout')) {
    throw new OutsideError(
      'The address of the database has "query_timeout": the client would give up while the server goes on, and store twice. ' +
        'Write "statement_timeout" in its place.',
    )
  }
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  const theirs = asked.searchParams.get('options')
  // Of two that say the same the last counts.
  asked.searchParams.set('options', [...(theirs === null ? [] : [theirs]), ...ours].join(' '))
  return asked.href
}

/** Says what went wrong, as a sentence for the operator. */
function told(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof OutsideError) return error
  const code = codeOf(error)
  switch (code) {
    case 'ECONNREFUSED':
      return new OutsideError(`No database listens at ${place}; is it running?`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OutsideError(`The name in ${place} is not known here.`)
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
    case '57014':
      return new OutsideError(
        `The database at ${place} gave up a statement that took too long (${error.message}); nothing of it was done.`,
      )
    case '53300':
      return new OutsideError(
        `The database at ${place} has no more connections to give; allow fewer to each server.`,
      )
  }
  if ('severity' in error)
    return new OutsideError(`The database at ${place} says: ${error.message} (${code}).`)
  if (/timeout/.test(error.message)) return new OutsideError(`The database at ${place} did not answer.`)
  if (code !== '' || /connection|Client/i.test(error.message)) {
    return new OutsideError(`The connection to the database at ${place} was lost (${code || error.message}).`)
  }
  return error
}
