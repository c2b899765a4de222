import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { BitReader, BitWriter } from '../../wire/index.ts'
import { Header, writeHeader } from './header.ts'
import { IncomingPackets } from './incoming-packets.ts'

const taken = { isTaken: true, isStateRefused: false }

/**
 * Returns what an acknowledgement written now says: the numbers acknowledged, newest first, and those whose state
 * is refused.
 */
function told(
  arrivals: IncomingPackets,
  now = 0,
): { acks: number[]; refused: number[]; delayMs: number | undefined } {
  const writer = new BitWriter(1200)
  const shape = { hasAck: true, hasRefusals: arrivals.hasRefusals, ackBytes: arrivals.ackBytes }
  writeHeader(writer, 0, shape)
  arrivals.write(writer, instant(now), shape)
  const header = new Header()
  assert.ok(header.read(new BitReader().reset(writer.finish())))
  const acks = [header.newest]
  const refused: number[] = []
  for (let i = 0; i < header.ackBytes * 8; i++) {
    if ((header.acks[i >> 3] & (1 << (i & 7))) !== 0) acks.push((header.newest - 1 - i) & 0xffff)
  }
  for (let i = 0; i <= header.ackBytes * 8; i++) {
    if (header.isStateRefused(i)) refused.push((header.newest - i) & 0xffff)
  }
  return { acks, refused, delayMs: header.delayMs }
}

test('[C2] a packet is new once, then a repeat; 1,023 behind the newest it is still new, 1,024 behind it is too old', () => {
  const arrivals = new IncomingPackets()
  arrivals.note(5000, instant(0), taken)
  assert.equal(arrivals.check(5000), 'repeat')
  assert.equal(arrivals.check(5001), 'new')
  assert.equal(arrivals.check(5000 - 1023), 'new')
  assert.equal(arrivals.check(5000 - 1024), 'old')
})

test('[C2] numbers wrap: 65,535 is followed by 0, on and on', () => {
  const arrivals = new IncomingPackets()
  for (let sequence = 0; sequence < 200_000; sequence++) {
    const full = arrivals.unwrap(sequence & 0xffff)
    assert.equal(full, sequence)
    assert.equal(arrivals.check(full), 'new')
    arrivals.note(full, instant(0), taken)
    assert.equal(arrivals.check(full), 'repeat')
  }
})

test('[C2] a number from before the first packet is too old', () => {
  const arrivals = new IncomingPackets()
  arrivals.note(0, instant(0), taken)
  assert.equal(arrivals.check(arrivals.unwrap(65_535)), 'old')
})

test('[C3] the acknowledgement names the newest, how long ago it came in quarters of a ms, and a bit for each before it', () => {
  const arrivals = new IncomingPackets()
  for (const sequence of [0, 1, 3, 12, 11]) arrivals.note(sequence, instant(sequence), taken)
  assert.deepEqual(told(arrivals, 20.25), { acks: [12, 11, 3, 1, 0], refused: [], delayMs: 8.25 })
  assert.equal(told(arrivals, 12 + 63.5).delayMs, 63.5)
  assert.equal(told(arrivals, 12 + 63.75).delayMs, undefined)
})

test('[C3] a packet whose state was overtaken is acknowledged and its state refused', () => {
  const arrivals = new IncomingPackets()
  arrivals.note(1, instant(0), taken)
  arrivals.note(0, instant(0), { isTaken: true, isStateRefused: true })
  assert.deepEqual(told(arrivals), { acks: [1, 0], refused: [0], delayMs: 0 })
})

test('[C4] an acknowledgement reaches back 256 packets and no further', () => {
  const arrivals = new IncomingPackets()
  for (let sequence = 0; sequence <= 300; sequence++) arrivals.note(sequence, instant(0), taken)
  const { acks } = told(arrivals)
  assert.equal(acks.length, 257)
  assert.equal(acks.at(-1), 300 - 256)
})

test('[C4] what the peer is known to know is told no more; a straggler below it is told', () => {
  const arrivals = new IncomingPackets()
  for (const sequence of [0, 1, 2, 4, 5]) arrivals.note(sequence, instant(0), taken)
  arrivals.told(arrivals.count)
  assert.ok(!arrivals.hasNews)
  arrivals.note(6, instant(0), taken)
  assert.ok(arrivals.hasNews)
  assert.equal(arrivals.ackBytes, 0)
  const before = arrivals.count
  arrivals.note(3, instant(0), taken)
  assert.ok(told(arrivals).acks.includes(3))
  arrivals.told(before)
  assert.ok(told(arrivals).acks.includes(3), 'the peer was told of 6 but not yet of 3')
  arrivals.told(arrivals.count)
  assert.ok(!arrivals.hasNews)
})

test('[C19] a packet that was not taken is known as a repeat but not acknowledged', () => {
  const arrivals = new IncomingPackets()
  arrivals.note(0, instant(0), taken)
  arrivals.note(1, instant(0), { isTaken: false, isStateRefused: false })
  assert.deepEqual(told(arrivals).acks, [0])
  assert.equal(arrivals.check(1), 'repeat')
})
