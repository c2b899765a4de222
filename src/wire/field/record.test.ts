import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitWriter } from '../bit/bit-writer.ts'
import { decode, encode } from '../encode.ts'
import { bool, choice } from './choice.ts'
import { assertBadDescription, assertRefused, bitString, bytesOf, fieldSuite, units } from './field.suite.ts'
import type { Field } from './field.ts'
import { integer } from './integer.ts'
import { list, optional } from './list.ts'
import { angle, quantized } from './quantized.ts'
import { record } from './record.ts'
import { text } from './text.ts'

const plain = { noNullPrototype: true }
const percent = integer({ min: 0, max: 100 })
const mover = record('mover', {
  x: quantized({ min: 0, max: 512, step: 1 / 64 }),
  y: quantized({ min: 0, max: 512, step: 1 / 64 }),
  facing: angle({ steps: 256 }),
  health: percent,
})

fieldSuite('[W32] record', {
  field: mover,
  values: fc
    .tuple(fc.nat(32_767), fc.nat(32_767), fc.nat(255), fc.nat(100))
    .map(([x, y, facing, health]) => ({
      x: x / 64,
      y: y / 64,
      facing: facing * ((2 * Math.PI) / 256),
      health,
    })),
})
fieldSuite('[W32] record of nothing', { field: record({}), values: fc.constant({}) })
for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 40]) {
  const names = Array.from({ length: count }, (_, i) => `field${i}`)
  const small = integer({ min: -1, max: 2 ** ((count % 13) + 1) })
  const fields = Object.fromEntries(
    names.map((name, i) => [name, i % 5 === 3 ? text({ bytesMax: 9 }) : small]),
  )
  const values = names.map((name, i) => [
    name,
    i % 5 === 3 ? fc.constantFrom('', 'ab') : fc.integer({ min: -1, max: 2 }),
  ])
  fieldSuite(`[W32] record of ${count}`, {
    field: record(fields) as Field<unknown>,
    values: fc.record(Object.fromEntries(values), plain),
  })
}
fieldSuite('[W32] record of whole words', {
  field: record({
    a: integer({ min: 0, max: 2 ** 32 - 1 }),
    b: integer({ min: 5, max: 5 }),
    c: bool(),
    d: quantized({ min: 0, max: 2 ** 32, step: 1 }),
  }),
  values: fc.record(
    {
      a: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      b: fc.constant(5),
      c: fc.boolean(),
      d: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    },
    plain,
  ),
})

test('[W32] a record is its fields in the order of its keys, nothing between them', () => {
  const field = record({
    b: integer({ min: 0, max: 7 }),
    a: bool(),
    n: text({ bytesMax: 3 }),
    c: integer({ min: 0, max: 3 }),
  })
  assert.equal(bitString(field, { a: true, b: 4, c: 1, n: 'a' }), `001${'1'}${'10'}${units(0x61, 8)}${'10'}`)
  assert.deepEqual(field.keys, ['b', 'a', 'n', 'c'])
  assert.equal(mover.bitsMin, 45)
  assert.equal(mover.bitsMax, 45)
})

test('[W32] a record is the same bits as its fields written one by one', () => {
  const value = { x: 100.5, y: 3.25, facing: 0, health: 77 }
  const apart = mover.keys.map((key) => bitString(mover.fields[key], value[key]))
  assert.equal(bitString(mover, value), apart.join(''))
})

test('[W32] optional keys may be missing, other keys are left out, and all keys are there when read', () => {
  const field = record({ name: optional(text({ bytesMax: 9 })), gait: choice(['standing', 'walking']) })
  const wide = { gait: 'walking' as const, other: 5 }
  const read = decode(field, encode(field, wide))
  assert.deepEqual(Object.keys(read ?? {}), ['name', 'gait'])
  assert.deepEqual(read, { name: undefined, gait: 'walking' })
})

test('[W7] [W32] an impossible field breaks the record', () => {
  assert.equal(decode(mover, bytesOf(units(0, 38) + units(101, 7))), undefined)
  assert.notEqual(decode(mover, bytesOf(units(0, 38) + units(100, 7))), undefined)
})

test('[W9] a value that is refused is named by its path, and nothing of the record stays behind', () => {
  const good = { x: 1, y: 2, facing: 0, health: 100 }
  assertRefused(
    mover,
    { ...good, health: 140 },
    'mover.health is 140; it travels as 0..100. Clamp it before sending, or widen the field.',
  )
  assertRefused(mover, { ...good, facing: Number.NaN }, /mover\.facing is NaN; it travels as a finite angle/)
  assertRefused(mover, { ...good, x: undefined }, /mover\.x is undefined/)
  assertRefused(mover, undefined, 'mover is undefined; it travels as a record of x, y, facing, health.')
  assertRefused(record({ a: percent }), { a: -1 }, /^\[wire\/out-of-range\] a is -1/)
  const writer = new BitWriter(8)
  writer.bits(1, 2)
  assert.throws(() => mover.write(writer, { ...good, health: 140 }))
  assert.equal(writer.bitLength, 2)
})

test('[W9] the path goes through nested records and lists, whatever names they have', () => {
  const item = record('item', { wear: percent })
  const player = record('player', {
    isIdle: bool(),
    gear: list(item, { lengthMax: 5 }),
    hat: optional(item),
    look: record({ deep: record({ er: percent }) }),
  })
  const good = { isIdle: true, gear: [], look: { deep: { er: 1 } } }
  assertRefused(
    player,
    { ...good, gear: [{ wear: 1 }, { wear: 101 }] },
    /player\.gear\[1\]\.wear is 101; it travels as 0\.\.100/,
  )
  assertRefused(player, { ...good, hat: { wear: '1' } }, /player\.hat\.wear is "1"/)
  assertRefused(player, { ...good, look: { deep: { er: 5n } } }, /player\.look\.deep\.er is 5n/)
  assertRefused(player, { ...good, look: { deep: [] } }, /player\.look\.deep\.er is undefined/)
  assertRefused(player, { ...good, gear: 'none' }, /player\.gear is "none"; it travels as a list/)
})

test('[W9] an error that is not about a value passes as it is, and nothing of the record stays behind', () => {
  const writer = new BitWriter(8)
  const trap = {
    x: 1,
    y: 1,
    facing: 1,
    get health(): number {
      throw new RangeError('no health today')
    },
  }
  assert.throws(() => mover.write(writer, trap), RangeError)
  assert.equal(writer.bitLength, 0)
})

test('[W45] keys are identifiers', () => {
  for (const key of ['', '0', '7up', 'a b', 'a:b', 'a.b', '"', 'naïve', '__proto__']) {
    assertBadDescription(() => record('it', Object.fromEntries([[key, percent]])))
  }
  assert.deepEqual(record({ $: percent, _a1: percent }).keys, ['$', '_a1'])
})
