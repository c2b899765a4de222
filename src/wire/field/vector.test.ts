import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode } from '../encode.ts'
import { assertRefused, bitString, bytesOf, fieldSuite, units } from './field.suite.ts'
import { vector2, vector3 } from './vector.ts'

const plain = { noNullPrototype: true }
const part = { min: -8, max: 8, noNaN: true, maxExcluded: true }
const steps = { min: -8, max: 8, step: 1 / 16 }
const fine = { min: -8, max: 8, step: 2 ** -16 }

const isNear = (step: number) => (read: object, written: object) =>
  Object.entries(read).every(([key, value]) => {
    const original = Math.min((written as Record<string, number>)[key], 8 - step)
    return Math.abs(value - original) <= step / 2
  })

fieldSuite('[W24] vector2', {
  field: vector2(steps),
  values: fc.record({ x: fc.double(part), y: fc.double(part) }, plain),
  isSame: isNear(steps.step),
})
fieldSuite('[W24] vector3', {
  field: vector3(steps),
  values: fc.record({ x: fc.double(part), y: fc.double(part), z: fc.double(part) }, plain),
  isSame: isNear(steps.step),
})
fieldSuite('[W24] vector3 of more than one word', {
  field: vector3(fine),
  values: fc.record({ x: fc.double(part), y: fc.double(part), z: fc.double(part) }, plain),
  isSame: isNear(fine.step),
})
fieldSuite('[W24] vector2 of two whole words', {
  field: vector2({ min: 0, max: 2 ** 32, step: 1 }),
  values: fc.record({ x: fc.nat(), y: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }, plain),
})

test('[W24] a vector is x, y and z, each as a quantized number', () => {
  assert.equal(bitString(vector2(steps), { x: -8, y: 0 }), units(0, 8) + units(128, 8))
  assert.equal(
    bitString(vector3(steps), { x: -8, y: 0, z: 7.9 }),
    units(0, 8) + units(128, 8) + units(254, 8),
  )
  assert.equal(vector3(fine).bitsMax, 60)
})

test('[W9] a vector that is refused names the part, and nothing of it stays behind', () => {
  assertRefused(vector2(steps), { x: 0, y: 8 }, /^\[wire\/out-of-range\] y is 8; it travels as -8 <= v < 8/)
  assertRefused(vector3(fine), { x: 0, y: 0 }, /z is undefined/)
  assertRefused(vector2(steps), undefined, /The value is undefined; it travels as a vector/)
})

test('[W7] [W24] units beyond the last are broken in every part', () => {
  const field = vector2({ min: 0, max: 3, step: 1 })
  assert.deepEqual(decode(field, bytesOf('0101')), { x: 2, y: 2 })
  assert.equal(decode(field, bytesOf('1101')), undefined)
  assert.equal(decode(field, bytesOf('0111')), undefined)
})
