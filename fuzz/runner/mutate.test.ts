import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex, Random } from '../../src/core/index.ts'
import { mutate } from './mutate.ts'

const corpus = [
  Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd),
  new Uint8Array(0),
]

test('the same dice make the same inputs', () => {
  const made = (): string[] => {
    const random = new Random(1)
    return Array.from({ length: 500 }, () => hex(mutate(corpus, random, 64)))
  }
  assert.deepEqual(made(), made())
})

test('an input is never longer than it may be, and what it is made of stays as it was', () => {
  const before = corpus.map(hex)
  const random = new Random(2)
  for (let i = 0; i < 20_000; i++) assert.ok(mutate(corpus, random, 10).length <= 10)
  assert.deepEqual(corpus.map(hex), before)
})

test('inputs get shorter, longer and empty, and pieces of one turn up in another', () => {
  const random = new Random(3)
  const made = Array.from({ length: 5000 }, () => mutate([corpus[0], corpus[1]], random, 64))
  assert.ok(made.some(({ length }) => length === 0))
  assert.ok(made.some(({ length }) => length > 30))
  assert.ok(made.some((input) => hex(input).includes('0203') && hex(input).includes('aabb')))
  assert.ok(made.some((input) => hex(input).includes('ffffffff')))
})

test('nothing to start from is a start too', () => {
  const random = new Random(4)
  const made = new Set(Array.from({ length: 1000 }, () => hex(mutate([new Uint8Array(0)], random, 64))))
  assert.ok(made.size > 150)
})
