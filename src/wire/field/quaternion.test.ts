import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from '../encode.ts'
import { assertBadDescription, assertRefused, bitString, bytesOf, fieldSuite, units } from './field.suite.ts'
import { type Quaternion, quaternion } from './quaternion.ts'

const part = fc.double({ min: -1, max: 1, noNaN: true })
const rotations = fc
  .tuple(part, part, part, part)
  .filter((parts) => Math.hypot(...parts) > 0.01)
  .map((parts) => {
    const length = Math.hypot(...parts)
    const [x, y, z, w] = parts.map((one) => one / length)
    return { x, y, z, w }
  })
const even = fc.constantFrom(0.5, -0.5)
const awkward = fc.oneof(
  fc.record({ x: even, y: even, z: even, w: even }),
  fc.constantFrom(
    { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 },
    { x: 0, y: -Math.SQRT1_2, z: Math.SQRT1_2, w: 0 },
  ),
)

for (const bits of [2, 5, 9, 10, 20]) {
  const step = Math.SQRT1_2 / (2 ** (bits - 1) - 1)
  fieldSuite(`[W25] quaternion(${bits})`, {
    field: quaternion({ bits }),
    values: fc.oneof(rotations, awkward),
    isSame: (read, written) => isWithin(read, written, 1.5 * step + 1e-9),
  })
}

test('[W25] a quaternion is which part is largest and the three others around zero', () => {
  const field = quaternion({ bits: 9 })
  assert.equal(bitString(field, { x: 0, y: 0, z: 0, w: 1 }), `11${units(255, 9).repeat(3)}`)
  assert.equal(bitString(field, { x: 0, y: -1, z: 0, w: 0 }), `10${units(255, 9).repeat(3)}`)
  assert.equal(
    bitString(field, { x: 0.6, y: 0, z: 0, w: 0.8 }),
    `11${units(471, 9)}${units(255, 9).repeat(2)}`,
  )
  assert.deepEqual(decode(field, bytesOf(`11${units(255, 9).repeat(3)}`)), { x: 0, y: 0, z: 0, w: 1 })
})

test('[W25] a quaternion and its negative are the same rotation', () => {
  const field = quaternion({ bits: 9 })
  assert.deepEqual(
    encode(field, { x: -0.6, y: 0, z: 0, w: -0.8 }),
    encode(field, { x: 0.6, y: 0, z: 0, w: 0.8 }),
  )
})

test('[W25] a length that is off by a hundredth is mended, by more is refused', () => {
  const field = quaternion({ bits: 9 })
  assert.deepEqual(
    encode(field, { x: 0, y: 0.6 * 1.009, z: 0, w: 0.8 * 1.009 }),
    encode(field, { x: 0, y: 0.6, z: 0, w: 0.8 }),
  )
  assertRefused(
    field,
    { x: 0, y: 0, z: 0, w: 1.02 },
    'The value is of length 1.02; it travels as a rotation of length 1. Normalise it before sending.',
  )
  assertRefused(field, { x: 0, y: 0, z: 0, w: 0 }, /of length 0/)
  assertRefused(field, { x: 0, y: 0, z: 0, w: Number.NaN }, /of length NaN/)
})

test('[W7] [W25] what a writer would not choose is broken', () => {
  const field = quaternion({ bits: 9 })
  const zero = units(255, 9)
  assert.equal(decode(field, bytesOf(`11${units(511, 9)}${zero}${zero}`)), undefined, 'beyond the last unit')
  assert.equal(
    decode(field, bytesOf(`11${units(510, 9)}${units(510, 9)}${zero}`)),
    undefined,
    'no room for the largest',
  )
  assert.equal(
    decode(field, bytesOf(`11${units(500, 9)}${units(400, 9)}${zero}`)),
    undefined,
    'a larger one than the largest',
  )
})

test('[W45] a quaternion has 2 to 20 bits a part', () => {
  for (const bits of [1, 21, 2.5]) assertBadDescription(() => quaternion({ bits }))
})

/** Returns whether every part lies within `slack`, save the largest, which follows from the others. */
function isWithin(read: Quaternion, written: Quaternion, slack: number): boolean {
  const keys = ['x', 'y', 'z', 'w'] as const
  const sizes = keys.map((key) => Math.abs(written[key]))
  const largest = keys[sizes.indexOf(Math.max(...sizes))]
  const sign = written[largest] < 0 ? -1 : 1
  return keys.every((key) => key === largest || Math.abs(read[key] - sign * written[key]) <= slack)
}
