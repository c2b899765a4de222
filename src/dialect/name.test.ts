import assert from 'node:assert/strict'
import { test } from 'node:test'
import { properName } from './name.ts'

test('a name has single spaces, none around it, and one spelling', () => {
  assert.equal(properName('  Ada \t Lovelace '), 'Ada Lovelace')
  assert.equal(properName('Zoe\u0308'), 'Zo\u00eb')
})

test('1 to 24 characters are a name, 0 and 25 are none', () => {
  assert.equal(properName('x'), 'x')
  assert.equal(properName('x'.repeat(24)), 'x'.repeat(24))
  assert.equal(properName(''), undefined)
  assert.equal(properName('   '), undefined)
  assert.equal(properName('x'.repeat(25)), undefined)
})

test('64 bytes are a name, 65 are none', () => {
  const wide = '\u6c34'
  assert.equal(properName(`${wide.repeat(21)}a`), `${wide.repeat(21)}a`)
  assert.equal(properName(`${wide.repeat(21)}aa`), undefined)
})

test('what cannot be seen is in no name', () => {
  for (const hidden of ['a\u0000b', 'a\u200bb', 'a\u202eb', 'a\ud800b', 'a\ue000b'])
    assert.equal(properName(hidden), undefined, JSON.stringify(hidden))
})
