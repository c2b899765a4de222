import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from './random.ts'
import { isNewer, SEQUENCE_MASK, sequenceDistance, unwrapSequence } from './sequence.ts'

test('65535 is followed by 0', () => {
  assert.equal(sequenceDistance(65535, 0), 1)
  assert.equal(sequenceDistance(0, 65535), -1)
  assert.equal(isNewer(0, 65535), true)
  assert.equal(isNewer(65535, 0), false)
})

test('newer means 1 to 32767 steps ahead; 32768 steps are the past', () => {
  for (const reference of [0, 1, 30_000, 32_768, 65_535]) {
    const ahead = (steps: number): number => (reference + steps) & SEQUENCE_MASK
    assert.equal(isNewer(reference, reference), false)
    assert.equal(isNewer(ahead(1), reference), true)
    assert.equal(isNewer(ahead(32_767), reference), true)
    assert.equal(isNewer(ahead(32_768), reference), false)
    assert.equal(isNewer(ahead(65_535), reference), false)
    assert.equal(sequenceDistance(reference, ahead(32_767)), 32_767)
    assert.equal(sequenceDistance(reference, ahead(32_768)), -32_768)
  }
})

test('unwrapping finds the full count nearest to the reference', () => {
  assert.equal(unwrapSequence(65_535, 0), 65_536)
  assert.equal(unwrapSequence(65_536, 65_535), 65_535)
  assert.equal(unwrapSequence(100_000, 100_000 & SEQUENCE_MASK), 100_000)
  assert.equal(unwrapSequence(0, 65_535), -1)
  assert.equal(unwrapSequence(0, 32_767), 32_767)
  assert.equal(unwrapSequence(0, 32_768), -32_768)
})

test('unwrapping undoes the cut to 16 bits for every count within reach, also beyond 32 bits', () => {
  const random = new Random(23)
  for (let i = 0; i < 10_000; i++) {
    const reference = random.next() * 1024 + random.integer(0, 1023)
    const count = reference + random.integer(-32_768, 32_767)
    assert.equal(unwrapSequence(reference, count % 65_536), count, `${count} from ${reference}`)
  }
})
