import { COLUMNS, SCHEMA_VERSION } from '../sql/schema.ts'
import type { DumpRow, DumpTable, Value } from './dump.ts'
import { checkDumpRow } from './dump-row.ts'

/**
 * A backup as text: JSON, one value a line.
 *
 *     {"shardless":"backup","format":1,"schema":2,"at":1700000000000}
 *     ["accounts",["id","name",...]]            what the rows that follow are
 *     ["ada","Ada","ada",null,...]              one row; bytes in base64
 *     ...
 *     {"rows":12345,"sha256":"..."}             over every byte before this line
 *
 * It holds password hashes and keys: whoever has it has them.
 */
export interface BackupHead {
  readonly schema: number
  /** When it was made, in ms since 1970-01-01 UTC. */
  readonly at: number
}

export interface BackupTail {
  readonly rows: number
  readonly sha256: string
}

const FORMAT = 1

/** Says why a file is not restored, as the end of a sentence: "it is torn". */
export class BrokenBackup extends Error {}

export function headLine({ schema, at }: BackupHead): string {
  return `${JSON.stringify({ shardless: 'backup', format: FORMAT, schema, at })}\n`
}

export function tailLine({ rows, sha256 }: BackupTail): string {
  return `${JSON.stringify({ rows, sha256 })}\n`
}

/** @throws BrokenBackup for what is no backup, or one of a newer program */
export function readHead(line: string): BackupHead {
  const head = parse(line) as
    | { shardless?: unknown; format?: unknown; schema?: unknown; at?: unknown }
    | undefined
  if (head === undefined || head === null || head.shardless !== 'backup')
    throw new BrokenBackup('it is no backup')
  const { format, schema, at } = head
  if (!Number.isSafeInteger(format) || !Number.isSafeInteger(schema) || !Number.isSafeInteger(at)) {
    throw new BrokenBackup('its first line makes no sense')
  }
  if ((format as number) > FORMAT || (schema as number) > SCHEMA_VERSION) {
    throw new BrokenBackup('it was made by a newer version of this program; restore it with that version')
  }
  return { schema: schema as number, at: at as number }
}

/** Reads the last line; undefined when this is not the last line. */
export function readTail(line: string): BackupTail | undefined {
  if (!line.startsWith('{')) return undefined
  const tail = parse(line) as { rows?: unknown; sha256?: unknown } | undefined
  if (!Number.isSafeInteger(tail?.rows) || typeof tail?.sha256 !== 'string') return undefined
  return { rows: tail.rows as number, sha256: tail.sha256 }
}

/** Writes rows as lines, and the tables they belong to. */
export class LineWriter {
  readonly #toBase64: (bytes: Uint8Array) => string
  #table: DumpTable | undefined
  rows = 0

  constructor(toBase64: (bytes: Uint8Array) => string) {
    this.#toBase64 = toBase64
  }

  write(batch: readonly DumpRow[]): string {
    let lines = ''
    for (const { table, row } of batch) {
      const columns = Object.keys(COLUMNS[table])
      if (table !== this.#table) lines += `${JSON.stringify([table, columns])}\n`
      this.#table = table
      const values = columns.map((column) => {
        const value = row[column]
        return value instanceof Uint8Array ? this.#toBase64(value) : value
      })
      lines += `${JSON.stringify(values)}\n`
      this.rows++
    }
    return lines
  }
}

/** Reads lines as rows. Refuses what makes no sense: a BrokenBackup, with the number of the line. */
export class LineReader {
  readonly #fromBase64: (text: string) => Uint8Array
  #table: DumpTable | undefined
  #columns: readonly string[] = []
  /** Lines read, the head included. */
  #line = 1
  rows = 0

  constructor(fromBase64: (text: string) => Uint8Array) {
    this.#fromBase64 = fromBase64
  }

  /** @returns the row, or undefined for the line that begins a table */
  read(line: string): DumpRow | undefined {
    this.#line++
    const values = parse(line)
    if (!Array.isArray(values)) throw this.#broken()
    if (values.length === 2 && Array.isArray(values[1])) {
      const [table, columns] = values
      if (typeof table !== 'string' || !Object.hasOwn(COLUMNS, table)) throw this.#broken()
      this.#table = table as DumpTable
      this.#columns = columns
      return undefined
    }
    if (this.#table === undefined || values.length !== this.#columns.length) throw this.#broken()
    const kinds = COLUMNS[this.#table]
    const row: Record<string, Value> = {}
    for (const [at, column] of this.#columns.entries()) {
      const value = values[at]
      row[column] = kinds[column] === 'bytes' && typeof value === 'string' ? this.#fromBase64(value) : value
    }
    const read = { table: this.#table, row }
    try {
      checkDumpRow(read)
    } catch {
      throw this.#broken()
    }
    this.rows++
    return read
  }

  #broken(): BrokenBackup {
    return new BrokenBackup(`its line ${this.#line} makes no sense`)
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
