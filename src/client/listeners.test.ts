import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GameCode, type GameMistake } from '../world/index.ts'
import { Listeners } from './listeners.ts'

function stage() {
  const mistakes: GameMistake[] = []
  const clock = { now: 0 }
  const code = new GameCode({ report: (mistake) => mistakes.push(mistake), now: () => clock.now })
  return { listeners: new Listeners(code, () => clock.now), mistakes, clock }
}

test('whoever waits for a name is told what comes under it, in the order they came, and nobody else is', () => {
  const { listeners } = stage()
  const told: string[] = []
  listeners.add('rain', (much: number) => told.push(`first ${much}`))
  listeners.add('rain', (much: number) => told.push(`second ${much}`))
  listeners.add('snow', () => told.push('snow'))
  listeners.tell('rain', 3)
  listeners.tell('hail', 4)
  assert.deepEqual(told, ['first 3', 'second 3'])
})

test('a callback that was taken back is told nothing more, even while the others are being told', () => {
  const { listeners } = stage()
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

test('a listener that throws, or rejects, is reported and keeps nothing from the others', async () => {
  const { listeners, mistakes } = stage()
  const told: string[] = []
  listeners.add('rain', () => {
    throw new Error('wet')
  })
  listeners.add('rain', () => told.push('second'))
  listeners.add('snow', async () => {
    throw new Error('cold')
  })
  listeners.tell('rain')
  listeners.tell('snow')
  await Promise.resolve()
  assert.deepEqual(told, ['second'])
  assert.deepEqual(
    mistakes.map(({ at, error }) => `${at}: ${(error as Error).message}`),
    ['a listener of rain: wet', 'a listener of snow: cold'],
  )
})

test('what is told while it is held is told in order when it is released, with what is told meanwhile last', () => {
  const { listeners } = stage()
  const told: string[] = []
  listeners.add('rain', (much: number) => {
    told.push(`rain ${much}`)
    if (much === 1) listeners.tell('rain', 3)
  })
  listeners.hold()
  listeners.hold()
  listeners.tell('rain', 1)
  listeners.tell('rain', 2)
  listeners.release()
  assert.deepEqual(told, [])
  listeners.release()
  assert.deepEqual(told, ['rain 1', 'rain 2', 'rain 3'])
})

test('the first listener hears what came in the quarter of a second before it, if it is still so; the second does not', async () => {
  const { listeners, clock } = stage()
  const told: string[] = []
  listeners.tell('event rain', 1)
  clock.now = 1
  listeners.tell('event rain', 2)
  listeners.tell('event rain', 3)
  clock.now = 251
  listeners.add(
    'event rain',
    (much: number) => told.push(`first ${much}`),
    (much: number) => much !== 2,
  )
  listeners.add('event rain', (much: number) => told.push(`second ${much}`))
  assert.deepEqual(told, [], 'not before its program has gone on')
  await Promise.resolve()
  assert.deepEqual(told, ['first 3'])
})

test('of what nobody listens to not more than 256 are kept', async () => {
  const { listeners } = stage()
  let told = 0
  for (let i = 0; i < 1000; i++) listeners.tell('event rain', i)
  listeners.add('event rain', () => told++)
  await Promise.resolve()
  assert.equal(told, 256)
})
