import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Holders } from './holders.ts'

test('[K18] of two regions that say to have an entity, the one at the higher hop is listened to', () => {
  const holders = new Holders()
  holders.speaks('a', 1, 4)
  holders.speaks('b', 2, 9)
  assert.equal(holders.holds('a', { entity: 7, hop: 1, district: 1 }), true)
  assert.equal(holders.holds('b', { entity: 7, hop: 2, district: 2 }), true)
  assert.deepEqual([holders.mayTell('a', 7), holders.mayTell('b', 7)], [false, true])
  assert.equal(holders.holds('a', { entity: 7, hop: 1, district: 1 }), false)
  assert.equal(holders.of(7)?.region, 'b')
})

test('[K18] at the same hop the higher epoch of the district decides, and a fence silences the lower one before', () => {
  const holders = new Holders()
  holders.speaks('a', 1, 4)
  holders.holds('a', { entity: 7, hop: 3, district: 1 })
  assert.equal(holders.raise(1, 5), true)
  assert.equal(holders.mayTell('a', 7), false)
  assert.deepEqual(holders.speaks('c', 1, 5), [7], 'it was another’s')
  assert.equal(holders.holds('c', { entity: 7, hop: 3, district: 1 }), true)
  assert.equal(holders.holds('a', { entity: 7, hop: 3, district: 1 }), false)
  assert.equal(holders.mayTell('c', 7), true)
  assert.equal(holders.raise(1, 4), false)
})

test('what is no more of one region is still another’s, and of what nobody said anything all may tell', () => {
  const holders = new Holders()
  holders.speaks('a', 1, 1)
  holders.holds('a', { entity: 7, hop: 1, district: 1 })
  holders.holds('b', { entity: 7, hop: 0, district: 1 })
  assert.equal(holders.of(7)?.region, 'a')
  holders.holds('a', { entity: 7, hop: 0, district: 1 })
  assert.equal(holders.of(7), undefined)
  assert.equal(holders.mayTell('b', 7), true)
})
