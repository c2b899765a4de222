import assert from 'node:assert/strict'
import { test } from 'node:test'
import { walkers } from '../../test/field/walkers.ts'
import { emptyMap } from '../geometry/index.ts'
import { encode } from '../wire/index.ts'
import { defineGame, exactRecord, type Kind } from '../world/index.ts'
import { PredictedSpawns } from './predicted-spawns.ts'
import { Prediction } from './prediction.ts'

const game = defineGame({
  ...walkers,
  step(self, { east }, { seconds }) {
    self.position.x += east * seconds
  },
})
const kind = game.kindByName.get('walker') as Kind
const map = emptyMap(64, 64)
const REMEMBERED = 80

/** Makes a walker at 10 m as of tick 0 that has walked `ticks` ticks eastwards. */
function walked(ticks: number): Prediction {
  const spawns = new PredictedSpawns(game as never, { appeared() {}, vanished() {} })
  const prediction = new Prediction(game as never, { map, id: 1, kind, spawns })
  prediction.correct(told(0, 10))
  for (let tick = 1; tick <= ticks; tick++) prediction.advance(tick, { east: 1 } as never)
  return prediction
}

const told = (tick: number, x: number) => ({
  tick,
  exact: encode(exactRecord(kind), { position: { x, y: 8 } }),
  spawned: [],
})

test('[P5] what the server says of the oldest tick that is remembered is gone on from; what it says of one before is left at that', () => {
  const prediction = walked(100)
  const { steps } = prediction
  assert.equal(prediction.correct(told(100 - REMEMBERED, 50)), undefined)
  assert.equal(prediction.steps, steps)
  assert.equal(prediction.correct(told(100 - REMEMBERED + 1, 50))?.part, 'position')
  assert.equal(prediction.steps, steps + REMEMBERED - 1)
})

test('a clock that leaps costs no more than what is remembered, and an answer from before it nothing', () => {
  const prediction = walked(10)
  const { steps } = prediction
  prediction.advance(2 ** 31, { east: 1 } as never)
  assert.equal(prediction.correct(told(9, 11)), undefined)
  assert.equal(prediction.steps, steps + 1)
})
