import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Stage, Watcher } from '../stage.suite.ts'
import { PacketReader, PacketWriter } from './packet.ts'
import {
  RESUME_CHUNKS_MAX,
  type ResumeState,
  type ResumeTopic,
  readResumeState,
  writeResumeState,
} from './resume-state.ts'

function written(heard: ResumeState): Uint8Array {
  const packet = new PacketWriter(65_536)
  writeResumeState(packet, heard)
  return packet.finish().slice()
}

function read(bytes: Uint8Array): ResumeState | undefined {
  return readResumeState(new PacketReader().reset(bytes))
}

function heardOf(count: number, chunks: number): ResumeState {
  const topics: ResumeTopic[] = Array.from({ length: count }, (_, i) => ({
    key: i * 4,
    ticks: Array(chunks).fill(100),
  }))
  return { tick: 100, isLossless: true, topics }
}

test('[T40] what is written is read again: cells, groups, the world, topics of several chunks, chunks not heard of', () => {
  const heard: ResumeState = {
    tick: 2 ** 31 - 1,
    isLossless: true,
    topics: [
      { key: 0, ticks: [2 ** 31 - 1] },
      { key: 3, ticks: [0] },
      { key: 4 * 17, ticks: [1, 0, 2 ** 31 - 1] },
      { key: 2 ** 34 - 1, ticks: [5] },
    ],
  }
  assert.deepEqual(read(written(heard)), heard)
  assert.deepEqual(read(written({ ...heard, isLossless: false })), { ...heard, isLossless: false })
  assert.deepEqual(read(written({ tick: 0, isLossless: true, topics: [] })), {
    tick: 0,
    isLossless: true,
    topics: [],
  })
})

test('[T40] a player in a town says it in three or four bytes a chunk', () => {
  const random = new Random(1)
  const stage = new Stage()
  for (let i = 0; i < 150; i++) stage.walker(random.between(0, 255), random.between(0, 255))
  const watcher = new Watcher(stage.desk).at(100, 100, 48)
  for (let tick = 0; tick < 50; tick++) stage.tick(watcher)
  const heard = watcher.replica.resumeState({ isLossy: false }) as ResumeState
  const chunks = heard.topics.reduce((sum, { ticks }) => sum + ticks.length, 0)
  assert.ok(chunks > 10)
  assert.ok(written(heard).length <= 6 + 4 * chunks, `${written(heard).length} bytes for ${chunks} chunks`)
})

test('[T40] more chunks than the limit are refused, and so is whatever makes no sense', () => {
  assert.ok(read(written(heardOf(RESUME_CHUNKS_MAX, 1))))
  assert.ok(read(written(heardOf(RESUME_CHUNKS_MAX / 2, 2))))
  assert.equal(read(written(heardOf(RESUME_CHUNKS_MAX + 1, 1))), undefined)
  assert.equal(read(written(heardOf(RESUME_CHUNKS_MAX / 2, 3))), undefined)
  const one = { key: 8, ticks: [3] }
  const bytesOf = (topics: ResumeTopic[], tick = 100) => written({ tick, isLossless: true, topics })
  assert.equal(read(bytesOf([one, one])), undefined, 'a topic twice')
  assert.equal(read(bytesOf([{ key: 2 ** 34, ticks: [3] }])), undefined, 'no such topic')
  assert.equal(read(bytesOf([{ key: 8, ticks: [] }])), undefined, 'a topic of no chunks')
  assert.equal(read(bytesOf([one], 2 ** 31)), undefined, 'no such tick')
  // Tick 1, one topic, key 0, heard of 2 ticks ago: before the world began.
  assert.equal(read(Uint8Array.of(3, 1, 0, 3)), undefined)
  const whole = bytesOf([one, { key: 12, ticks: [1, 2] }])
  for (let length = 0; length < whole.length; length++)
    assert.equal(read(whole.subarray(0, length)), undefined)
})
