import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesEqual, concat, fromHex, hex, textBytes } from './bytes.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

test('byte strings are equal when every byte is, and their lengths are', () => {
  assert.equal(bytesEqual(bytes(), bytes()), true)
  assert.equal(bytesEqual(bytes(1, 2, 255), bytes(1, 2, 255)), true)
  assert.equal(bytesEqual(bytes(1, 2, 255), bytes(1, 2, 254)), false)
  assert.equal(bytesEqual(bytes(0, 2), bytes(1, 2)), false)
  assert.equal(bytesEqual(bytes(1, 2), bytes(1, 2, 0)), false)
  assert.equal(bytesEqual(bytes(1, 2, 0), bytes(1, 2)), false)
})

test('a view is compared by what it shows, not by what lies around it', () => {
  const whole = bytes(9, 1, 2, 9)
  assert.equal(bytesEqual(whole.subarray(1, 3), bytes(1, 2)), true)
})

test('hex has two lower-case digits a byte, and reads back', () => {
  assert.equal(hex(bytes()), '')
  assert.equal(hex(bytes(0, 9, 10, 15, 16, 255)), '00090a0f10ff')
  assert.deepEqual(fromHex('00090a0f10ff'), bytes(0, 9, 10, 15, 16, 255))
  assert.deepEqual(fromHex(''), bytes())
})

test('concat copies: its result shares no memory with the parts', () => {
  const first = bytes(1, 2)
  const whole = concat([first, bytes(), bytes(3)])
  first[0] = 9
  assert.deepEqual(whole, bytes(1, 2, 3))
  assert.deepEqual(concat([]), bytes())
})

test('a text is cut between two characters, never within one', () => {
  const cut = (text: string, bytesMax: number) => new TextDecoder().decode(textBytes(text, bytesMax))
  assert.equal(cut('tide', 4), 'tide')
  assert.equal(cut('tide', 3), 'tid')
  assert.equal(cut('aää', 4), 'aä')
  assert.equal(cut('aää', 5), 'aää')
  assert.equal(cut('😀', 3), '')
})
