import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from '../encode.ts'
import { assertBadDescription, assertRefused, bitString, bytesOf, fieldSuite, units } from './field.suite.ts'
import { int64, integer, uint64, varint } from './integer.ts'

const safe = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
const half = { min: -(2 ** 52), max: 2 ** 52 - 1 }

for (const bounds of [
  { min: 0, max: 100 },
  { min: -7, max: -7 },
  { min: 0, max: 2 ** 32 - 1 },
  { min: -(2 ** 31), max: 2 ** 31 - 1 },
  { min: -5, max: 2 ** 32 },
  half,
]) {
  fieldSuite(`[W10] integer(${bounds.min}..${bounds.max})`, {
    field: integer(bounds),
    values: fc.oneof(fc.integer(bounds), fc.constantFrom(bounds.min, bounds.max)),
    isSame: (read, written) => read === written && !Object.is(read, -0),
  })
}
fieldSuite('[W11] varint', { field: varint(), values: fc.oneof(fc.nat(300), fc.maxSafeNat()) })
fieldSuite('[W12] int64', { field: int64(), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) })
fieldSuite('[W12] uint64', { field: uint64(), values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) })

test('[W10] an integer travels as its distance from min in the fewest bits', () => {
  const percent = integer({ min: 0, max: 100 })
  assert.equal(bitString(percent, 5), units(5, 7))
  assert.equal(bitString(integer({ min: -3, max: 4 }), -3), '000')
  assert.equal(bitString(integer({ min: -3, max: 4 }), 4), '111')
  assert.equal(bitString(integer({ min: -3, max: 5 }), 5), units(8, 4))
  assert.equal(bitString(integer({ min: 9, max: 9 }), 9), '')
  assert.equal(bitString(integer({ min: 0, max: 2 ** 40 - 1 }), 2 ** 39 + 1), units(1, 32) + units(2 ** 7, 8))
})

test('[W10] an integer is refused one step beyond its border', () => {
  const percent = integer({ min: 0, max: 100 })
  assert.equal(decode(percent, encode(percent, 100)), 100)
  assertRefused(
    percent,
    101,
    'The value is 101; it travels as 0..100. Clamp it before sending, or widen the field.',
  )
  assertRefused(percent, -1, /The value is -1; it travels as 0\.\.100\./)
  assertRefused(percent, 0.5, /The value is 0\.5; it travels as whole numbers, 0\.\.100\./)
  assertRefused(percent, '7', /The value is "7"; it travels as whole numbers/)
  assertRefused(integer(half), 2 ** 52, /it travels as/)
})

test('[W7] [W10] units beyond the last are broken', () => {
  assert.equal(decode(integer({ min: 0, max: 100 }), bytesOf(units(101, 7))), undefined)
  assert.equal(decode(integer({ min: 0, max: 2 ** 40 }), bytesOf(units(2 ** 40 + 1, 41))), undefined)
})

test('[W10] -0 travels as 0, where it begins and in units', () => {
  const around = integer({ min: -1, max: 1 })
  assert.ok(Object.is(decode(around, encode(around, -0)), 0))
  assert.ok(Object.is(integer({ min: 0, max: 1 }).scalar?.toUnits(-0), 0))
})

test('[W12] bigints travel in two halves, the lower first', () => {
  assert.equal(bitString(uint64(), 1n + 2n ** 63n), units(1, 32) + units(2 ** 31, 32))
  assert.equal(bitString(int64(), -1n), '1'.repeat(64))
})

test('[W12] bigints are refused one step beyond their border, and numbers always', () => {
  assertRefused(int64(), 2n ** 63n, /The value is 9223372036854775808n; it travels as a bigint/)
  assertRefused(int64(), -(2n ** 63n) - 1n, /it travels as a bigint/)
  assertRefused(uint64(), 2n ** 64n, /it travels as a bigint/)
  assertRefused(uint64(), -1n, /it travels as a bigint/)
  assertRefused(uint64(), 1, /it travels as a bigint/)
})

test('[W45] an integer needs safe bounds, the right way round, fewer than 2^53 apart', () => {
  assertBadDescription(() => integer({ min: 1, max: 0 }))
  assertBadDescription(() => integer({ min: 0, max: 0.5 }))
  assertBadDescription(() => integer({ min: 0, max: 2 ** 53 }))
  assertBadDescription(() => integer({ min: 0, max: Number.NaN }))
  assertBadDescription(() => integer(safe))
  assert.equal(integer({ min: 0, max: 2 ** 53 - 1 }).bitsMax, 53)
})
