import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integer, text } from '../wire/index.ts'
import { entity, kindOf, once, type Parts, reference } from './entity.ts'
import { motion } from './position.ts'

const place = { index: 0, ticksPerSecond: 20 }
const body = motion({ tolerance: 1, speedMax: 5 })

test('a kind has its position, its changing fields in the order described, and one record of what is told once', () => {
  const parts = { name: once(text({ bytesMax: 8 })), health: integer({ min: 0, max: 9 }), position: body }
  const kind = kindOf('walker', place, entity({ ...parts, gold: integer({ min: 0, max: 9 }) }).parts)
  assert.deepEqual(
    kind.fields.map(({ name }) => name),
    ['health', 'gold'],
  )
  assert.deepEqual(kind.staticNames, ['name'])
  assert.equal(kind.position?.style, 'motion')
})

test('an entity has id and kind already, and its position is called position', () => {
  for (const parts of [{ id: reference() }, { kind: reference() }, { place: body }] as Parts[])
    assert.throws(() => entity(parts), { code: 'world/bad-entity' }, Object.keys(parts)[0])
})

test('30 changing fields are a kind, 31 are too many', () => {
  const fields = (count: number): Parts =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, integer({ min: 0, max: 1 })]))
  assert.equal(kindOf('wide', place, fields(30)).fields.length, 30)
  assert.throws(() => kindOf('wide', place, fields(31)), { code: 'world/bad-entity' })
})

test('whether a field is told once is part of the description', () => {
  const health = integer({ min: 0, max: 9 })
  assert.notEqual(
    kindOf('a', place, { health }).description,
    kindOf('a', place, { health: once(health) }).description,
  )
})
