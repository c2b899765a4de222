import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BitWriter, decode, encode } from '../../wire/index.ts'
import { attributeValue, VALUE_BYTES_MAX } from './value.ts'

const field = attributeValue()

test('numbers, texts and truths come back as they were', () => {
  for (const value of [0, -1, 2 ** 53, 0.1, '', 'Sir', 'é'.repeat(512), true, false])
    assert.deepEqual(decode(field, encode(field, value)), value)
  assert.equal(encode(field, true).length, 1)
})

test('a text that is too long throws, and leaves nothing behind', () => {
  const writer = new BitWriter(4096)
  assert.throws(() => field.write(writer, 'x'.repeat(VALUE_BYTES_MAX + 1)), { code: 'wire/out-of-range' })
  assert.throws(() => field.write(writer, undefined as never), { code: 'wire/out-of-range' })
  assert.equal(writer.bitLength, 0)
})

test('bytes that are none are no value', () => {
  assert.equal(decode(field, new Uint8Array(0)), undefined)
  assert.equal(decode(field, Uint8Array.of(3, 255, 1)), undefined)
})
