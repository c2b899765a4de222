import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { OutsideError } from '../../core/index.ts'
import type { Value } from '../backup/dump.ts'
import type { Row } from '../sql/row.ts'
import { MIGRATIONS, SCHEMA_VERSION } from '../sql/schema.ts'
import type { Statement, Transaction } from '../sql/sql.ts'

/** Marks every file of ours in its header, so that another program's is recognised: "ShLs". */
export const APPLICATION_ID = 0x53684c73

const KINDS = { text: 'TEXT', integer: 'INTEGER', bytes: 'BLOB', suffix: ' STRICT' }
/** Files up to this size are read through and checked whenever they are opened. */
const CHECKED_BYTES_MAX = 64e6
/** How long to wait for another process that writes to the same file: a backup being restored, a command. */
const BUSY_MS = 60_000

/**
 * One SQLite file, opened and of the newest schema. Synchronous: whoever uses it has a thread to spare.
 *
 * WAL with synchronous=FULL: a transaction is on disk when COMMIT returns, and who reads never waits for who
 * writes. Beside FILE lie FILE-wal and FILE-shm while it is open; they are part of it. New files have mode 600.
 *
 * @throws OutsideError where the file cannot be opened, is another program's, is broken, or is newer than this program
 */
export class SqliteFile {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#path = path
    this.#database = this.#guard(() => {
      mkdirSync(dirname(path), { recursive: true })
      closeSync(openSync(path, 'a', 0o600))
      return connect(path)
    })
    try {
      this.#guard(() => this.#prepareFile())
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  /** Runs statements that are no requests. */
  query({ text, values }: Statement): readonly Row[] {
    let statement = this.#statements.get(text)
    if (statement === undefined) {
      statement = this.#database.prepare(inSqlite(text))
      this.#statements.set(text, statement)
    }
    return statement.all(...(values as Value[])) as unknown as readonly Row[]
  }

  /** Drives one request's statements, inside a transaction that the caller began. */
  drive<Answer>(transaction: Transaction<Answer>): Answer {
    for (let step = transaction.next(); ; ) {
      if (step.done) return step.value
      const found: (readonly Row[])[] = []
      for (const statement of step.value) found.push(this.query(statement))
      step = transaction.next(found)
    }
  }

  /**
   * Works in one transaction, which is on disk when this returns.
   *
   * @throws OutsideError, after which none of it has happened
   */
  inTransaction<Answer>(work: () => Answer): Answer {
    return this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const answer = work()
        this.#database.exec('COMMIT')
        return answer
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  /** Opens a transaction that spans several calls: one that sees a single moment, or one that writes alone. */
  openSession(kind: 'snapshot' | 'exclusive'): SqliteSession {
    return this.#guard(() => new SqliteSession(connect(this.#path), kind, (work) => this.#guard(work)))
  }

  close(): void {
    this.#database.close()
  }

  #prepareFile(): void {
    const one = (pragma: string): number => {
      const row = this.#database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>
      return row[pragma]
    }
    const tables = this.#database.prepare('SELECT count(*) AS count FROM sqlite_master').get() as {
      count: number
    }
    if (tables.count > 0 && one('application_id') !== APPLICATION_ID) {
      throw new OutsideError(`${this.#path} is another program's database; choose another file.`)
    }
    if (one('user_version') > SCHEMA_VERSION) {
      throw new OutsideError(
        `${this.#path} was written by a newer version of this program (its schema is ${one('user_version')}, this one ` +
          `knows up to ${SCHEMA_VERSION}). Start that version, or restore a backup from before into another file.`,
      )
    }
    if (statSync(this.#path).size <= CHECKED_BYTES_MAX) {
      const { quick_check: found } = this.#database.prepare('PRAGMA quick_check(1)').get() as {
        quick_check: string
      }
      if (found !== 'ok') throw brokenFile(this.#path, found)
    }
    this.#database.exec('PRAGMA journal_mode = WAL')
    if (one('user_version') === SCHEMA_VERSION) return
    // Asked again inside: another process may have done it meanwhile.
    this.inTransaction(() => {
      for (let version = one('user_version'); version < SCHEMA_VERSION; version++) {
        for (const text of MIGRATIONS[version](KINDS)) this.#database.exec(text)
      }
      this.#database.exec(
        `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`,
      )
    })
  }

  #guard<Answer>(work: () => Answer): Answer {
    try {
      return work()
    } catch (error) {
      throw told(error, this.#path)
    }
  }
}

/** One open transaction on a connection of its own. */
export class SqliteSession {
  readonly #database: DatabaseSync
  readonly #guard: <Answer>(work: () => Answer) => Answer

  constructor(
    database: DatabaseSync,
    kind: 'snapshot' | 'exclusive',
    guard: <Answer>(work: () => Answer) => Answer,
  ) {
    this.#database = database
    this.#guard = guard
    try {
      // A snapshot begins with the first read.
      database.exec(kind === 'exclusive' ? 'BEGIN IMMEDIATE' : 'BEGIN; SELECT count(*) FROM sqlite_master')
    } catch (error) {
      database.close()
      throw error
    }
  }

  query(statements: readonly Statement[]): readonly (readonly Row[])[] {
    return this.#guard(() =>
      statements.map(
        ({ text, values }) =>
          this.#database.prepare(inSqlite(text)).all(...(values as Value[])) as unknown as readonly Row[],
      ),
    )
  }

  end(isKept: boolean): void {
    if (!this.#database.isOpen) return
    try {
      this.#guard(() => this.#database.exec(isKept ? 'COMMIT' : 'ROLLBACK'))
    } finally {
      this.#database.close()
    }
  }
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
  database.exec('PRAGMA synchronous = FULL')
  return database
}

/** Turns the shared SQL into SQLite's: values numbered with a question mark, and no locks of rows. */
function inSqlite(text: string): string {
  return text.replaceAll(' FOR UPDATE', '').replace(/\$(\d+)/g, '?$1')
}

function brokenFile(path: string, found: string): OutsideError {
  return new OutsideError(
    `${path} is broken (${found.replace(/\s+/g, ' ')}). Keep it as it is, and restore the last backup into another file.`,
  )
}

/** Says what went wrong, as a sentence for the operator. */
function told(error: unknown, path: string): unknown {
  if (error instanceof OutsideError || !(error instanceof Error)) return error
  const { errcode, code } = error as { errcode?: number; code?: string }
  // The low byte is the primary code: https://www.sqlite.org/rescode.html
  switch (errcode === undefined ? undefined : errcode & 0xff) {
    case 5:
      return new OutsideError(
        `${path} has been locked by another process for ${BUSY_MS / 1000} s; end that process.`,
      )
    case 8:
      return new OutsideError(`${path} cannot be written to; give this user the right to.`)
    case 10:
      return new OutsideError(`The disk under ${path} fails (${error.message}); look after it.`)
    case 11:
      return brokenFile(path, error.message)
    case 13:
      return new OutsideError(`The disk under ${path} is full; make room, and it goes on by itself.`)
    case 14:
      return new OutsideError(`${path} cannot be opened; is it a file, and may this user write beside it?`)
    case 26:
      return new OutsideError(`${path} is no SQLite database; choose another file.`)
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new OutsideError(
      `${path} cannot be opened; give this user the right to read and write it and its folder.`,
    )
  }
  if (code === 'EISDIR' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EROFS' || code === 'ENOSPC') {
    return new OutsideError(`${path} cannot be opened (${code}); choose another file.`)
  }
  return error
}
