import type { Value } from '../backup/dump.ts'
import type { AnswerOf, InputOf, RequestName, Shelves } from '../record/request.ts'
import type { Row } from './row.ts'

/**
 * One statement in the SQL that SQLite and PostgreSQL share: `$1`, `$2` for values, and "FOR UPDATE" where a row is
 * read to be written. (SQLite has one writer at a time and needs no such lock; its engine leaves the words out.)
 */
export interface Statement {
  readonly text: string
  readonly values: readonly Value[]
}

/**
 * A request as the statements it needs: it yields some, is given the rows of each, and finally returns its answer.
 * The one who drives it puts a transaction around it. So each request is written once, for a database that answers
 * at once as for one that takes a while.
 */
export type Transaction<Answer> = Generator<readonly Statement[], Answer, readonly (readonly Row[])[]>

/** The requests of one shelf as transactions. */
export type SqlRequests<Shelf extends keyof Shelves> = {
  readonly [Name in RequestName & `${Shelf}.${string}`]: (input: InputOf<Name>) => Transaction<AnswerOf<Name>>
}

/** Runs one statement and returns its rows. */
export function* rowsOf(text: string, ...values: Value[]): Transaction<readonly Row[]> {
  return (yield [{ text, values }])[0]
}

/** Runs one statement and returns its first row. */
export function* firstRow(text: string, ...values: Value[]): Transaction<Row | undefined> {
  return (yield [{ text, values }])[0][0]
}

/** Runs the same statement for each set of values. */
export function* forEach(
  text: string,
  sets: readonly (readonly Value[])[],
): Transaction<readonly (readonly Row[])[]> {
  return sets.length === 0 ? [] : yield sets.map((values) => ({ text, values }))
}

/** Writes "INSERT INTO items (id, kind, ...) VALUES ($1, $2, ...)" for these columns. */
export function insertText(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})`
}
