import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hex } from '../../core/index.ts'
import { BitReader } from '../bit/bit-reader.ts'
import { BitWriter } from '../bit/bit-writer.ts'
import { decode, encode } from '../encode.ts'
import { firstDifference } from '../protocol.ts'
import { anyKind } from './any-field.suite.ts'
import { bitString } from './field.suite.ts'

const written = anyKind.chain(({ field, values }) => fc.record({ field: fc.constant(field), value: values }))

test('[W6] [W40] whatever is described, a value reads back from exactly the bytes that its bits need', () => {
  fc.assert(
    fc.property(written, ({ field, value }) => {
      const bits = bitString(field, value).length
      assert.ok(field.bitsMin <= bits && bits <= field.bitsMax)
      const bytes = encode(field, value)
      assert.equal(bytes.length, Math.ceil(bits / 8))
      assert.deepEqual(decode(field, bytes), value)
    }),
    { numRuns: 1000 },
  )
})

test('[W1] whatever is described, values follow each other without a gap', () => {
  fc.assert(
    fc.property(written, written, (first, second) => {
      const writer = new BitWriter(1 << 16)
      writer.bits(1, 1)
      first.field.write(writer, first.value)
      second.field.write(writer, second.value)
      const bits = bitString(first.field, first.value).length + bitString(second.field, second.value).length
      assert.equal(writer.bitLength, 1 + bits)
      const reader = new BitReader().reset(writer.finish())
      reader.bits(1)
      assert.deepEqual(first.field.read(reader), first.value)
      assert.deepEqual(second.field.read(reader), second.value)
    }),
  )
})

test('[W2] [W8] whatever is described, arbitrary and damaged bytes read without a throw', () => {
  const flips = fc.array(fc.nat(), { maxLength: 4 })
  fc.assert(
    fc.property(written, flips, fc.nat(), ({ field, value }, places, cut) => {
      const bytes = encode(field, value).slice()
      for (const place of places) if (bytes.length > 0) bytes[place % bytes.length] ^= 1 << (place % 8)
      const damaged = bytes.subarray(0, bytes.length - (cut % 3 === 0 ? Math.min(cut, bytes.length) : 0))
      const read = decode(field, damaged)
      if (read !== undefined) assert.equal(hex(encode(field, read)), hex(damaged))
      assert.doesNotThrow(() => encode(field, field.read(new BitReader().reset(damaged))))
    }),
    { numRuns: 1000 },
  )
})

test('[W42] [W44] whatever is described differently is told apart, and the same is the same', () => {
  fc.assert(
    fc.property(anyKind, anyKind, (ours, theirs) => {
      const [our, their] = [`it: ${ours.field.description}`, `it: ${theirs.field.description}`]
      assert.equal(firstDifference(our, our), 'The protocols are the same.')
      if (our !== their) assert.match(firstDifference(our, their), /^it.* (is|has) .*(here|there).*\.$/s)
    }),
  )
})
