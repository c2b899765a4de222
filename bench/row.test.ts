import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table } from './row.ts'

test('a table names each case once and lines its columns up', () => {
  const rows = [
    { bench: 'wire', case: 'mover', metric: 'size', value: 5, unit: 'bytes' },
    { bench: 'wire', case: 'mover', metric: 'encode', value: 75.8312, unit: 'ns' },
    { bench: 'wire', case: 'crowd of 60', metric: 'encode', value: 15_083.4, unit: 'ns' },
    { bench: 'world', case: 'tick', metric: 'part of a core', value: 0.00001234, unit: 'ratio' },
  ]
  assert.deepEqual(table(rows).split('\n'), [
    'wire',
    '  mover        size                  5 bytes',
    '               encode            75.83 ns',
    '  crowd of 60  encode           15,083 ns',
    '',
    'world',
    '  tick         part of a core  1.23e-5 ratio',
  ])
})

test('no rows are an empty table', () => {
  assert.equal(table([]), '')
})
