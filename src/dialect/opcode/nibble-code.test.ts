import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, hex } from '../../core/index.ts'
import { packNibbles, unpackNibbles } from './nibble-code.ts'

/** As mudclient 204 packs them. */
const packed: readonly (readonly [string, string])[] = [
  ['Hello from 204!', '61bb40d494d00e0dee2e90'],
  [
    'The quick brown fox, 13 lazy dogs? "yes" [no]',
    '2610dcc5d2d90d794d170d44daec0dfe10b3ddd30a4d58ea0fdd318fd0fe74ff',
  ],
]

test('[OP40] chat of a browser is packed as the program does it, and unpacked with capitals where sentences begin', () => {
  for (const [text, bytes] of packed) {
    assert.equal(hex(packNibbles(text)), bytes)
    assert.equal(unpackNibbles(fromHex(bytes)), text)
  }
  assert.equal(unpackNibbles(packNibbles('GOOD day. what NOW? well! so')), 'Good day. What now? Well! So')
})

test('[OP40] letters that there are none of are blanks, and no bytes are refused', () => {
  assert.equal(unpackNibbles(packNibbles('a~b')), 'A b')
  for (let byte = 0; byte < 256; byte++)
    assert.equal(typeof unpackNibbles(Uint8Array.of(byte, 255)), 'string')
  assert.equal(unpackNibbles(new Uint8Array(0)), '')
})
