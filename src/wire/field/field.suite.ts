import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hex } from '../../core/index.ts'
import { BitReader } from '../bit/bit-reader.ts'
import { BitWriter } from '../bit/bit-writer.ts'
import { decode, encode } from '../encode.ts'
import type { Field } from './field.ts'

export interface FieldUnderTest<T> {
  readonly field: Field<T>
  readonly values: fc.Arbitrary<T>
  /** Whether the value read is the value written; deep equality when left out. */
  readonly isSame?: (read: T, written: T) => boolean
}

/**
 * What every field promises, whatever it describes.
 *
 * @param name  which field, and the rule of its layout: "[W10] integer"
 */
export function fieldSuite<T>(name: string, { field, values, isSame }: FieldUnderTest<T>): void {
  test(`${name}: what was written reads back`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const read = decode(field, encode(field, value)) as T
        if (isSame === undefined) assert.deepEqual(read, value)
        else assert.ok(isSame(read, value), `${JSON.stringify(value)} reads back as ${JSON.stringify(read)}`)
      }),
    )
  })

  test(`${name}: [W6] a value takes bitsMin to bitsMax bits, and encodes to exactly the bytes for them`, () => {
    assert.ok(Number.isFinite(field.bitsMax) && field.bitsMin <= field.bitsMax)
    fc.assert(
      fc.property(values, (value) => {
        const bits = bitString(field, value).length
        assert.ok(field.bitsMin <= bits && bits <= field.bitsMax, `${bits} bits`)
        assert.equal(encode(field, value).length, Math.ceil(bits / 8))
      }),
    )
  })

  test(`${name}: [W7] what decodes encodes to the same bytes again, written or made up`, () => {
    const written = values.map((value) => encode(field, value))
    fc.assert(
      fc.property(fc.oneof(written, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        const value = decode(field, bytes)
        if (value !== undefined) assert.equal(hex(encode(field, value)), hex(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test(`${name}: [W8] arbitrary bytes read without a throw, and leave a value of the field's type`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const value = field.read(new BitReader().reset(bytes))
        assert.doesNotThrow(() => encode(field, value))
      }),
    )
  })

  test(`${name}: [W9] anything at all is written or refused as wire/out-of-range, and nothing stays behind`, () => {
    const writer = new BitWriter(Math.min(Math.ceil(field.bitsMax / 8), 4096) + 1)
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withTypedArray: true }), (anything) => {
        writer.reset()
        writer.bits(5, 3)
        try {
          field.write(writer, anything as T)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'wire/out-of-range', String(error))
          assert.equal(writer.bitLength, 3)
          assert.deepEqual([...writer.finish()], [5])
        }
      }),
    )
  })

  test(`${name}: its initial value can be written`, () => {
    assert.doesNotThrow(() => encode(field, field.initial))
  })
}

/** Returns the bits of a value in the order in which they are written: '1010000' for 5 in seven bits. */
export function bitString<T>(field: Field<T>, value: T): string {
  const writer = new BitWriter(Math.min(Math.ceil(field.bitsMax / 8), 1 << 20))
  field.write(writer, value)
  const reader = new BitReader().reset(writer.finish())
  let bits = ''
  for (let i = 0; i < writer.bitLength; i++) bits += reader.bits(1)
  return bits
}

/** Returns the bytes of such bits, the last one filled with zeros. */
export function bytesOf(bits: string): Uint8Array {
  const writer = new BitWriter(Math.ceil(bits.length / 8))
  for (const bit of bits) writer.bits(Number(bit), 1)
  return writer.finish().slice()
}

/** Returns a number's bits, lowest first, as rules speak of them. */
export function units(count: number, bits: number): string {
  return Array.from({ length: bits }, (_, i) => Math.floor(count / 2 ** i) % 2).join('')
}

/** Asserts that writing the value is refused with this sentence. */
export function assertRefused<T>(field: Field<T>, value: unknown, sentence: RegExp | string): void {
  const message = typeof sentence === 'string' ? `[wire/out-of-range] ${sentence}` : sentence
  assert.throws(() => encode(field, value as T), { code: 'wire/out-of-range', message })
}

/** Asserts that such a description is refused. */
export function assertBadDescription(make: () => unknown): void {
  assert.throws(make, { code: 'wire/bad-description' })
}
