import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricRow } from '../core/index.ts'
import { statsPage } from './stats-page.ts'

const rows: MetricRow[] = [
  {
    ...{ name: 'shardless_players', kind: 'gauge', unit: 'players', meaning: 'Players who are in.' },
    readings: [{ labels: {}, value: 0 }],
  },
  {
    ...{ name: 'shardless_dropped_total', kind: 'counter', unit: 'packets', meaning: 'Dropped.' },
    readings: [
      { labels: { reason: 'forged' }, value: 12_500 },
      { labels: { reason: 'short' }, value: 0 },
    ],
  },
  {
    ...{ name: 'shardless_quiet_total', kind: 'counter', unit: 'packets', meaning: 'Quiet.' },
    readings: [{ labels: {}, value: 0 }],
  },
]

const squeezed = (lines: string[]): string[] => lines.map((line) => line.replace(/\s+/g, ' ').trim())

test('each metric has a line for people and one for each number; counters at 0 are left out', () => {
  assert.deepEqual(squeezed(statsPage(rows, false)), [
    'shardless_players (players): Players who are in.',
    '0',
    'shardless_dropped_total (packets): Dropped.',
    'forged 12,500',
  ])
  assert.deepEqual(squeezed(statsPage(rows, true)).slice(-4), [
    'forged 12,500',
    'short 0',
    'shardless_quiet_total (packets): Quiet.',
    '0',
  ])
})

test('whatever a stranger answers, nothing is thrown and nothing moves the cursor', () => {
  const bad = [null, 7, {}, { name: 'a' }, { name: 'a', readings: 7 }, { name: 'a', readings: [null, {}] }]
  assert.deepEqual(statsPage(bad as never, true), [])
  const [head, line] = statsPage(
    [{ name: '\u001b[2Ja', readings: [{ labels: { '': '\u001b[31m\n' }, value: 0.5 }] }] as never,
    true,
  )
  assert.equal(/\p{Cc}/u.test(head + line), false)
})
