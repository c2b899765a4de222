import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader } from './bit-reader.ts'
import { BitWriter } from './bit-writer.ts'

test('[W1] the first bit written is bit 0 of byte 0, and the last byte is filled with zeros', () => {
  const writer = new BitWriter(4)
  writer.bits(1, 1)
  writer.bits(0b10, 2)
  writer.bits(0x1ff, 9)
  assert.equal(writer.bitLength, 12)
  assert.equal(writer.byteLength, 2)
  assert.deepEqual([...writer.finish()], [0b11111101, 0b00001111])
})

test('[W1] only the low bits of a number are written', () => {
  const writer = new BitWriter(8)
  writer.bits(0xffffffff, 3)
  writer.bits(0, 5)
  writer.bits(-1, 32)
  assert.deepEqual([...writer.finish()], [7, 255, 255, 255, 255])
})

test('[W4] what does not fit is not written, nor anything after it, until rewind or reset', () => {
  const writer = new BitWriter(2)
  writer.bits(3, 10)
  const mark = writer.mark()
  writer.bits(0, 6)
  assert.equal(writer.isFull, false)
  writer.bits(1, 1)
  assert.equal(writer.isFull, true)
  assert.equal(writer.bitLength, 16)
  writer.rewind(mark)
  assert.equal(writer.isFull, false)
  writer.bits(127, 7)
  writer.bits(1, 1)
  assert.equal(writer.isFull, true)
  assert.equal(writer.bitLength, 10)
  assert.deepEqual([...writer.finish()], [3, 0])
  writer.reset()
  assert.equal(writer.isFull, false)
  assert.equal(writer.finish().length, 0)
})

test('[W4] a mark taken while full is full again after rewind', () => {
  const writer = new BitWriter(1)
  writer.bits(1, 9)
  writer.rewind(writer.mark())
  assert.equal(writer.isFull, true)
  assert.equal(writer.bitLength, 0)
})

test('[W4] rewind takes back to the bit whatever was written since', () => {
  const part = fc.record({
    value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    count: fc.integer({ min: 0, max: 32 }),
  })
  fc.assert(
    fc.property(fc.array(part), fc.array(part), fc.array(part), (before, undone, after) => {
      const writer = new BitWriter(2048)
      const expected = new BitWriter(2048)
      for (const { value, count } of before) writer.bits(value, count)
      const mark = writer.mark()
      for (const { value, count } of undone) writer.bits(value, count)
      writer.rewind(mark)
      for (const { value, count } of after) writer.bits(value, count)
      for (const { value, count } of [...before, ...after]) expected.bits(value, count)
      assert.deepEqual(writer.finish(), expected.finish())
    }),
  )
})

test('[W5] bytes go wherever the writer stands, all of them or none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ maxLength: 70 }), (before, bytes) => {
      const writer = new BitWriter(80)
      for (let i = 0; i < before; i++) writer.bits(1, 1)
      writer.bytes(bytes)
      writer.bits(5, 3)
      const reader = new BitReader().reset(writer.finish())
      for (let i = 0; i < before; i++) assert.equal(reader.bits(1), 1)
      assert.deepEqual(reader.bytes(bytes.length), bytes)
      assert.equal(reader.bits(3), 5)
      assert.equal(reader.isBroken, false)
    }),
  )
  const small = new BitWriter(4)
  small.bits(1, 1)
  small.bytes(new Uint8Array(4))
  assert.equal(small.isFull, true)
  assert.equal(small.bitLength, 1)
})

test('[W5] a part of some bytes can be written', () => {
  const bytes = Uint8Array.from({ length: 60 }, (_, i) => i)
  for (const before of [0, 3]) {
    const writer = new BitWriter(64)
    writer.bits(0, before)
    writer.bytes(bytes, 7, 49)
    const reader = new BitReader().reset(writer.finish())
    reader.bits(before)
    assert.deepEqual(reader.bytes(42), bytes.slice(7, 49))
  }
})

test('[W5] align fills up to the next byte, and adds nothing where there is none to fill', () => {
  const writer = new BitWriter(4)
  writer.bits(1, 1)
  writer.align()
  writer.align()
  writer.bits(255, 8)
  assert.deepEqual([...writer.finish()], [1, 255])
})

test('[W3] a varint takes eight bits for every seven of the number', () => {
  const lengths: [number, number][] = [
    [0, 8],
    [127, 8],
    [128, 16],
    [16_383, 16],
    [16_384, 24],
    [2 ** 49 - 1, 56],
    [Number.MAX_SAFE_INTEGER, 64],
  ]
  for (const [value, bits] of lengths) {
    const writer = new BitWriter(8)
    writer.varint(value)
    assert.equal(writer.bitLength, bits)
    assert.equal(new BitReader().reset(writer.finish()).varint(), value)
  }
  const writer = new BitWriter(2)
  writer.varint(300)
  assert.deepEqual([...writer.finish()], [0b10101100, 0b00000010])
})

test('[W3] what is no varint cannot be written', () => {
  for (const value of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new BitWriter(9).varint(value), { code: 'wire/out-of-range' })
  }
})

test('a writer of no sensible size cannot be made', () => {
  for (const bytesMax of [-1, 0.5, 2 ** 28, Number.NaN]) {
    assert.throws(() => new BitWriter(bytesMax), { code: 'wire/bad-size' })
  }
  assert.equal(new BitWriter(0).finish().length, 0)
})
