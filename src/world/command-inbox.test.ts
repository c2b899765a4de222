import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Tick, tick } from '../core/index.ts'
import { CommandInbox } from './command-inbox.ts'

const newInbox = () => new CommandInbox<string>(20, 'rest')

/** Returns the command used in each tick from `from` on, while the player keeps being heard. */
function use(inbox: CommandInbox<string>, from: number, ticks: number): (string | undefined)[] {
  return Array.from({ length: ticks }, (_, i) => {
    inbox.hear(from + i, tick(from + i))
    return inbox.next(tick(from + i))
  })
}

const at = (inbox: CommandInbox<string>, present: number, ...stamped: [number, string][]) => {
  for (const [when, command] of stamped) inbox.receive(when, command, present as Tick)
}

test('[N16] a command is used in its tick and holds until the next; before the first there is none', () => {
  const inbox = newInbox()
  at(inbox, 10, [12, 'east'], [14, 'west'])
  assert.deepEqual(use(inbox, 10, 6), [undefined, undefined, 'east', 'east', 'west', 'west'])
  assert.equal(inbox.takeSurprise(), false)
})

test('[N16] a late command is used in the next tick that is free, and is a surprise', () => {
  const inbox = newInbox()
  at(inbox, 10, [7, 'throw'], [8, 'stand'], [11, 'east'])
  assert.deepEqual(use(inbox, 10, 4), ['throw', 'stand', 'east', 'east'])
  assert.equal(inbox.late, 2)
  assert.ok(inbox.takeSurprise())
  assert.equal(inbox.takeSurprise(), false)
})

test('[N16] of more than four that are due the oldest give way', () => {
  const inbox = newInbox()
  at(inbox, 10, [1, 'a'], [2, 'b'], [3, 'c'], [4, 'd'], [5, 'e'], [6, 'f'])
  assert.deepEqual(use(inbox, 10, 5), ['c', 'd', 'e', 'f', 'f'])
  assert.equal(inbox.dropped.get('command-crowded'), 2)
})

test('[N8] a repeated command changes nothing, and one not above every earlier one neither', () => {
  const inbox = newInbox()
  at(inbox, 10, [12, 'east'], [12, 'west'], [11, 'north'])
  assert.deepEqual(use(inbox, 11, 3), [undefined, 'east', 'east'])
  assert.equal(inbox.dropped.total, 0)
})

test('[N16] of commands for more than two seconds ahead the newest waits, others are dropped and counted', () => {
  const inbox = newInbox()
  at(inbox, 10, [51, 'too early'], [50, 'early'])
  assert.equal(inbox.dropped.get('command-early'), 0)
  at(inbox, 10, [60, 'earlier'], [51, 'too early'], [60, 'said again'])
  assert.equal(inbox.dropped.get('command-early'), 1)
  assert.deepEqual(use(inbox, 50, 1), ['early'])
  assert.deepEqual(use(inbox, 59, 2), ['early', 'earlier'])
  assert.equal(inbox.takeSurprise(), false)
})

test('[N16] a command for more than ten seconds ahead is dropped and counted', () => {
  const inbox = newInbox()
  at(inbox, 10, [211, 'too early'], [210, 'early'])
  assert.equal(inbox.dropped.get('command-early'), 1)
  assert.deepEqual(use(inbox, 209, 3), [undefined, 'early', 'early'])
})

test('[N16] a command that waits because it is too early goes along to another process, and ends with its connection', () => {
  const inbox = newInbox()
  at(inbox, 10, [60, 'early'])
  const other = newInbox()
  other.unpack(inbox.pack())
  assert.deepEqual(use(other, 59, 2), [undefined, 'early'])
  inbox.restart()
  assert.deepEqual(use(inbox, 59, 2), [undefined, undefined])
})

test('[N16] whoever sends far more commands than ticks pass has one used in each tick, and holds no memory', () => {
  const inbox = newInbox()
  for (let i = 0; i < 10_000; i++) inbox.receive(i, `${i}`, tick(5000))
  const used = use(inbox, 5000, 10)
  assert.equal(new Set(used).size, 10)
  assert.ok(inbox.dropped.total > 9000)
})

test('[N16] whoever is not heard for a second asks for nothing any more', () => {
  const inbox = newInbox()
  at(inbox, 10, [10, 'east'])
  assert.deepEqual(use(inbox, 10, 1), ['east'])
  inbox.hear(12, tick(12))
  assert.equal(inbox.next(tick(32)), 'east')
  assert.equal(inbox.takeSurprise(), false)
  assert.equal(inbox.next(tick(33)), 'rest')
  assert.ok(inbox.takeSurprise())
})

test('[N16] what lapsed holds again from the first word on, and that is a surprise too', () => {
  const inbox = newInbox()
  at(inbox, 10, [10, 'east'])
  use(inbox, 10, 1)
  assert.equal(inbox.next(tick(31)), 'rest')
  assert.ok(inbox.takeSurprise())
  assert.equal(inbox.next(tick(40)), 'rest')
  assert.equal(inbox.takeSurprise(), false)
  inbox.hear(43, tick(41))
  assert.equal(inbox.current, 'rest')
  assert.equal(inbox.next(tick(41)), 'east')
  assert.equal(inbox.current, 'east')
  assert.ok(inbox.takeSurprise())
  assert.equal(inbox.next(tick(42)), 'east')
  assert.equal(inbox.takeSurprise(), false)
})

test('[N16] something new after a silence is used instead; over another connection nothing holds again by itself', () => {
  const inbox = newInbox()
  at(inbox, 10, [10, 'east'])
  use(inbox, 10, 1)
  assert.equal(inbox.next(tick(31)), 'rest')
  at(inbox, 32, [32, 'west'])
  assert.deepEqual(use(inbox, 32, 2), ['west', 'west'])
  assert.equal(inbox.next(tick(60)), 'rest')
  inbox.restart()
  assert.deepEqual(use(inbox, 61, 2), ['rest', 'rest'])
})

test('[N16] who is late by more than a second is heard all the same; word from before is none', () => {
  const inbox = newInbox()
  at(inbox, 40, [10, 'east'])
  inbox.hear(10, tick(40))
  assert.equal(inbox.next(tick(40)), 'east')
  inbox.hear(15, tick(45))
  for (const repeated of [15, 14]) inbox.hear(repeated, tick(60))
  assert.equal(inbox.next(tick(65)), 'east')
  assert.equal(inbox.next(tick(66)), 'rest')
})

test('[D10] what is held goes on without a word, from the next tick on, in the place of all that waited', () => {
  const inbox = newInbox()
  at(inbox, 10, [10, 'east'], [12, 'south'])
  use(inbox, 10, 1)
  inbox.hold('west')
  assert.equal(inbox.next(tick(11)), 'west')
  assert.equal(inbox.next(tick(12)), 'west')
  assert.equal(inbox.next(tick(100_000)), 'west')
  assert.equal(inbox.takeSurprise(), false)
  inbox.hold('north')
  assert.equal(inbox.next(tick(100_001)), 'north')
})

test('[D10] what is held ends when nobody is there to hold it, or with a command that has a tick', () => {
  const released = newInbox()
  released.hold('west')
  released.hear(20, tick(20))
  assert.equal(released.next(tick(60)), 'west')
  released.release()
  assert.equal(released.next(tick(61)), 'rest')
  released.hold('east')
  assert.equal(released.next(tick(62)), 'east')

  const replaced = newInbox()
  replaced.hold('west')
  at(replaced, 10, [12, 'south'])
  replaced.hear(12, tick(12))
  assert.deepEqual(
    [10, 11, 12, 32].map((when) => replaced.next(tick(when))),
    ['west', 'west', 'south', 'south'],
  )
  assert.equal(replaced.next(tick(33)), 'rest')
})

test('[D10] over another connection what was held does not hold by itself', () => {
  const inbox = newInbox()
  inbox.hold('west')
  assert.equal(inbox.next(tick(10)), 'west')
  inbox.restart()
  assert.equal(inbox.next(tick(60)), 'rest')
})
