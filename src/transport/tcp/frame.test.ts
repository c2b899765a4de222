import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, Random } from '../../core/index.ts'
import { FrameDecoder, type FrameEnd } from '../index.ts'
import { closingFrame, FRAME_HEADER_BYTES, writeFrameHeader } from './frame.ts'

test('[L50] a frame is the length in four bytes, lowest first, and the packet', () => {
  assert.deepEqual(frame(Uint8Array.of(9, 8, 7)), Uint8Array.of(3, 0, 0, 0, 9, 8, 7))
  const header = new Uint8Array(4)
  writeFrameHeader(header, 0x04030201)
  assert.deepEqual(header, Uint8Array.of(1, 2, 3, 4))
})

test('[L51] the closing frame is a length of 0, one byte n, and n bytes of reason', () => {
  assert.deepEqual(closingFrame('no'), Uint8Array.of(0, 0, 0, 0, 2, 0x6e, 0x6f))
  assert.deepEqual(closingFrame(''), Uint8Array.of(0, 0, 0, 0, 0))
  assert.equal(closingFrame('x'.repeat(500)).length, 5 + 123)
  for (const reason of ['', 'n', 'the server goes home', 'x'.repeat(123), 'ä€🙂']) {
    const { over } = decode([closingFrame(reason)])
    assert.deepEqual(over, { is: 'closing', reason })
  }
})

test('[L51] a closing frame of more than 123 bytes is broken', () => {
  const over = decode([Uint8Array.of(0, 0, 0, 0, 124)]).over
  assert.deepEqual(over, { is: 'broken', reason: 'the closing frame was too long' })
})

test('[L51] what follows a closing frame is not read', () => {
  const { packets, over } = decode([concat([closingFrame('bye'), frame(Uint8Array.of(1))])])
  assert.deepEqual(packets, [])
  assert.deepEqual(over, { is: 'closing', reason: 'bye' })
})

test('[L52] the packets do not depend on how the stream is cut', () => {
  const seed = Number(process.env.SEED ?? 52)
  const dice = new Random(seed)
  for (let round = 0; round < 300; round++) {
    const sent = Array.from({ length: dice.integer(0, 12) }, (_, index) =>
      new Uint8Array(dice.pick([1, 2, 3, 60, 64, 65, 300])).fill(index + 1),
    )
    const stream = concat([...sent.map(frame), closingFrame('done')])
    const chunks: Uint8Array[] = []
    for (let at = 0; at < stream.length; ) {
      const end = at + dice.pick([1, 2, 3, 4, 5, 63, 64, 1000])
      chunks.push(stream.subarray(at, end))
      at = end
    }
    const { packets, over } = decode(chunks)
    assert.deepEqual(packets, sent, `seed ${seed}, round ${round}`)
    assert.deepEqual(over, { is: 'closing', reason: 'done' }, `seed ${seed}, round ${round}`)
  }
})

test('[L53] the largest packet passes; one byte more is broken before any of it is read', () => {
  const largest = new Uint8Array(300).fill(1)
  assert.deepEqual(decode([frame(largest)]).packets, [largest])
  const header = new Uint8Array(4)
  writeFrameHeader(header, 301)
  assert.deepEqual(decode([header]).over, { is: 'broken', reason: 'a packet was larger than 300 bytes' })
  writeFrameHeader(header, 0xffffffff)
  assert.equal(decode([header]).over?.is, 'broken')
})

test('[L53] a length alone costs no memory; what is held grows with what came', () => {
  const decoder = new FrameDecoder(1_000_000)
  const header = new Uint8Array(4)
  writeFrameHeader(header, 1_000_000)
  decoder.push(header, () => {})
  assert.equal(decoder.heldBytes, 0)
  for (let came = 1; came <= 1000; came++) {
    decoder.push(Uint8Array.of(1), () => {})
    assert.ok(decoder.heldBytes <= Math.max(64, 2 * came))
  }
  decoder.push(new Uint8Array(999_000), () => {})
  assert.equal(decoder.heldBytes, 0)
})

test('a receiver that stops in the middle of a chunk hears no more', () => {
  const decoder = new FrameDecoder(300)
  let heard = 0
  decoder.push(concat([frame(Uint8Array.of(1)), frame(Uint8Array.of(2))]), () => {
    heard++
    decoder.stop()
  })
  assert.equal(heard, 1)
})

function frame(packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + packet.length)
  writeFrameHeader(bytes, packet.length)
  bytes.set(packet, FRAME_HEADER_BYTES)
  return bytes
}

function decode(chunks: readonly Uint8Array[]): { packets: Uint8Array[]; over: FrameEnd | undefined } {
  const decoder = new FrameDecoder(300)
  const packets: Uint8Array[] = []
  let over: FrameEnd | undefined
  for (const chunk of chunks) {
    over ??= decoder.push(chunk, (packet) => void packets.push(new Uint8Array(packet)))
  }
  return { packets, over }
}
