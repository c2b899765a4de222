import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SentPackets } from './sent-packets.ts'

test('[C10] acknowledged packets are forgotten from the oldest on, those given up after a while, those under way never', () => {
  const sent = new SentPackets()
  for (let i = 0; i < 5; i++) sent.begin()
  sent.get(0)!.fate = 'acknowledged'
  sent.get(1)!.fate = 'lost'
  sent.get(1)!.lostAt = 100
  sent.get(3)!.fate = 'acknowledged'
  sent.forget(99)
  assert.equal(sent.get(0), undefined)
  assert.equal(sent.get(1)!.sequence, 1)
  sent.forget(100)
  assert.equal(sent.get(1), undefined)
  assert.equal(sent.get(2)!.sequence, 2)
  assert.equal(sent.get(3)!.sequence, 3)
  assert.equal(sent.firstUnderWay, 2)
})

test('[C11] 8,192 packets are remembered, each found by its number, and then it is full', () => {
  const sent = new SentPackets()
  while (!sent.isFull) sent.begin()
  assert.equal(sent.next, 8192)
  for (let i = 0; i < 8192; i++) assert.equal(sent.get(i)!.sequence, i)
  assert.equal(sent.get(8192), undefined)
  assert.equal(sent.get(-1), undefined)
  sent.get(0)!.fate = 'acknowledged'
  sent.forget(0)
  assert.ok(!sent.isFull)
})

test('[C11] a packet used again remembers nothing of before', () => {
  const sent = new SentPackets()
  const first = sent.begin()
  first.carried.push(1, 2)
  first.stateId = 9
  first.isEliciting = true
  first.fate = 'acknowledged'
  sent.forget(0)
  const { sequence, carried, stateId, isEliciting, fate } = sent.begin()
  assert.deepEqual([sequence, carried, stateId, isEliciting, fate], [1, [], -1, false, 'under way'])
})
