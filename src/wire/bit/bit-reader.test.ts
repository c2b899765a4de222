import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader } from './bit-reader.ts'
import { BitWriter } from './bit-writer.ts'

test('[W1] whatever was written in any portions reads back in the same ones', () => {
  const part = fc.record({
    value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    count: fc.integer({ min: 0, max: 32 }),
  })
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const writer = new BitWriter(256)
      for (const { value, count } of parts) writer.bits(value, count)
      const reader = new BitReader().reset(writer.finish())
      for (const { value, count } of parts)
        assert.equal(reader.bits(count), count === 0 ? 0 : (value << (32 - count)) >>> (32 - count))
      assert.equal(reader.isBroken, false)
      assert.ok(reader.bitsLeft < 8)
    }),
  )
})

test('[W1] the same bits read one at a time, in words, and as bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 24 }),
      fc.array(fc.integer({ min: 0, max: 32 })),
      (bytes, counts) => {
        const single = new BitReader().reset(bytes)
        const wide = new BitReader().reset(bytes)
        for (const count of counts) {
          if (count > wide.bitsLeft) return
          let expected = 0
          for (let i = 0; i < count; i++) expected += single.bits(1) * 2 ** i
          assert.equal(wide.bits(count), expected)
          assert.equal(wide.bitsLeft, single.bitsLeft)
        }
      },
    ),
  )
})

test('[W2] beyond the end everything is zero and the reader is broken for good', () => {
  const reader = new BitReader().reset(Uint8Array.of(255, 255))
  assert.equal(reader.bits(9), 511)
  assert.equal(reader.bitsLeft, 7)
  assert.equal(reader.isBroken, false)
  assert.equal(reader.bits(8), 0)
  assert.equal(reader.isBroken, true)
  assert.equal(reader.bitsLeft, 0)
  assert.equal(reader.bits(1), 0)
  assert.equal(reader.varint(), 0)
  assert.equal(reader.bytes(1).length, 0)
})

test('[W2] fail breaks a reader and reset mends it', () => {
  const reader = new BitReader().reset(Uint8Array.of(255))
  reader.bits(1)
  reader.fail()
  assert.equal(reader.isBroken, true)
  assert.equal(reader.bits(1), 0)
  assert.equal(reader.reset(Uint8Array.of(6)).bits(8), 6)
  assert.equal(reader.isBroken, false)
})

test('[W2] a reader can be given a part of some bytes and never looks beyond it', () => {
  const reader = new BitReader().reset(Uint8Array.of(1, 2, 3, 4, 5, 6, 7), 1, 6)
  assert.equal(reader.bitsLeft, 40)
  assert.equal(reader.bits(32), 0x05040302)
  assert.equal(reader.bits(8), 6)
  assert.equal(reader.isBroken, false)
  assert.equal(reader.bits(1), 0)
  assert.equal(reader.isBroken, true)
})

test('[W3] a varint longer than it need be, or over 2^53 - 1, is broken', () => {
  const broken = [
    [0x80],
    [0x80, 0x00],
    [0xff, 0x80, 0x00],
    [255, 255, 255, 255, 255, 255, 255, 16],
    [255, 255, 255, 255, 255, 255, 255, 128, 1],
  ]
  for (const bytes of broken) {
    const reader = new BitReader().reset(Uint8Array.from(bytes))
    assert.equal(reader.varint(), 0)
    assert.equal(reader.isBroken, true, String(bytes))
  }
  const largest = new BitReader().reset(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 15))
  assert.equal(largest.varint(), Number.MAX_SAFE_INTEGER)
})

test('[W5] align goes to the next byte and is broken by bits that are not zero', () => {
  const reader = new BitReader().reset(Uint8Array.of(1, 7))
  reader.align()
  assert.equal(reader.bits(1), 1)
  reader.align()
  assert.equal(reader.bits(3), 7)
  assert.equal(reader.isBroken, false)
  const filled = new BitReader().reset(Uint8Array.of(3, 7))
  filled.bits(1)
  filled.align()
  assert.equal(filled.isBroken, true)
})

test('[W5] bytes that are read are a copy, and more than are left are none', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5)
  const reader = new BitReader().reset(bytes)
  const copy = reader.bytes(2)
  bytes[0] = 9
  assert.deepEqual(copy, Uint8Array.of(1, 2))
  assert.equal(reader.bits(8), 3)
  assert.equal(reader.bytes(3).length, 0)
  assert.equal(reader.isBroken, true)
})
