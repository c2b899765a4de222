import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integer, list, record, text } from '../../wire/index.ts'
import { defineGame, entity, motion, once, sampled } from '../../world/index.ts'
import { stageGame } from '../stage.suite.ts'
import { ENTITY_BYTES_MAX, Ledger, NOBODY, SLOTS_MAX } from './ledger.ts'
import { cellKey, ELSEWHERE, REMOVED, topicKey } from './topic.ts'

function gameOf(parts: Parameters<typeof entity>[0], map = { width: 64, height: 64, cellSize: 32 }) {
  return defineGame({
    name: 'one',
    version: '1',
    map,
    player: 'thing',
    entities: { thing: entity({ position: sampled({ step: 0.01 }), ...parts }) },
    command: record({}),
    step() {},
  })
}

const byte = integer({ min: 0, max: 255 })

test('[T38] a chunk has so many slots that all of it fits a packet, 32 at most', () => {
  assert.equal(new Ledger(gameOf({})).slotsPerChunk, SLOTS_MAX)
  assert.equal(new Ledger(gameOf({ bag: list(byte, { lengthMax: 480 }) })).slotsPerChunk, 2)
  assert.equal(new Ledger(gameOf({ bag: list(byte, { lengthMax: 900 }) })).slotsPerChunk, 1)
})

test('[T38] an entity that no packet holds is refused when the game starts', () => {
  assert.throws(
    () => new Ledger(gameOf({ bag: list(byte, { lengthMax: 1100 }) })),
    /\[replication\/entity-too-large\] the changing fields of 'thing' can take \d+ bytes; 1000 are the most/,
  )
  assert.throws(
    () => new Ledger(gameOf({ tale: once(text({ bytesMax: 1200 })) })),
    /\[replication\/entity-too-large\] the once-told fields of 'thing'/,
  )
  assert.ok(ENTITY_BYTES_MAX === 1000)
})

test('[T8] a motion that crosses too much of a cell in one tick is refused, and one too fine for its map', () => {
  const moving = (speedMax: number, cellSize: number) =>
    defineGame({
      name: 'fast',
      version: '1',
      map: { width: cellSize * 4096, height: cellSize * 4096, cellSize },
      player: 'thing',
      entities: { thing: entity({ position: motion({ tolerance: 1 / 1024, speedMax }) }) },
      command: record({}),
      step() {},
    })
  assert.throws(() => new Ledger(moving(100, 16)), /replication\/too-fast/)
  assert.throws(() => new Ledger(moving(10, 64)), /replication\/too-fine/)
})

test('entities take the first free slot, and a topic gains a chunk when none is free', () => {
  const ledger = new Ledger(stageGame)
  const topic = ledger.open(cellKey(3))
  const { slotsPerChunk } = ledger
  const indexes = Array.from({ length: slotsPerChunk + 1 }, (_, i) =>
    ledger.arrive({ id: i + 1, kind: 0 }, topic, 1),
  )
  assert.equal(topic.chunks.length, 2)
  assert.equal(ledger.chunkNext[topic.chunks[0]], topic.chunks[1])
  assert.equal(ledger.chunkNext[topic.chunks[1]], NOBODY)
  ledger.depart(indexes[5], REMOVED, 2)
  const next = ledger.arrive({ id: 100, kind: 0 }, topic, 3)
  assert.equal(ledger.entitySlot[next], 5)
  assert.equal(ledger.entityChunk[next], topic.chunks[0])
})

test('the tick of the last change of a chunk and of the one before are kept', () => {
  const ledger = new Ledger(stageGame)
  const topic = ledger.open(cellKey(3))
  const index = ledger.arrive({ id: 1, kind: 0 }, topic, 4)
  const [chunk] = topic.chunks
  ledger.touch(index, 9)
  ledger.touch(index, 9)
  assert.deepEqual([ledger.chunkChanged[chunk], ledger.chunkChangedBefore[chunk]], [9, 4])
  ledger.move(index, ledger.open(cellKey(4)), ELSEWHERE, 12)
  assert.deepEqual([ledger.chunkChanged[chunk], ledger.chunkChangedBefore[chunk]], [12, 9])
})

test('a topic that is closed gives its chunks back, and its name opened again is another topic', () => {
  const ledger = new Ledger(stageGame)
  const key = topicKey({ kind: 'group', id: 5 })
  const first = ledger.open(key)
  const before = ledger.sizes
  for (let i = 0; i < 500; i++) ledger.close(ledger.open(key))
  const again = ledger.open(key)
  assert.notEqual(again.born, first.born)
  assert.deepEqual(ledger.sizes, before)
  assert.equal(ledger.chunkTopic.length, 64)
})
