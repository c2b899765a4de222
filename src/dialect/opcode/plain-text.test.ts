import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf, packName, plainName, plainText } from './plain-text.ts'

test('[OP5] what is shown is printable ASCII, and gives a client no orders', () => {
  assert.equal(plainText('Sören Ærø “naïve” – 語\u0000\n'), 'Soren AEro "naive" - ?? ')
  assert.equal(
    plainText('@red@Server: ~120~ mail me@home.example'),
    ' red Server: -120- mail me@home.example',
  )
  for (let code = 0; code < 0x3000; code++) assert.match(plainText(String.fromCharCode(code)), /^[ -~]*$/)
})

test('[OP5] a name has 1 to 12 letters', () => {
  assert.equal(plainName('Ottilie the Miller'), 'Ottilie the')
  assert.equal(plainName(' '), '?')
  assert.equal(plainName('語'), '?')
})

test('[OP5] a browser’s name is a number to the base of 37', () => {
  assert.equal(packName('a'), 1n)
  assert.equal(packName('Z9'), 26n * 37n + 36n)
  assert.equal(packName('a b'), (1n * 37n + 0n) * 37n + 2n)
  assert.equal(packName('zzzzzzzzzzzzzzzz'), packName('zzzzzzzzzzzz'))
  assert.ok(packName('999999999999') < 2n ** 63n)
  assert.equal(packName('!?'), 0n)
})

test('[OP42] long words are cut between words, and letters without end anywhere', () => {
  assert.deepEqual(linesOf('one two three', 7), ['one two', 'three'])
  assert.deepEqual(linesOf('a'.repeat(10), 4), ['aaaa', 'aaaa', 'aa'])
  assert.deepEqual(linesOf('   ', 4), [])
  assert.deepEqual(linesOf('abcd', 4), ['abcd'])
})
