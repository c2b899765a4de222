import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hash } from './hash.ts'
import { Random } from './random.ts'

test('a digest is 16 hexadecimal digits, whatever was hashed', () => {
  const random = new Random(1)
  for (let i = 0; i < 1000; i++) assert.match(new Hash().word(random.next()).digest, /^[0-9a-f]{16}$/)
  assert.match(new Hash().digest, /^[0-9a-f]{16}$/)
})

test('digests are the same on every platform and for ever: these are pinned', () => {
  assert.equal(new Hash().digest, '8ac590b974141c20')
  assert.equal(new Hash().text('shardless').digest, 'a608c7d2dc8a16f0')
})

test('bytes, words and text are one stream of bytes', () => {
  const whole = new Hash().bytes(Uint8Array.of(0x78, 0x56, 0x34, 0x12, 0x61, 0x00)).digest
  assert.equal(new Hash().word(0x12345678).text('a').digest, whole)
  assert.equal(new Hash().word(0x12345678 - 2 ** 32).text('a').digest, whole)
  assert.equal(new Hash().byte(0x178).byte(0x56).byte(0x34).byte(0x12).byte(0x61).byte(0).digest, whole)
})

test('asking for the digest changes nothing', () => {
  const hash = new Hash().text('a')
  assert.equal(hash.digest, hash.digest)
  assert.equal(hash.text('b').digest, new Hash().text('ab').digest)
})

test('order and length count', () => {
  const digests = ['', '\0', '\0\0', 'ab', 'ba', 'abc'].map((text) => new Hash().text(text).digest)
  assert.equal(new Set(digests).size, digests.length)
})

test('200,000 short inputs that differ by little have no two equal digests', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 200_000; i++) seen.add(new Hash().word(i).digest)
  assert.equal(seen.size, 200_000)
})
