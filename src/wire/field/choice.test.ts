import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode } from '../encode.ts'
import { bool, choice } from './choice.ts'
import { assertBadDescription, assertRefused, bitString, bytesOf, fieldSuite } from './field.suite.ts'

const gait = choice(['standing', 'walking', 'running'])

fieldSuite('[W20] bool', { field: bool(), values: fc.boolean() })
fieldSuite('[W21] choice', { field: gait, values: fc.constantFrom('standing', 'walking', 'running') })
fieldSuite('[W21] choice of one', { field: choice(['only']), values: fc.constant('only') })

test('[W20] a bool is one bit, and only true and false are bools', () => {
  assert.equal(bitString(bool(), true), '1')
  assert.equal(bitString(bool(), false), '0')
  assertRefused(bool(), 1, 'The value is 1; it travels as true or false.')
  assertRefused(bool(), undefined, /The value is undefined/)
})

test('[W21] a choice travels as the index of its name', () => {
  assert.equal(bitString(gait, 'standing'), '00')
  assert.equal(bitString(gait, 'running'), '01')
  assert.equal(bitString(choice(['only']), 'only'), '')
  assertRefused(gait, 'flying', 'The value is "flying"; it travels as one of standing, walking, running.')
  assertRefused(gait, 'constructor', /it travels as one of/)
})

test('[W7] [W21] an index without a name is broken', () => {
  assert.equal(decode(gait, bytesOf('11')), undefined)
})

test('[W21] changing the array of names later changes nothing', () => {
  const names = ['a', 'b']
  const field = choice(names)
  names[0] = 'c'
  assert.equal(decode(field, bytesOf('0')), 'a')
})

test('[W45] a choice needs a name, and each name once', () => {
  assertBadDescription(() => choice([]))
  assertBadDescription(() => choice(['a', 'b', 'a']))
})
