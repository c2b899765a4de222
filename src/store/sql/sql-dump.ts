import { DUMP_TABLES, type DumpRow, type Value } from '../backup/dump.ts'
import type { Row } from './row.ts'
import { COLUMNS } from './schema.ts'
import { insertText, type Statement } from './sql.ts'

/** A transaction that is open for longer than one request. */
export interface DumpSession {
  query(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>
  /** Ends the session; what it wrote holds when `isKept`. Later calls do nothing. */
  end(isKept: boolean): Promise<void>
}

const BATCH = 500

/** Dumps every row that a session sees, table by table; the session has to see one moment. */
export async function* dumpSession(session: DumpSession): AsyncGenerator<readonly DumpRow[]> {
  try {
    for (const table of DUMP_TABLES) {
      const [key] = Object.keys(COLUMNS[table])
      const columns = Object.keys(COLUMNS[table]).join(', ')
      const text = `SELECT ${columns} FROM ${table} WHERE ${key} > $1 ORDER BY ${key} LIMIT ${BATCH}`
      for (let after: Value = ''; ; ) {
        const [rows] = await session.query([{ text, values: [after] }])
        if (rows.length > 0) yield rows.map((row) => ({ table, row }))
        if (rows.length < BATCH) break
        after = rows[rows.length - 1][key]
      }
    }
  } finally {
    await session.end(false)
  }
}

/** Replaces all rows by these; leases end, and epochs continue above every old one. */
export async function restoreSession(
  session: DumpSession,
  rows: AsyncIterable<readonly DumpRow[]>,
): Promise<void> {
  try {
    const [[highest]] = await session.query([
      { text: 'SELECT coalesce(max(epoch), 0) AS epoch FROM characters', values: [] },
    ])
    await session.query(
      [...DUMP_TABLES].reverse().map((table) => ({ text: `DELETE FROM ${table}`, values: [] })),
    )
    for await (const batch of rows) {
      await session.query(
        batch.map(({ table, row }) => {
          const columns = Object.keys(COLUMNS[table])
          return { text: insertText(table, columns), values: columns.map((column) => row[column]) }
        }),
      )
    }
    const raise =
      'UPDATE characters SET server = NULL, epoch = CASE WHEN highest > $1 THEN highest ELSE $1 END ' +
      'FROM (SELECT max(epoch) AS highest FROM characters) AS before'
    await session.query([{ text: raise, values: [highest.epoch] }])
    const districts = [
      'DELETE FROM entities',
      'DELETE FROM passes',
      "UPDATE districts SET epoch = epoch + 1, holder = ''",
    ]
    await session.query(districts.map((text) => ({ text, values: [] })))
    await session.end(true)
  } catch (error) {
    await session.end(false)
    throw error
  }
}
