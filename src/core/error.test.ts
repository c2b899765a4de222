import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutsideError, ShardlessError } from './error.ts'

test('the calling program reads the code first, then what to do', () => {
  const error = new ShardlessError('wire/out-of-range', 'mover.health is 140; it travels as 0..100.')
  assert.equal(error.message, '[wire/out-of-range] mover.health is 140; it travels as 0..100.')
  assert.equal(error.code, 'wire/out-of-range')
  assert.equal(String(error), `ShardlessError: ${error.message}`)
  assert.ok(error instanceof Error)
})

test("the outside's mistake is a sentence, and no ShardlessError", () => {
  const error = new OutsideError('Port 4000 is taken.')
  assert.equal(String(error), 'OutsideError: Port 4000 is taken.')
  assert.equal(error instanceof ShardlessError, false)
})
