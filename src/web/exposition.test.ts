import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricRow } from '../core/index.ts'
import { readExposition } from './exposition.suite.ts'
import { exposition } from './exposition.ts'

const row: MetricRow = {
  name: 'shardless_udp_dropped_total',
  kind: 'counter',
  unit: 'datagrams',
  meaning: 'Datagrams that were dropped.',
  readings: [
    { labels: { reason: 'received empty' }, value: 3 },
    { labels: { reason: 'failed' }, value: 0 },
  ],
}

test('a metric has its HELP, its TYPE and a line for each reading, and the text ends with a line feed', () => {
  const ticks: MetricRow = { ...row, name: 'shardless_tick_seconds', kind: 'gauge', unit: 'seconds' }
  assert.equal(
    exposition([row, { ...ticks, readings: [{ labels: {}, value: 0.0125 }] }]),
    `# HELP shardless_udp_dropped_total Datagrams that were dropped.
# TYPE shardless_udp_dropped_total counter
shardless_udp_dropped_total{reason="received empty"} 3
shardless_udp_dropped_total{reason="failed"} 0
# HELP shardless_tick_seconds Datagrams that were dropped.
# TYPE shardless_tick_seconds gauge
shardless_tick_seconds 0.0125
`,
  )
  assert.equal(exposition([]), '')
})

test('quotes, backslashes and line feeds are escaped, and numbers are as Go reads them', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, -2.5, 2 ** 53]
  const readings = values.map((value, at) => ({ labels: { a: `${at} "\\\n`, b: '' }, value }))
  const text = exposition([{ ...row, meaning: 'One\nline, a \\ and a "', readings }])
  assert.ok(text.includes('# HELP shardless_udp_dropped_total One\\nline, a \\\\ and a "\n'))
  assert.ok(text.includes('{a="0 \\"\\\\\\n",b=""} NaN\n'))
  assert.ok(text.includes(' +Inf\n') && text.includes(' -Inf\n') && text.includes(' 1e+21\n'))
  const [read] = readExposition(text)
  assert.deepEqual([read.help, read.samples.map(({ value }) => value)], ['One\nline, a \\ and a "', values])
  assert.deepEqual(read.samples[1].labels, { a: '1 "\\\n', b: '' })
})

test('the reader of these tests refuses what is no text format', () => {
  const head = '# HELP a_total A.\n# TYPE a_total counter\n'
  assert.equal(readExposition(`${head}a_total 1\n`).length, 1)
  for (const bad of [
    `${head}a_total 1`,
    'a_total 1\n',
    `${head}a_total{reason="x} 1\n`,
    `${head}a_total{reason=x} 1\n`,
    `${head}a_total one\n`,
    `${head}b_total 1\n`,
    `${head}a_total 1\na_total 2\n`,
    `${head}${head}`,
    '# TYPE a_total number\n',
    '# HELP a_total\n# TYPE 9a counter\n',
  ])
    assert.throws(() => readExposition(bad), /line/, bad)
})
