import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, instant, Random } from '../core/index.ts'
import { Agenda } from './agenda.ts'

test('what is noted runs in the order of time, and within one instant in the order it was noted', () => {
  const seed = Number(process.env.SEED ?? 1)
  const dice = new Random(seed)
  const agenda = new Agenda()
  const noted: { at: number; order: number }[] = []
  const ran: { at: number; order: number }[] = []
  for (let order = 0; order < 2000; order++) {
    const entry = { at: dice.integer(0, 100), order }
    noted.push(entry)
    agenda.note(instant(entry.at), () => void ran.push(entry))
  }
  assert.equal(agenda.wakeAt, 0)
  let count = 0
  while (agenda.wakeAt < FOREVER) count += agenda.run(agenda.wakeAt)
  assert.equal(count, 2000)
  assert.deepEqual(
    ran,
    noted.toSorted((a, b) => a.at - b.at || a.order - b.order),
    `seed ${seed}`,
  )
})

test('what is noted while running waits for the next call, even for the same instant', () => {
  const agenda = new Agenda()
  const ran: string[] = []
  agenda.note(instant(5), () => {
    ran.push('first')
    agenda.note(instant(5), () => void ran.push('second'))
  })
  assert.equal(agenda.run(instant(4)), 0)
  assert.equal(agenda.run(instant(5)), 1)
  assert.equal(agenda.wakeAt, 5)
  assert.equal(agenda.run(instant(5)), 1)
  assert.deepEqual(ran, ['first', 'second'])
})
