import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonBytes } from './json-bytes.ts'

test('numbers are written to hundredths, as JSON writes them', () => {
  const values = [
    0,
    -0,
    0.004,
    -0.004,
    0.005,
    0.1,
    0.99,
    0.999,
    1,
    9,
    10,
    99.95,
    100,
    -7.25,
    1234567.89,
    -1e7 + 0.01,
  ]
  for (let at = -3000; at < 3000; at++) values.push(at * 1.377)
  for (const value of [...values, 1e9, -4e12, 1e21, Number.NaN, Number.POSITIVE_INFINITY]) {
    const json = new JsonBytes(2)
    json.hundredths(value)
    const text = new TextDecoder().decode(json.bytes.subarray(0, json.length))
    if (Number.isFinite(value))
      assert.ok(Math.abs(Number(text) - value) <= 0.005 + Math.abs(value) * 1e-12, `${text}, ${value}`)
    const rounded = Number(text)
    assert.equal(text, JSON.stringify(Number.isFinite(value) ? rounded : null), String(value))
  }
})
