import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode } from '../wire/index.ts'
import { informationFromJson, reachable, serverInformation } from './information.ts'

const full = {
  protocol: 5,
  name: 'Town',
  welcome: 'Come in.',
  game: 'town',
  version: '1',
  fingerprint: '0123456789abcdef',
  content: 'a'.repeat(64),
  players: 3,
  playersMax: 5000,
  levelCap: 60,
  listeners: ['ws://127.0.0.1:4000', 'udp://127.0.0.1:4000'],
}

test('[U30] what a server tells of itself reads back as it was written', () => {
  const bare = { ...full, content: undefined, levelCap: undefined, listeners: [] }
  for (const one of [full, bare])
    assert.deepEqual(decode(serverInformation, encode(serverInformation, one)), one)
})

test('[U30] a listener at all addresses is told by the one it was asked at', () => {
  assert.equal(reachable('ws://0.0.0.0:4000', '203.0.113.7'), 'ws://203.0.113.7:4000')
  assert.equal(reachable('ws://[::]:4000/game', '2001:db8::1'), 'ws://[2001:db8::1]:4000/game')
  assert.equal(reachable('udp://10.0.0.1:4000', '203.0.113.7'), 'udp://10.0.0.1:4000')
})

test('[U31] information is read from JSON as in-band: what no server could write is none', () => {
  assert.deepEqual(informationFromJson(JSON.stringify(full)), full)
  assert.deepEqual(informationFromJson(JSON.stringify({ ...full, more: 'of a later version' })), full)
  for (const wrong of [
    { ...full, players: -1 },
    { ...full, players: '3' },
    { ...full, name: 'a'.repeat(101) },
    { ...full, listeners: ['ws://127.0.0.1:4000', 4] },
    { ...full, listeners: new Array(17).fill('ws://127.0.0.1:4000') },
    { ...full, welcome: undefined },
    [],
    null,
    'town',
  ])
    assert.equal(informationFromJson(JSON.stringify(wrong)), undefined, JSON.stringify(wrong))
  assert.equal(informationFromJson('{"protocol":'), undefined)
})
