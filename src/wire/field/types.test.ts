import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../encode.ts'
import { bool, choice } from './choice.ts'
import type { Field, Infer } from './field.ts'
import { int64, integer } from './integer.ts'
import { list, optional } from './list.ts'
import { record } from './record.ts'
import { text } from './text.ts'
import { vector2 } from './vector.ts'

const player = record('player', {
  name: text({ bytesMax: 24 }),
  gait: choice(['standing', 'walking']),
  at: vector2({ min: 0, max: 64, step: 1 }),
  gold: int64(),
  party: list(integer({ min: 0, max: 9 }), { lengthMax: 4 }),
  guild: optional(text({ bytesMax: 24 })),
})
type Player = Infer<typeof player>

interface Expected {
  name: string
  gait: 'standing' | 'walking'
  at: { readonly x: number; readonly y: number }
  gold: bigint
  party: readonly number[]
  guild?: string | undefined
}

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isAsExpected: Same<Player, Expected> = true
const isNotAny: Same<Player, unknown> = false

const ada: Player = { name: 'Ada', gait: 'walking', at: { x: 1, y: 2 }, gold: 5n, party: [1, 2] }

test('[W46] the type of a value follows from its description', () => {
  assert.equal(isAsExpected, true)
  assert.equal(isNotAny, false)
  assert.ok(encode(player, ada).length > 0)
  const field: Field<Player> = player
  const health: Field<number> = integer({ min: 0, max: 9 })
  assert.equal(field.initial.gait, 'standing')
  assert.equal(health.initial, 0)
})

test('[W46] another value is an error of the compiler', () => {
  // @ts-expect-error: not one of the names
  assert.throws(() => encode(player, { ...ada, gait: 'flying' }))
  // @ts-expect-error: a number where a bigint travels
  assert.throws(() => encode(player, { ...ada, gold: 5 }))
  // @ts-expect-error: a key is missing
  assert.throws(() => encode(player, { name: 'Ada', gait: 'walking', at: { x: 1, y: 2 }, gold: 5n }))
  // @ts-expect-error: a list of text where numbers travel
  assert.throws(() => encode(player, { ...ada, party: ['one'] }))
  // @ts-expect-error: null is not missing
  assert.throws(() => encode(player, { ...ada, guild: null }))
  // @ts-expect-error: text is no bool
  assert.throws(() => encode(bool(), 'yes'))
})

test('[W46] a field of one type is no field of another', () => {
  // @ts-expect-error: a field of numbers
  const wrong: Field<string> = integer({ min: 0, max: 9 })
  // @ts-expect-error: a field of two names cannot carry every text
  const narrow: Field<string> = choice(['standing', 'walking'])
  // @ts-expect-error: read is Player, which has no such key
  const read = (value: Player) => value.mana
  assert.equal(wrong.kind, 'integer')
  assert.equal(narrow.kind, 'choice')
  assert.equal(read(ada), undefined)
})
