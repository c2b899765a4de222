/**
 * What processes of a cluster tell each other about ownership, as bytes: reading never throws, and what was taken is
 * written and read again the same.
 */
import assert from 'node:assert/strict'
import { type PeerMessage, readPeerMessage, writePeerMessage } from '../src/cluster/index.ts'

const state = Uint8Array.of(1, 2, 3)
const given = { entity: 300, hop: 2, state, luggage: Uint8Array.of(4, 5) }
const messages: readonly PeerMessage[] = [
  { is: 'give', district: 3, epoch: 5, given },
  { is: 'taken', entity: 300, hop: 2 },
  { is: 'fenced', district: 3, epoch: 5, known: [{ entity: 300, hop: 2, tick: 1000, state }] },
  { is: 'hand', district: 3, epoch: 6, given: [given, given] },
  { is: 'lost', name: 'region-12345678' },
]

export const seeds: Uint8Array[] = messages.map(writePeerMessage)

export function fuzz(input: Uint8Array): void {
  const read = readPeerMessage(input)
  if (read) assert.deepEqual(readPeerMessage(writePeerMessage(read)), read)
}
