import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BitWriter } from '../../wire/index.ts'
import { SentPacket } from '../packet/sent-packets.ts'
import { SendScheduler } from './send-scheduler.ts'
import type { Sender } from './sender.ts'

/** Sends `left` pieces of `size` bytes. */
class Speaker implements Sender {
  readonly size: number
  left: number
  said = 0

  constructor(size: number, left = Number.POSITIVE_INFINITY) {
    this.size = size
    this.left = left
  }

  get isWaiting(): boolean {
    return this.left > 0
  }

  write(writer: BitWriter, _packet: SentPacket, room: number): number {
    if (this.size > room) return 0
    writer.bytes(new Uint8Array(this.size))
    this.left--
    this.said += this.size
    return this.size
  }

  acknowledged(): void {}
  lost(): void {}
}

function packets(scheduler: SendScheduler, count: number): number {
  const writer = new BitWriter(1200)
  for (let i = 0; i < count; i++) {
    writer.reset()
    scheduler.fill(writer, new SentPacket())
  }
  return writer.byteLength
}

test('[C22] those who compete get bytes in proportion to their priority, whatever the size of their pieces', () => {
  const scheduler = new SendScheduler()
  const [block, chat, news] = [new Speaker(1000), new Speaker(30), new Speaker(200)]
  scheduler.add(block, 1)
  scheduler.add(chat, 8)
  scheduler.add(news, 4)
  packets(scheduler, 5000)
  assert.ok(Math.abs(chat.said / block.said - 8) < 0.1)
  assert.ok(Math.abs(news.said / block.said - 4) < 0.1)
})

test('[C22] alone, anyone has it all; room too small for one is given to another', () => {
  const scheduler = new SendScheduler()
  const [block, chat] = [new Speaker(1000), new Speaker(90, 3)]
  scheduler.add(block, 8)
  scheduler.add(chat, 1)
  assert.equal(packets(scheduler, 1), 1000 + 2 * 90)
  packets(scheduler, 9)
  assert.deepEqual([block.said, chat.said], [10_000, 270])
})

test('[C22] silence saves up no claim: who begins late shares from then on', () => {
  const scheduler = new SendScheduler()
  const [early, late] = [new Speaker(100), new Speaker(100, 0)]
  scheduler.add(early, 1)
  scheduler.add(late, 1)
  packets(scheduler, 1000)
  late.left = Number.POSITIVE_INFINITY
  const before = early.said
  packets(scheduler, 100)
  assert.ok(Math.abs(early.said - before - late.said) <= 1200)
})

test('[C22] nobody starves, however low their priority', () => {
  const scheduler = new SendScheduler()
  const [loud, quiet] = [new Speaker(100), new Speaker(100)]
  scheduler.add(loud, 100)
  scheduler.add(quiet, 1)
  packets(scheduler, 1000)
  assert.ok(quiet.said >= 100 * 100)
})
