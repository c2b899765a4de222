import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPeerMessage, writePeerMessage } from './peer-codec.ts'
import type { PeerMessage } from './peer-message.ts'

const state = Uint8Array.of(1, 2, 3)
const given = { entity: 70_001, hop: 3, state, luggage: Uint8Array.of(9) }
const messages: readonly PeerMessage[] = [
  { is: 'give', district: 5, epoch: 2 ** 40, given },
  { is: 'taken', entity: 70_001, hop: 3 },
  { is: 'fence', district: 5, epoch: 3 },
  { is: 'fenced', district: 5, epoch: 3, known: [{ entity: 7, hop: 1, tick: 2 ** 33, state }] },
  { is: 'fenced', district: 5, epoch: 3, known: [] },
  { is: 'hand', district: 5, epoch: 4, given: [given, { ...given, entity: 4, luggage: new Uint8Array(0) }] },
  { is: 'handed', district: 5, epoch: 4 },
  { is: 'lost', name: 'region-0a1b2c3d' },
  { is: 'found', name: 'region-0a1b2c3d' },
  { is: 'look' },
  { is: 'drain', isDraining: true },
  { is: 'drain', isDraining: false },
]

test('what processes tell each other about ownership comes out as it went in', () => {
  for (const message of messages) assert.deepEqual(readPeerMessage(writePeerMessage(message)), message)
})

test('a message that is cut anywhere, or has another code, is none', () => {
  for (const message of messages) {
    const bytes = writePeerMessage(message)
    for (let length = 0; length < bytes.length; length++)
      assert.equal(readPeerMessage(bytes.subarray(0, length)), undefined, `${message.is}, ${length} bytes`)
  }
  assert.equal(readPeerMessage(Uint8Array.of(200, 1, 2)), undefined)
})

test('a message that says to hold more than it does is none, and takes no memory', () => {
  const bytes = writePeerMessage({ is: 'fenced', district: 0, epoch: 0, known: [] })
  assert.equal(readPeerMessage(Uint8Array.of(...bytes.subarray(0, -2), 0xff, 0xff)), undefined)
})
