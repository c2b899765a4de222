import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PIECE_BYTES_MAX, readAnswer, readAsk, writeAnswer, writeAsk } from './message.ts'

const sha256 = '0123456789abcdef'.repeat(4)

test('[U10] an ask and an answer read back as they were written', () => {
  for (const ask of [
    { sha256, offset: 0, length: 1 },
    { sha256, offset: 2 ** 53 - 1, length: PIECE_BYTES_MAX },
  ])
    assert.deepEqual(readAsk(writeAsk(ask)), ask)
  for (const answer of [
    { is: 'gone' as const, sha256 },
    { is: 'piece' as const, sha256, offset: 5, total: 8, bytes: new Uint8Array([1, 2, 3]) },
    { is: 'piece' as const, sha256, offset: 0, total: 2 ** 40, bytes: new Uint8Array(PIECE_BYTES_MAX) },
  ])
    assert.deepEqual(readAnswer(writeAnswer(answer)), answer)
  assert.equal(writeAsk({ sha256, offset: 0, length: 8192 }).length, 35)
})

test('[U10] what is no ask and no answer reads as nothing', () => {
  const ask = writeAsk({ sha256, offset: 300, length: 300 })
  for (let end = 0; end < ask.length; end++) assert.equal(readAsk(ask.subarray(0, end)), undefined)
  assert.equal(readAsk(new Uint8Array([...ask, 0])), undefined)
  assert.equal(readAsk(new Uint8Array(34)), undefined, 'a length of 0')
  const piece = writeAnswer({ is: 'piece', sha256, offset: 5, total: 8, bytes: new Uint8Array(3) })
  assert.equal(readAnswer(piece.subarray(0, piece.length - 3)), undefined, 'a piece of nothing')
  assert.equal(readAnswer(new Uint8Array([...piece, 0])), undefined, 'a piece beyond the end')
  assert.equal(readAnswer(new Uint8Array([2, ...piece.subarray(1)])), undefined)
  assert.equal(readAnswer(new Uint8Array([0, ...piece.subarray(1)])), undefined, 'gone, and more')
  assert.throws(() => writeAsk({ sha256, offset: 0, length: 0 }), { code: 'content/bad-ask' })
  assert.throws(() => writeAsk({ sha256, offset: 0, length: PIECE_BYTES_MAX + 1 }), {
    code: 'content/bad-ask',
  })
  assert.throws(() => writeAsk({ sha256: 'x', offset: 0, length: 1 }), { code: 'content/bad-ask' })
})
