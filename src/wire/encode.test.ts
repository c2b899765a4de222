import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode } from './encode.ts'
import { assertRefused, bytesOf } from './field/field.suite.ts'
import type { Field } from './field/field.ts'
import { integer } from './field/integer.ts'
import { list } from './field/list.ts'
import { bytes, text } from './field/text.ts'

const small = integer({ min: 0, max: 7 })
const large = bytes({ bytesMax: 2 ** 20 })

test('[W40] encoded bytes are never written again, nor do changes to them reach later ones', () => {
  const kept: Uint8Array[] = []
  for (let i = 0; i < 40_000; i++) {
    const encoded = encode(small, i & 7)
    assert.equal(encoded.length, 1)
    if (i % 1000 === 0) kept.push(encoded)
    else encoded.fill(255)
  }
  for (const [i, encoded] of kept.entries()) assert.equal(encoded[0], (i * 1000) & 7)
})

test('[W40] a value of no bits is no bytes', () => {
  assert.equal(encode(integer({ min: 3, max: 3 }), 3).length, 0)
  assert.equal(decode(integer({ min: 3, max: 3 }), new Uint8Array(0)), 3)
})

test('[W40] values of any size encode, one after the other', () => {
  for (const length of [0, 1, 100, 16_000, 16_382, 16_383, 16_384, 16_385, 65_536, 1_000_000]) {
    const value = new Uint8Array(length).fill(length & 255)
    assert.deepEqual(decode(large, encode(large, value)), value, String(length))
    assert.equal(encode(small, 5)[0], 5)
  }
})

test('[W40] a value that was refused leaves nothing in the next', () => {
  assertRefused(list(small, { lengthMax: 9 }), [1, 2, 9], /\[2\] is 9/)
  assert.deepEqual([...encode(small, 5)], [5])
})

test('[W40] a field that encodes while it writes gets bytes of its own', () => {
  const nested: Field<number> = {
    ...small,
    scalar: undefined,
    write: (writer, value) => writer.bits(encode(small, value)[0] + 8 * encode(small, value)[0], 6),
    read: (reader) => reader.bits(6) & 7,
  }
  const field = list(nested, { lengthMax: 3 })
  assert.deepEqual(decode(field, encode(field, [1, 2, 7])), [1, 2, 7])
})

test('[W6] a field that writes more than it says is found out', () => {
  const wrong: Field<number> = {
    ...small,
    scalar: undefined,
    write: (writer) => writer.bytes(new Uint8Array(20_000)),
  }
  assert.throws(() => encode(wrong, 1), { code: 'wire/bad-size' })
})

test('[W41] bytes that go on after the value, or are filled with anything but zeros, are not one', () => {
  assert.equal(decode(small, Uint8Array.of(5)), 5)
  assert.equal(decode(small, Uint8Array.of(5, 0)), undefined)
  assert.equal(decode(small, Uint8Array.of(5 | 8)), undefined)
  assert.equal(decode(small, Uint8Array.of(5 | 128)), undefined)
  assert.equal(decode(small, new Uint8Array(0)), undefined)
})

test('[W41] bytes cut short anywhere are not the value', () => {
  const field = list(text({ bytesMax: 20 }), { lengthMax: 9 })
  const encoded = encode(field, ['one', 'twelve', 'é'])
  for (let length = 0; length < encoded.length; length++)
    assert.equal(decode(field, encoded.slice(0, length)), undefined)
  assert.deepEqual(decode(field, encoded), ['one', 'twelve', 'é'])
})

test('[W41] a view into larger bytes is read by itself', () => {
  const around = bytesOf('11111111' + '10100000' + '11111111')
  assert.equal(decode(small, around.subarray(1, 2)), 5)
  assert.equal(decode(small, Buffer.from(around.buffer, 1, 1)), 5)
})
