import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Listeners } from './callbacks.ts'

test('whoever waits for a name is told what comes under it, in the order they came, and nobody else is', () => {
  const callbacks = new Listeners()
  const told: string[] = []
  callbacks.add('rain', (much: number) => told.push(`first ${much}`))
  callbacks.add('rain', (much: number) => told.push(`second ${much}`))
  callbacks.add('snow', () => told.push('snow'))
  callbacks.tell('rain', 3)
  callbacks.tell('hail', 4)
  assert.deepEqual(told, ['first 3', 'second 3'])
})

test('a callback that was taken back is told nothing more, even while the others are being told', () => {
  const callbacks = new Listeners()
  const told: string[] = []
  callbacks.add('rain', () => {
    told.push('first')
    takeBack()
  })
  const takeBack = callbacks.add('rain', () => told.push('second'))
  callbacks.tell('rain')
  callbacks.tell('rain')
  assert.deepEqual(told, ['first', 'first'])
})
