import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Listeners } from './listeners.ts'

test('whoever waits for a name is told what comes under it, in the order they came, and nobody else is', () => {
  const listeners = new Listeners()
  const told: string[] = []
  listeners.add('rain', (much: number) => told.push(`first ${much}`))
  listeners.add('rain', (much: number) => told.push(`second ${much}`))
  listeners.add('snow', () => told.push('snow'))
  listeners.tell('rain', 3)
  listeners.tell('hail', 4)
  assert.deepEqual(told, ['first 3', 'second 3'])
})

test('a callback that was taken back is told nothing more, even while the others are being told', () => {
  const listeners = new Listeners()
  const told: string[] = []
  listeners.add('rain', () => {
    told.push('first')
    takeBack()
  })
  const takeBack = listeners.add('rain', () => told.push('second'))
  listeners.tell('rain')
  listeners.tell('rain')
  assert.deepEqual(told, ['first', 'first'])
})
