import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NaturalLoss } from './natural-loss.ts'

test('[C32] what is lost in round after round is learnt, up to 35 %', () => {
  const loss = new NaturalLoss()
  for (let i = 0; i < 100; i++) loss.learn(0.2, 50)
  assert.ok(Math.abs(loss.share - 0.2) < 0.001)
  for (let i = 0; i < 100; i++) loss.learn(0.9, 50)
  assert.ok(Math.abs(loss.share - 0.35) < 0.001)
})

test('[C32] a burst in a hundred packets is not too much loss, a tenth more than usual is', () => {
  const loss = new NaturalLoss()
  assert.ok(!loss.isExceeded({ lost: 9, packets: 20 }))
  for (let i = 0; i < 4; i++) assert.ok(!loss.isExceeded({ lost: 0, packets: 20 }))
  for (let i = 0; i < 4; i++) assert.ok(!loss.isExceeded({ lost: 3, packets: 20 }))
  assert.ok(loss.isExceeded({ lost: 3, packets: 20 }))
})

test('[C32] most of forty packets lost is too much at once', () => {
  const loss = new NaturalLoss()
  assert.ok(!loss.isExceeded({ lost: 15, packets: 20 }))
  assert.ok(loss.isExceeded({ lost: 15, packets: 20 }))
})
