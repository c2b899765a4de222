import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat } from '../../core/index.ts'
import { BitReader } from '../bit/bit-reader.ts'
import { isUtf8 } from '../bit/utf8.ts'
import { decode, encode } from '../encode.ts'
import { assertBadDescription, assertRefused, bitString, fieldSuite, units } from './field.suite.ts'
import { bytes, text } from './text.ts'

const encoder = new TextEncoder()
const anyText = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)

fieldSuite('[W22] text', { field: text({ bytesMax: 1000 }), values: anyText })
fieldSuite('[W23] bytes', { field: bytes({ bytesMax: 100 }), values: fc.uint8Array({ maxLength: 100 }) })
fieldSuite('[W22] text of nothing', { field: text({ bytesMax: 0 }), values: fc.constant('') })

test('[W22] text is its length in bytes and then UTF-8, at any bit', () => {
  const field = text({ bytesMax: 20 })
  assert.equal(bitString(field, ''), '00000')
  assert.equal(bitString(field, 'a'), units(1, 5) + units(0x61, 8))
  assert.equal(bitString(field, 'é'), units(2, 5) + units(0xc3, 8) + units(0xa9, 8))
})

test('[W22] the bound counts bytes and not characters', () => {
  const field = text({ bytesMax: 4 })
  assert.equal(decode(field, encode(field, 'abcd')), 'abcd')
  assert.equal(decode(field, encode(field, '🐉')), '🐉')
  assertRefused(
    field,
    'éé!',
    'The value is 5 bytes long; it travels as at most 4 bytes of UTF-8. Cut it before sending, or widen the field.',
  )
  assertRefused(field, 'abcde', /The value is 5 bytes long/)
  assertRefused(field, 5, /The value is 5; it travels as text/)
})

test('[W22] half a surrogate pair is not written', () => {
  const field = text({ bytesMax: 20 })
  assertRefused(field, 'a\ud83d', /half a surrogate pair; it travels as UTF-8/)
  assertRefused(field, '\udc09\ud83d', /half a surrogate pair/)
  assert.equal(decode(field, encode(field, '\ud83d\udc09')), '🐉')
})

test('[W22] a byte order mark is a character like others, in short text and in long', () => {
  for (const value of ['\ufeffhi', `\ufeff${'long '.repeat(40)}`]) {
    assert.equal(decode(text({ bytesMax: 500 }), encode(text({ bytesMax: 500 }), value)), value)
  }
})

test('[W22] bytes that are not UTF-8 are broken, wherever they stand', () => {
  const wrong = [
    [0x80],
    [0xc0, 0x80],
    [0xc1, 0xbf],
    [0xe0, 0x9f, 0xbf],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x8f, 0xbf, 0xbf],
  ]
  wrong.push([0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc3], [0xe2, 0x82], [0xff], [0xc3, 0x28])
  const carrier = bytes({ bytesMax: 255 })
  for (const octets of wrong) {
    for (const before of [0, 1, 2, 3, 4, 70]) {
      const whole = concat([new Uint8Array(before).fill(0x61), Uint8Array.from(octets)])
      assert.equal(isUtf8(whole), false, String(octets))
      assert.equal(decode(text({ bytesMax: 255 }), encode(carrier, whole)), undefined, String(octets))
    }
  }
})

test('[W22] what is UTF-8 is what the platform says is UTF-8', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const octet = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf),
  )
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 6 }), (octets) => {
      let isAccepted = true
      try {
        strict.decode(Uint8Array.from(octets))
      } catch {
        isAccepted = false
      }
      assert.equal(isUtf8(Uint8Array.from(octets)), isAccepted)
    }),
    { numRuns: 3000 },
  )
})

test('[W8] a length that is not there is broken before anything is made for it', () => {
  const reader = new BitReader().reset(encoder.encode('\xff\xff\xff'))
  assert.equal(text({ bytesMax: 2 ** 24 - 1 }).read(reader), '')
  assert.equal(reader.isBroken, true)
  reader.reset(Uint8Array.of(255, 255, 255, 0))
  assert.equal(bytes({ bytesMax: 2 ** 24 - 1 }).read(reader).length, 0)
  assert.equal(reader.isBroken, true)
})

test('[W7] [W23] a length beyond bytesMax is broken though the bytes are there', () => {
  const short = encode(bytes({ bytesMax: 7 }), Uint8Array.of(1, 2, 3, 4, 5, 6))
  assert.equal(decode(bytes({ bytesMax: 7 }), short)?.length, 6)
  assert.equal(decode(bytes({ bytesMax: 5 }), short), undefined)
  assert.equal(decode(text({ bytesMax: 5 }), short), undefined)
})

test('[W23] bytes that are read are a copy, and more than bytesMax are refused', () => {
  const field = bytes({ bytesMax: 3 })
  const encoded = encode(field, Uint8Array.of(1, 2, 3))
  const read = decode(field, encoded)
  encoded.fill(0)
  assert.deepEqual(read, Uint8Array.of(1, 2, 3))
  assertRefused(
    field,
    new Uint8Array(4),
    'The value is 4 bytes; it travels as at most 3 bytes. Send less, or widen the field.',
  )
  assertRefused(field, [1, 2], /it travels as a Uint8Array/)
})

test('[W45] text and bytes need a sensible bound', () => {
  for (const bytesMax of [-1, 0.5, 2 ** 24, Number.NaN]) {
    assertBadDescription(() => text({ bytesMax }))
    assertBadDescription(() => bytes({ bytesMax }))
  }
})
