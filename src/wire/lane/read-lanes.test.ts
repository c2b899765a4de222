import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BitReader } from '../bit/bit-reader.ts'
import { encode } from '../encode.ts'
import { bool, choice } from '../field/choice.ts'
import { integer } from '../field/integer.ts'
import { angle, quantized } from '../field/quantized.ts'
import { record } from '../field/record.ts'
import { text } from '../field/text.ts'
import { ownReaders } from './read-lanes.ts'

test('all readers are the same function', () => {
  assert.ok(ownReaders.length >= 16)
  for (const make of ownReaders) assert.equal(make.toString(), ownReaders[0].toString())
})

/** Describes a record of so many fields, of every kind that lanes tell apart, and a value of it. */
function recordOf(count: number, name: string) {
  const kinds = [
    [quantized({ min: 0, max: 512, step: 1 / 64 }), 17.25],
    [angle({ steps: 4 }), Math.PI],
    [text({ bytesMax: 9 }), 'abc'],
    [integer({ min: -3, max: 900 }), 441],
    [bool(), true],
    [choice(['red', 'green', 'blue']), 'green'],
  ] as const
  const picked = Array.from({ length: count }, (_, i) => [`${name}${i}`, ...kinds[i % kinds.length]] as const)
  return {
    field: record(Object.fromEntries(picked.map(([key, field]) => [key, field]))),
    value: Object.fromEntries(picked.map(([key, , value]) => [key, value])),
  }
}

test('[W32] a record reads as it did before it was read often, also when all readers are given away', () => {
  const records = [0, 1, 2, 3, 7, 8, 9, 16, 17, 20].flatMap((count) =>
    ['a', 'b', 'c'].map((name) => recordOf(count, name)),
  )
  const reader = new BitReader()
  for (const { field, value } of records) {
    const bytes = encode(field, value)
    for (let i = 0; i < 600; i++) {
      const read = field.read(reader.reset(bytes))
      if (i % 100 > 1) continue
      assert.deepEqual(read, value)
      assert.deepEqual(Object.keys(read), Object.keys(value))
      assert.ok(!reader.isBroken && reader.bitsLeft < 8)
    }
  }
})

test('[W7] what means nothing breaks the reader, seldom read or often', () => {
  const field = record({ level: integer({ min: 0, max: 4 }), gait: choice(['stands', 'walks', 'runs']) })
  const reader = new BitReader()
  for (let i = 0; i < 600; i++) {
    assert.deepEqual(field.read(reader.reset(Uint8Array.of(0b10_100))), { level: 4, gait: 'runs' })
    assert.ok(!reader.isBroken)
    assert.deepEqual(field.read(reader.reset(Uint8Array.of(0b11_101))), { level: 0, gait: 'stands' })
    assert.ok(reader.isBroken)
  }
})
