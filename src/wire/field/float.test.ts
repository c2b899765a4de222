import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from '../encode.ts'
import { assertRefused, bytesOf, fieldSuite, units } from './field.suite.ts'
import { float32, float64 } from './float.ts'

const finite = { noNaN: true, noDefaultInfinity: true }

fieldSuite('[W15] float32', { field: float32(), values: fc.float(finite) })
fieldSuite('[W15] float64', { field: float64(), values: fc.double(finite) })

test('[W15] floats are IEEE 754, the lower half first', () => {
  assert.deepEqual(encode(float32(), 1.5), new Uint8Array(new Float32Array([1.5]).buffer))
  assert.deepEqual(encode(float64(), Math.PI), new Uint8Array(new Float64Array([Math.PI]).buffer))
})

test('[W15] float32 rounds to the nearest, and what would round to infinity is refused', () => {
  assert.equal(decode(float32(), encode(float32(), 0.1)), Math.fround(0.1))
  assert.equal(decode(float32(), encode(float32(), 3.4028234e38)), Math.fround(3.4028234e38))
  assertRefused(float32(), 3.4028236e38, /it travels as a finite number/)
})

test('[W15] -0 stays -0', () => {
  assert.ok(Object.is(decode(float32(), encode(float32(), -0)), -0))
  assert.ok(Object.is(decode(float64(), encode(float64(), -0)), -0))
})

test('[W15] NaN and infinities are neither written nor read', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assertRefused(float32(), value, /it travels as a finite number/)
    assertRefused(float64(), value, /it travels as a finite number/)
    assert.equal(decode(float32(), new Uint8Array(new Float32Array([value]).buffer)), undefined)
    assert.equal(decode(float64(), new Uint8Array(new Float64Array([value]).buffer)), undefined)
  }
  assert.equal(decode(float32(), bytesOf(units(0x7fc00001, 32))), undefined)
})
