import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PacketReader, PacketWriter } from '../../replication/index.ts'
import type { Notes } from '../conversation.ts'
import { readNotes, writeNotes } from './notes.ts'

function sent(notes: Notes, world = 3): Notes | undefined {
  const packet = new PacketWriter(256)
  writeNotes(packet, notes, world)
  return readNotes(new PacketReader().reset(packet.finish()), 3)
}

test('[N17] a margin travels to the millisecond up to 64 ms, in steps of 8 beyond, and no further than it can', () => {
  for (const ms of [0, 8, -8, 64, -64, 72, -72]) assert.deepEqual(sent({ margin: ms }), { margin: ms })
  assert.deepEqual(sent({ margin: 7.6 }), { margin: 8 })
  assert.deepEqual(sent({ margin: 101 }), { margin: 104 })
  assert.deepEqual([sent({ margin: 9999 }), sent({ margin: -9999 })], [{ margin: 568 }, { margin: -576 }])
})

test('[N17] [N19] every choice of notes comes as it was written', () => {
  const own = { spawned: [{ back: 1, ordinal: 0, id: 7 }], exact: new Uint8Array([1, 2, 3]) }
  const leftOut = { back: 4, ms: 750 }
  for (const notes of [{}, { leftOut }, { own }, { margin: 8, leftOut }, { margin: 8, leftOut, own }])
    assert.deepEqual(sent(notes), notes)
})

test('[N31] notes of another world are none, and of 32 worlds each is told from the others', () => {
  for (let world = 0; world < 32; world++) assert.equal(sent({ margin: 8 }, world) !== undefined, world === 3)
  assert.notEqual(sent({ margin: 8 }, 35), undefined)
})
