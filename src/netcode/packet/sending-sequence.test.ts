import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cipher } from '../cipher/cipher.ts'
import { SeededCipher } from '../fixture.suite.ts'
import type { Sequence } from './packet.ts'
import { GlobalSequence, SendingSequence } from './sending-sequence.ts'

const number = ({ high, low }: Sequence): bigint => (BigInt(high) << 32n) | BigInt(low)

/** Makes a cipher whose dice always fall alike. */
const loaded = (byte: number): Cipher =>
  Object.assign(new SeededCipher(1), { randomBytes: (length: number) => new Uint8Array(length).fill(byte) })

test('[S13] a sender begins anywhere below 2^40 and counts up by one, carrying into the high half', () => {
  assert.equal(number(new SendingSequence(loaded(0)).take()), 0n)
  const last = new SendingSequence(loaded(255))
  assert.equal(number(last.take()), 2n ** 40n - 1n)
  assert.equal(number(last.take()), 2n ** 40n)
  for (let seed = 1; seed <= 50; seed++) {
    const sequence = new SendingSequence(new SeededCipher(seed))
    const first = number(sequence.take())
    assert.ok(first < 2n ** 40n)
    for (let i = 1n; i < 100n; i++) assert.equal(number(sequence.take()), first + i)
  }
})

test('[S14] the numbers of denied and challenge packets begin at random in the upper half of the 64-bit space', () => {
  const lowest = number(new GlobalSequence(loaded(0)).take())
  const highest = number(new GlobalSequence(loaded(255)).take())
  assert.equal(lowest, 2n ** 63n)
  assert.equal(highest, 2n ** 63n + 2n ** 52n - 1n)
  const starts = new Set<bigint>()
  for (let seed = 1; seed <= 50; seed++) starts.add(number(new GlobalSequence(new SeededCipher(seed)).take()))
  assert.equal(starts.size, 50)
})
