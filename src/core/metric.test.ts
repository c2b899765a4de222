import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counters } from './counters.ts'
import { counter, gauge, Readings } from './metric.ts'

const dropped = counter({
  name: 'shardless_dropped_total',
  unit: 'packets',
  meaning: 'Dropped.',
  labels: ['reason'],
  values: ['short', 'forged'],
})
const players = gauge({ name: 'shardless_players', unit: 'players', meaning: 'Players.' })

test('the same number of several machines is their sum, and each reason has its own', () => {
  const [one, two] = [new Counters(...dropped.values), new Counters(...dropped.values)]
  one.count('forged', 3)
  two.count('forged', 4)
  const readings = new Readings()
  readings.addAll(dropped, one)
  readings.addAll(dropped, two)
  readings.add(players, 2)
  readings.add(players, 3)
  const { name, kind, unit, meaning } = dropped
  assert.deepEqual(readings.rows([players, dropped]), [
    {
      ...{ name: 'shardless_players', kind: 'gauge', unit: 'players', meaning: 'Players.' },
      readings: [{ labels: {}, value: 5 }],
    },
    {
      ...{ name, kind, unit, meaning },
      readings: [
        { labels: { reason: 'short' }, value: 0 },
        { labels: { reason: 'forged' }, value: 7 },
      ],
    },
  ])
})

test('what no machine told is left out, and labels that turn up are told as they come', () => {
  const mistakes = counter({
    name: 'a_total',
    unit: 'mistakes',
    meaning: 'Mistakes.',
    labels: ['of', 'called'],
  })
  const readings = new Readings()
  readings.add(mistakes, 1, 'home', 'update')
  readings.add(mistakes, 2, 'home', 'join')
  const [{ readings: told }, ...rest] = readings.rows([players, mistakes])
  assert.deepEqual(rest, [])
  assert.deepEqual(told, [
    { labels: { of: 'home', called: 'update' }, value: 1 },
    { labels: { of: 'home', called: 'join' }, value: 2 },
  ])
})

test('counts of one that is over are taken in by name', () => {
  const [all, one] = [new Counters(...dropped.values), new Counters(...dropped.values)]
  all.count('short')
  one.count('short', 2)
  one.count('forged')
  all.include(one)
  assert.deepEqual(all.snapshot(), { short: 3, forged: 1 })
  const stranger = new Counters<string>('other')
  stranger.count('other')
  all.include(stranger)
  assert.equal(all.total, 4)
})
