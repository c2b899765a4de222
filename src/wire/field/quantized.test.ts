import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from '../encode.ts'
import { assertBadDescription, assertRefused, bitString, bytesOf, fieldSuite, units } from './field.suite.ts'
import { angle, quantized } from './quantized.ts'

const TURN = 2 * Math.PI

for (const { min, max, step } of [
  { min: 0, max: 512, step: 1 / 64 },
  { min: -1, max: 1, step: 0.1 },
  { min: -1e9, max: 1e9, step: 0.5 },
  { min: 100, max: 103, step: 1 },
  { min: 0, max: 2 ** 32, step: 1 },
]) {
  const field = quantized({ min, max, step })
  const slack = Math.max(Math.abs(min), Math.abs(max)) * 2 ** -50
  fieldSuite(`[W13] quantized(${min}..${max} by ${step})`, {
    field,
    values: fc.double({ min, max, maxExcluded: true, noNaN: true }),
    isSame: (read, written) => Math.abs(read - Math.min(written, max - step)) <= step / 2 + slack,
  })
}

for (const steps of [256, 1, 3, 1000, 2 ** 32]) {
  const step = TURN / steps
  fieldSuite(`[W14] angle(${steps})`, {
    field: angle({ steps }),
    values: fc.double({ min: -100, max: 100, noNaN: true }),
    isSame: (read, written) => {
      const apart = Math.abs(read - written) % TURN
      return read >= 0 && read < TURN && Math.min(apart, TURN - apart) <= step / 2 + 1e-12
    },
  })
}

test('[W13] a quantized number travels as the nearest count of steps above min', () => {
  const metres = quantized({ min: -8, max: 8, step: 1 / 4 })
  assert.equal(metres.bitsMax, 6)
  assert.equal(bitString(metres, -8), units(0, 6))
  assert.equal(bitString(metres, 0), units(32, 6))
  assert.equal(bitString(metres, 0.12), units(32, 6))
  assert.equal(bitString(metres, 0.13), units(33, 6))
  assert.equal(decode(metres, bytesOf(units(63, 6))), 7.75)
})

test('[W13] the range is half-open: min is carried, max is not, and the last half step reads back below max', () => {
  const metres = quantized({ min: 0, max: 512, step: 1 / 64 })
  assert.equal(decode(metres, encode(metres, 0)), 0)
  assert.equal(decode(metres, encode(metres, 511.9999)), 512 - 1 / 64)
  assertRefused(
    metres,
    512,
    'The value is 512; it travels as 0 <= v < 512. Clamp it before sending, or widen the field.',
  )
  assertRefused(metres, -Number.MIN_VALUE, /it travels as 0 <= v < 512/)
  assertRefused(metres, Number.NaN, /The value is NaN; it travels as/)
  assertRefused(metres, '5', /The value is "5"; it travels as/)
})

test('[W7] [W13] units beyond the last are broken', () => {
  const field = quantized({ min: 0, max: 5, step: 1 })
  assert.equal(decode(field, bytesOf('001')), 4)
  assert.equal(decode(field, bytesOf('101')), undefined)
})

test('[W13] the initial value is the one nearest to zero', () => {
  assert.equal(quantized({ min: -8, max: 8, step: 0.25 }).initial, 0)
  assert.equal(quantized({ min: 3, max: 8, step: 0.25 }).initial, 3)
  assert.equal(quantized({ min: -8, max: -3, step: 0.25 }).initial, -3.25)
})

test('[W14] an angle wraps, rounds, and just below a whole turn is zero again', () => {
  const compass = angle({ steps: 8 })
  assert.equal(bitString(compass, Math.PI), units(4, 3))
  assert.equal(bitString(compass, -Math.PI / 2), units(6, 3))
  assert.equal(bitString(compass, 5 * TURN + Math.PI / 4), units(1, 3))
  assert.equal(bitString(compass, TURN - 0.01), units(0, 3))
  assert.equal(decode(compass, bytesOf('111')), (7 * Math.PI) / 4)
})

test('[W14] an angle that is not finite is refused', () => {
  assertRefused(angle({ steps: 8 }), Number.NaN, /The value is NaN; it travels as a finite angle/)
  assertRefused(angle({ steps: 8 }), Number.NEGATIVE_INFINITY, /it travels as a finite angle/)
})

test('[W45] steps must divide the range, and be some', () => {
  assertBadDescription(() => quantized({ min: 0, max: 1, step: 0.3 }))
  assertBadDescription(() => quantized({ min: 0, max: 0, step: 1 }))
  assertBadDescription(() => quantized({ min: 1, max: 0, step: 1 }))
  assertBadDescription(() => quantized({ min: 0, max: 1, step: -1 }))
  assertBadDescription(() => quantized({ min: 0, max: 1, step: Number.NaN }))
  assertBadDescription(() => quantized({ min: 0, max: Number.POSITIVE_INFINITY, step: 1 }))
  assertBadDescription(() => quantized({ min: 0, max: 2 ** 33, step: 1 }))
  assertBadDescription(() => quantized({ min: 2 ** 60, max: 2 ** 60 + 1024, step: 256 }))
  assertBadDescription(() => quantized({ min: 2 ** 50, max: 2 ** 50 + 1, step: 1 / 4 }))
  assertBadDescription(() => angle({ steps: 0 }))
  assertBadDescription(() => angle({ steps: 1.5 }))
  assertBadDescription(() => angle({ steps: 2 ** 32 + 1 }))
})
