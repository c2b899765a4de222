import type { MetricRow, Reading } from '../core/index.ts'

/** What the text is served as. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Writes metrics as Prometheus reads them: the text format, version 0.0.4.
 *
 *     # HELP shardless_udp_dropped_total Datagrams that UDP sockets dropped or could not send.
 *     # TYPE shardless_udp_dropped_total counter
 *     shardless_udp_dropped_total{reason="received empty"} 3
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposition(rows: readonly MetricRow[]): string {
  let text = ''
  for (const { name, kind, meaning, readings } of rows) {
    text += `# HELP ${name} ${escaped(meaning)}\n# TYPE ${name} ${kind}\n`
    for (const reading of readings) text += `${name}${labelsOf(reading)} ${numberOf(reading)}\n`
  }
  return text
}

function labelsOf({ labels }: Reading): string {
  const written = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  )
  return written.length > 0 ? `{${written.join(',')}}` : ''
}

/** A number as Go reads floats. */
function numberOf({ value }: Reading): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
