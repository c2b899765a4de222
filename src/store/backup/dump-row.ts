import { OutsideError } from '../../core/index.ts'
import { COLUMNS, NULLABLE } from '../sql/schema.ts'
import { DUMP_TABLES, type DumpRow, type DumpTable } from './dump.ts'

/**
 * Checks a row from outside against the columns of its table.
 *
 * @throws OutsideError that says what is wrong with it
 */
export function checkDumpRow({ table, row }: DumpRow): void {
  if (!DUMP_TABLES.includes(table as DumpTable)) throw new OutsideError(`There is no table "${table}".`)
  const columns = COLUMNS[table]
  for (const [column, kind] of Object.entries(columns)) {
    const value = row[column]
    const isSound =
      value === null
        ? NULLABLE.has(column)
        : kind === 'text'
          ? typeof value === 'string' && !value.includes('\0')
          : kind === 'integer'
            ? Number.isSafeInteger(value)
            : value instanceof Uint8Array
    if (!isSound) throw new OutsideError(`A row of "${table}" has no sound "${column}".`)
  }
  const stranger = Object.keys(row).find((column) => columns[column] === undefined)
  if (stranger !== undefined) throw new OutsideError(`A row of "${table}" has a column "${stranger}".`)
}
