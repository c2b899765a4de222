import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader } from '../bit/bit-reader.ts'
import { decode } from '../encode.ts'
import { bool } from './choice.ts'
import { assertBadDescription, assertRefused, bitString, bytesOf, fieldSuite } from './field.suite.ts'
import { integer } from './integer.ts'
import { list, optional } from './list.ts'
import { record } from './record.ts'
import { text } from './text.ts'

const plain = { noNullPrototype: true }
const small = integer({ min: 0, max: 4 })
const name = text({ bytesMax: 9 })

fieldSuite('[W30] optional', { field: optional(small), values: fc.option(fc.nat(4), { nil: undefined }) })
fieldSuite('[W30] optional of optional', {
  field: optional(record({ name: optional(name) })),
  values: fc.option(fc.record({ name: fc.option(fc.constantFrom('', 'ab'), { nil: undefined }) }, plain), {
    nil: undefined,
  }),
})
fieldSuite('[W31] list', {
  field: list(small, { lengthMax: 20 }),
  values: fc.array(fc.nat(4), { maxLength: 20 }),
})
fieldSuite('[W31] list of lists', {
  field: list(list(name, { lengthMax: 3 }), { lengthMax: 5 }),
  values: fc.array(fc.array(fc.constantFrom('', 'abc', 'é'), { maxLength: 3 }), { maxLength: 5 }),
})
fieldSuite('[W31] list that is always empty', {
  field: list(small, { lengthMax: 0 }),
  values: fc.constant([]),
})

test('[W30] what is optional already cannot be made so again', () => {
  assert.throws(() => optional(optional(small)), { code: 'wire/bad-description' })
})

test('[W30] an optional value is one bit, and then itself', () => {
  assert.equal(bitString(optional(small), undefined), '0')
  assert.equal(bitString(optional(small), 3), '1110')
  assertRefused(optional(small), null, /The value is null; it travels as whole numbers, 0\.\.4/)
})

test('[W31] a list is how many, and then each', () => {
  const field = list(small, { lengthMax: 6 })
  assert.equal(bitString(field, []), '000')
  assert.equal(bitString(field, [1, 4]), '010' + '100' + '001')
})

test('[W31] a list is refused one item beyond its length', () => {
  const field = list(bool(), { lengthMax: 2 })
  assertRefused(
    field,
    [true, true, true],
    'The value is a list of 3; it travels as at most 2. Send less, or widen the field.',
  )
  assertRefused(field, 'ab', /it travels as a list/)
  assert.equal(decode(field, bytesOf('11111')), undefined)
})

test('[W9] an item that is refused is named by its index', () => {
  assertRefused(
    list(small, { lengthMax: 6 }),
    [1, 2, 5],
    /^\[wire\/out-of-range\] \[2\] is 5; it travels as 0\.\.4/,
  )
  assertRefused(list(list(small, { lengthMax: 6 }), { lengthMax: 6 }), [[1], [2, 5]], /\[1\]\[1\] is 5/)
  assertRefused(
    list(optional(record({ a: small })), { lengthMax: 6 }),
    [undefined, { a: 7 }],
    /\[1\]\.a is 7/,
  )
})

test('[W8] a list that the bits left could not hold is broken before anything is made for it', () => {
  const huge = list(integer({ min: 0, max: 255 }), { lengthMax: 2 ** 24 - 1 })
  const reader = new BitReader().reset(Uint8Array.of(255, 255, 255, 1, 2))
  assert.deepEqual(huge.read(reader), [])
  assert.equal(reader.isBroken, true)
})

test('[W8] lists in lists make no more items for each level than there are bits', () => {
  let field = list(bool(), { lengthMax: 2 ** 16 - 1 })
  const depth = 3
  for (let i = 1; i < depth; i++) field = list(field, { lengthMax: 2 ** 16 - 1 }) as never
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 255 }), (bytes, fill) => {
      for (let i = 0; i < bytes.length; i += 3) bytes[i] = fill
      const count = (value: unknown): number =>
        Array.isArray(value) ? value.reduce((sum, each) => sum + 1 + count(each), 0) : 0
      assert.ok(count(field.read(new BitReader().reset(bytes))) <= depth * 8 * bytes.length)
    }),
  )
})

test('[W45] a list needs a sensible bound, items of at least one bit, and fewer than 2^53 bits', () => {
  for (const lengthMax of [-1, 0.5, 2 ** 24, Number.NaN])
    assertBadDescription(() => list(small, { lengthMax }))
  assertBadDescription(() => list(integer({ min: 3, max: 3 }), { lengthMax: 5 }))
  const long = { lengthMax: 2 ** 24 - 1 }
  assertBadDescription(() => list(list(list(small, long), long), long))
})
