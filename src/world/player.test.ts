import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { field } from '../../test/town.ts'
import { Player } from './player.ts'

const walk = (east: number) => ({ east, north: 0 })
const newcomer = () => new Player<typeof field>(1, 'Ada')

test('before the first command there is none, and afterwards the last one holds until the next', () => {
  const player = newcomer()
  assert.equal(player.next(), undefined)
  player.receive(1, walk(1))
  assert.deepEqual([player.next(), player.next(), player.next()], [walk(1), walk(1), walk(1)])
  assert.equal(player.appliedCommand, 1)
})

test('one command is used in each tick, in the order of their numbers', () => {
  const player = newcomer()
  player.receive(1, walk(1))
  player.receive(4, walk(-1))
  assert.deepEqual([player.next(), player.appliedCommand], [walk(1), 1])
  assert.deepEqual([player.next(), player.appliedCommand], [walk(-1), 4])
})

test('one that is repeated or late is dropped and counted', () => {
  const player = newcomer()
  player.receive(3, walk(1))
  player.receive(3, walk(-1))
  player.receive(2, walk(-1))
  assert.deepEqual([player.next(), player.next()], [walk(1), walk(1)])
  assert.equal(player.dropped.get('command-late'), 2)
})

test('four wait for their tick; of a fifth the oldest gives way', () => {
  const player = newcomer()
  for (const number of [1, 2, 3, 4]) player.receive(number, walk(0))
  assert.equal(player.dropped.total, 0)
  player.receive(5, walk(1))
  assert.equal(player.dropped.get('command-crowded'), 1)
  player.next()
  assert.equal(player.appliedCommand, 2)
})
