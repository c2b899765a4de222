import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, hex } from '../../core/index.ts'
import { pack, unpack } from './prefix-code.ts'

/** As Open RSC's client of 2024 packs them: the count of letters, which comes first, is left away. */
const packed: readonly (readonly [string, string])[] = [
  ['Hello from a desktop?', '0db8c708f5ca0a153d5dd94838'],
  [
    'The quick brown fox jumps over 13 lazy dogs!',
    '138322afa465c45d73eb23e0ac454f514e9c5eea40080698a0aff9562da020',
  ],
  ['\u00fcber \u00805', '11f3ec5ba90000d403c0'],
]

test('[OP40] chat of a desktop is packed as the program does it, and unpacked again', () => {
  for (const [text, bytes] of packed) {
    const letters = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    assert.equal(hex(pack(letters)), bytes)
    assert.deepEqual(unpack(fromHex(bytes), letters.length), letters)
  }
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  assert.deepEqual(unpack(pack(all), 256), all)
})

test('[OP40] packed bytes that end before the text does are no chat', () => {
  const bytes = fromHex(packed[0][1])
  assert.equal(unpack(bytes.subarray(0, -1), 21), undefined)
  assert.equal(unpack(bytes, 25), undefined)
  assert.deepEqual(unpack(new Uint8Array(0), 0), new Uint8Array(0))
})
