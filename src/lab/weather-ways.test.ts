import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWeather } from './weather.ts'
import { namedWays, parseWays, splitWays, writeWays } from './weather-ways.ts'

test('weather is of both directions, or of each its own', () => {
  assert.deepEqual(parseWays('4G loss=5%'), {
    out: parseWeather('4G loss=5%'),
    in: parseWeather('4G loss=5%'),
  })
  assert.deepEqual(parseWays('4G | fibre'), { out: parseWeather('4G'), in: parseWeather('fibre') })
  for (const bad of ['4G|hail', '4G|fibre|LAN', 'hail']) assert.throws(() => parseWays(bad), /cannot be read/)
})

test('each named weather can be read, and an uplink is choked in one direction', () => {
  for (const [name, text] of Object.entries(namedWays))
    assert.deepEqual(parseWays(name.toUpperCase()), parseWays(text))
  const { out, in: back } = parseWays('choked uplink')
  assert.deepEqual([out.bytesPerSecond, back.bytesPerSecond], [8000, Number.POSITIVE_INFINITY])
})

test('the text of each direction can be taken apart and put together', () => {
  assert.deepEqual(splitWays('4G'), { up: '4G', down: '4G' })
  const { up, down } = splitWays('choked uplink')
  assert.equal(writeWays(up, down), namedWays['choked uplink'])
  assert.equal(writeWays('4G', '4G'), '4G')
})
