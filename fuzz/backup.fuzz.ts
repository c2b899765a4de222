import assert from 'node:assert/strict'
import { textBytes } from '../src/core/index.ts'
import {
  BrokenBackup,
  headLine,
  LineReader,
  LineWriter,
  readHead,
  readTail,
  tailLine,
} from '../src/store/backup/backup-lines.ts'
import type { DumpRow } from '../src/store/index.ts'

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

const rows: DumpRow[] = [
  {
    table: 'items',
    row: { id: 'i', kind: 'coin', quantity: 5, data: Uint8Array.of(0, 255), holder: 'p:meadow' },
  },
  { table: 'address_bans', row: { address: '203.0.113.7', ban_until: null, ban_reason: '', ban_at: 3 } },
]
const whole =
  headLine({ schema: 1, at: 1 }) + new LineWriter(toBase64).write(rows) + tailLine({ rows: 2, sha256: 'ab' })

/** A backup, and each of its lines. */
export const seeds: readonly Uint8Array[] = [whole, ...whole.split('\n')].map((text) =>
  textBytes(text, 10_000),
)

/**
 * Reads lines of a backup: they are refused by the one error for that, or are rows that are written and read again
 * the same.
 */
export function fuzz(input: Uint8Array): void {
  const [first, ...lines] = new TextDecoder().decode(input).split('\n')
  refusing(() => readHead(first))
  const reader = new LineReader(fromBase64)
  const read: DumpRow[] = []
  for (const line of [first, ...lines]) {
    if (readTail(line) !== undefined) continue
    const row = refusing(() => reader.read(line))
    if (row !== undefined) read.push(row)
  }
  assert.equal(reader.rows, read.length)
  const again = new LineReader(fromBase64)
  const written = new LineWriter(toBase64).write(read).split('\n').slice(0, -1)
  assert.deepEqual(
    written.map((line) => again.read(line)).filter((row) => row !== undefined),
    read,
  )
}

function refusing<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof BrokenBackup) return undefined
    throw error
  }
}
