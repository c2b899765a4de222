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

test('the first listener hears what came before any other, if it is still so; the second does not', async () => {
  const { listeners, clock } = stage()
  const told: string[] = []
  listeners.tell('event rain', 1)
  clock.now = 1
  listeners.tell('event rain', 2)
  listeners.tell('event rain', 3)
  clock.now = 3_600_000
  listeners.add(
    'event rain',
    (much: number) => told.push(`first ${much}`),
    (much: number) => much !== 2,
  )
  listeners.add('event rain', (much: number) => told.push(`second ${much}`))
  assert.deepEqual(told, [], 'not before its program has gone on')
  await Promise.resolve()
  assert.deepEqual(told, ['first 1', 'first 3'])
})

test('once a program listens, what nobody hears is kept for ten seconds', async () => {
  const { listeners, clock } = stage()
  const told: string[] = []
  listeners.tell('event rain', 1)
  listeners.tell('event snow', 1)
  clock.now = 60_000
  listeners.add('event sun', () => {})
  clock.now = 62_000
  listeners.tell('event rain', 2)
  listeners.tell('event snow', 2)
  clock.now = 70_000
  listeners.add('event rain', (much: number) => told.push(`rain ${much}`))
  await Promise.resolve()
  assert.deepEqual(told, ['rain 1', 'rain 2'])
  clock.now = 72_000
  listeners.add('event snow', (much: number) => told.push(`snow ${much}`))
  await Promise.resolve()
  assert.deepEqual(told, ['rain 1', 'rain 2', 'snow 2'])
})

test('of what nobody listens to not more than 1,024 of a name are kept, the last', async () => {
  const { listeners } = stage()
  let told = 0
  listeners.tell('event snow', 1)
  for (let i = 0; i < 5000; i++) listeners.tell('event rain', i)
  listeners.add('event rain', (i: number) => {
    if (i >= 5000 - 1024) told++
    else assert.fail(`${i}`)
  })
  listeners.add('event snow', () => told++)
  await Promise.resolve()
  assert.equal(told, 1025)
})
