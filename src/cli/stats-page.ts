import type { MetricRow, Reading } from '../core/index.ts'

const NAME_WIDTH = 44
const VALUE_WIDTH = 14

/**
 * Writes what a server counts as lines for people, one for each number. It is a stranger's text: whatever is not as it
 * should be is left out, and nothing moves the terminal's cursor.
 *
 * @param all  the counters that stand at 0 too
 */
export function statsPage(rows: readonly MetricRow[], all: boolean): string[] {
  const lines: string[] = []
  for (const row of rows) {
    if (typeof row?.name !== 'string' || !Array.isArray(row.readings)) continue
    const shown = (row.readings as readonly Reading[]).filter(
      (reading) => typeof reading?.value === 'number' && (all || reading.value !== 0 || row.kind === 'gauge'),
    )
    if (shown.length === 0) continue
    lines.push(`${printable(row.name)} (${printable(row.unit)}): ${printable(row.meaning)}`)
    for (const { labels, value } of shown) lines.push(lineOf(labels, value))
  }
  return lines
}

function lineOf(labels: Reading['labels'] | undefined, value: number): string {
  const name = Object.values(labels ?? {})
    .map(printable)
    .join(', ')
  return `  ${name.padEnd(NAME_WIDTH)} ${rounded(value).padStart(VALUE_WIDTH)}`
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : value.toPrecision(4)
}

function printable(text: unknown): string {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}
