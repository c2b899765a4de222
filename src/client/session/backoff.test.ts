import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Backoff } from './backoff.ts'

const LONGEST = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]

test('each wait lies between half and all of 250, 500, 1000 ... 8000 ms', () => {
  for (let seed = 0; seed < 200; seed++) {
    const patience = new Backoff(new Random(seed))
    for (const longest of LONGEST) {
      const wait = patience.next()
      assert.ok(wait >= longest / 2 && wait < longest, `${wait} of ${longest} ms`)
    }
  }
})

test('a hundred clients that are lost at once come back spread over the whole of their wait', () => {
  const waits = Array.from({ length: 100 }, (_, seed) => new Backoff(new Random(seed)).next())
  const eighths = new Set(waits.map((wait) => Math.floor((wait - 125) / (125 / 8))))
  assert.equal(eighths.size, 8)
})

test('after a success the waits are short again', () => {
  const patience = new Backoff(new Random(1))
  for (let i = 0; i < 6; i++) patience.next()
  patience.reset()
  assert.ok(patience.next() < 250)
})
