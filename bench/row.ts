/** One measured number: what every bench returns and what `--json` prints, one object a line. */
export interface Row {
  /** The bench's name, which is its file's: `wire` for wire.bench.ts. */
  readonly bench: string
  /** What was measured: "encode mover". */
  readonly case: string
  /** Which quantity of it: "time per call", "size". */
  readonly metric: string
  readonly value: number
  /** "us", "bytes", "per second"; "ratio" for a comparison measured in the same run. */
  readonly unit: string
}

/** What a bench file exports as `run`. `quick` asks for a second or two instead of a trustworthy number. */
export type Bench = (options: { quick: boolean }) => Promise<Row[]>

/**
 * Writes rows as a table for people: one block per bench, one line per row, columns aligned, the case named once.
 */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.case, row.metric, figure(row.value), row.unit])
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((line) => line[column].length)))
  const lines: string[] = []
  let bench = ''
  let shown = ''
  for (let i = 0; i < rows.length; i++) {
    if (rows[i].bench !== bench) {
      if (bench !== '') lines.push('')
      bench = rows[i].bench
      shown = ''
      lines.push(bench)
    }
    const [name, metric, value, unit] = cells[i]
    const label = name === shown ? '' : name
    shown = name
    lines.push(
      `  ${label.padEnd(widths[0])}  ${metric.padEnd(widths[1])}  ${value.padStart(widths[2])} ${unit}`.trimEnd(),
    )
  }
  return lines.join('\n')
}

/** Writes four significant digits at least, thousands apart, no exponent where people would not write one. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en-US')
  if (size !== 0 && size < 0.001) return value.toExponential(2)
  return String(Number(value.toPrecision(4)))
}
