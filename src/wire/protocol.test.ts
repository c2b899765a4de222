import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bool, choice } from './field/choice.ts'
import { float32, float64 } from './field/float.ts'
import { int64, integer, uint64, varint } from './field/integer.ts'
import { list, optional } from './field/list.ts'
import { angle, quantized } from './field/quantized.ts'
import { quaternion } from './field/quaternion.ts'
import { record } from './field/record.ts'
import { bytes, text } from './field/text.ts'
import { vector2, vector3 } from './field/vector.ts'
import { fingerprint, firstDifference } from './protocol.ts'

const metres = { min: 0, max: 512, step: 1 / 64 }
const percent = integer({ min: 0, max: 100 })

test('[W42] a description names the kind, its bounds, and what is inside', () => {
  const descriptions: [{ readonly description: string }, string][] = [
    [bool(), 'bool()'],
    [percent, 'integer(0..100)'],
    [varint(), 'varint()'],
    [int64(), 'int64()'],
    [uint64(), 'uint64()'],
    [float32(), 'float32()'],
    [float64(), 'float64()'],
    [quantized(metres), 'quantized(0..512 by 0.015625)'],
    [angle({ steps: 256 }), 'angle(256)'],
    [choice(['standing', 'a "b", c)']), 'choice("standing", "a \\"b\\", c)")'],
    [text({ bytesMax: 24 }), 'text(24)'],
    [bytes({ bytesMax: 24 }), 'bytes(24)'],
    [vector2(metres), 'vector2(0..512 by 0.015625)'],
    [vector3(metres), 'vector3(0..512 by 0.015625)'],
    [quaternion({ bits: 9 }), 'quaternion(9)'],
    [optional(bool()), 'optional(bool())'],
    [list(percent, { lengthMax: 15 }), 'list(integer(0..100), 15)'],
    [
      record('mover', { x: quantized(metres), health: percent }),
      'record(x: quantized(0..512 by 0.015625), health: integer(0..100))',
    ],
  ]
  for (const [field, description] of descriptions) assert.equal(field.description, description)
})

test('[W43] the fingerprint is 16 digits, and the same everywhere', () => {
  assert.equal(fingerprint('mover: record(x: integer(0..100))'), '8532619431fe7b50')
  assert.notEqual(fingerprint('mover: record(x: integer(0..101))'), '8532619431fe7b50')
})

test('[W44] the first difference names the record, the field, and both sides', () => {
  const described = (fields: Parameters<typeof record>[0]) =>
    `event: bool()\nmover: ${record(fields as never).description}`
  const ours = described({ x: quantized(metres), health: percent } as never)
  const differences: [string, string][] = [
    [ours, 'The protocols are the same.'],
    [
      described({ x: quantized(metres), health: integer({ min: 0, max: 200 }) } as never),
      'mover.health is integer(0..100) here and integer(0..200) there.',
    ],
    [
      described({ x: quantized(metres), health: bool() } as never),
      'mover.health is integer(0..100) here and bool() there.',
    ],
    [described({ x: quantized(metres) } as never), 'mover.health is here and not there.'],
    [
      described({ x: quantized(metres), health: percent, mana: percent } as never),
      'mover.mana is there and not here.',
    ],
    [
      described({ health: percent, x: quantized(metres) } as never),
      'mover has its fields in another order: here x, health; there health, x.',
    ],
    ['event: bool()', 'The record mover is here and not there.'],
    [`${ours}\nother: bool()`, 'The record other is there and not here.'],
    ['', 'The record event is here and not there.'],
  ]
  for (const [theirs, sentence] of differences) assert.equal(firstDifference(ours, theirs), sentence)
})

test('[W44] the first difference is found inside lists, optional values and records', () => {
  const deep = (max: number, lengthMax: number, name: string) =>
    `player: ${
      record({
        gear: list(record({ item: optional(record({ wear: integer({ min: 0, max }) })) }), { lengthMax }),
        gait: choice(['standing', name]),
      }).description
    }`
  const ours = deep(10, 5, 'a, b)')
  assert.equal(
    firstDifference(ours, deep(11, 5, 'a, b)')),
    'player.gear[].item.wear is integer(0..10) here and integer(0..11) there.',
  )
  assert.equal(
    firstDifference(ours, deep(10, 6, 'a, b)')),
    `player.gear is list(record(item: optional(record(wear: integer(0..10)))), 5) here and list(record(item: optional(record(wear: integer(0..10)))), 6) there.`,
  )
  assert.equal(
    firstDifference(ours, deep(10, 5, 'c: "')),
    'player.gait is choice("standing", "a, b)") here and choice("standing", "c: \\"") there.',
  )
})
