import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstMismatch } from '../ledger/digest.ts'
import { cellKey, describeTopic, topicKey, topicName } from '../ledger/topic.ts'
import { Stage, Watcher } from '../stage.suite.ts'
import {
  type Anchor,
  NEAR_END,
  nearName,
  nearTopic,
  readAdvanceHead,
  readTopic,
  staticsBytes,
  writeAdvanceHead,
  writeStatics,
  writeTopic,
} from './item.ts'
import { PacketReader, PacketWriter, varintBytes } from './packet.ts'

const anchor: Anchor = { column: 10, row: 20, columns: 100, rows: 50 }

test('[T1] a varint has seven bits a byte, lowest first, and comes back as it was', () => {
  const packet = new PacketWriter(64)
  const values = [0, 127, 128, 300, 16_383, 16_384, 2 ** 32 - 1, 2 ** 49 - 1]
  for (const value of values) {
    const before = packet.length
    packet.varint(value)
    assert.equal(packet.length - before, varintBytes(value))
  }
  assert.deepEqual([...packet.finish().subarray(2, 6)], [0x80, 0x01, 0xac, 0x02])
  const reader = new PacketReader().reset(packet.finish())
  for (const value of values) assert.equal(reader.varint(), value)
  assert.ok(!reader.isBroken && reader.left === 0)
})

test('[T1] a varint without an end, and anything past the end, is broken and zero from then on', () => {
  const reader = new PacketReader().reset(new Uint8Array(8).fill(0xff))
  assert.equal(reader.varint(), 0)
  assert.ok(reader.isBroken)
  assert.equal(reader.byte(), 0)
  assert.equal(reader.take(1).length, 0)
  assert.equal(reader.left, 0)
})

test('[T3] a cell within seven steps of the anchor is named in one byte, any other by its number', () => {
  for (const [column, row, bytes] of [
    [10, 20, 1],
    [3, 13, 1],
    [17, 27, 1],
    [2, 20, 3],
    [18, 20, 3],
    [10, 28, 3],
  ]) {
    const key = cellKey(column + row * anchor.columns)
    const packet = new PacketWriter(16)
    writeTopic(packet, key, anchor)
    assert.equal(packet.length, bytes)
    assert.equal(readTopic(new PacketReader().reset(packet.finish()), anchor), key)
  }
})

test('[T3] other topics are named by what they are and their id; the world by one byte', () => {
  for (const [name, bytes] of [
    [{ kind: 'world', id: 0 }, 1],
    [{ kind: 'group', id: 7 }, 2],
    [{ kind: 'entity', id: 2 ** 32 - 1 }, 6],
  ] as const) {
    const packet = new PacketWriter(16)
    writeTopic(packet, topicKey(name), anchor)
    assert.equal(packet.length, bytes)
    const key = readTopic(new PacketReader().reset(packet.finish()), anchor)
    assert.deepEqual(topicName(key as number), name)
  }
  assert.equal(describeTopic(topicKey({ kind: 'group', id: 7 })), 'group 7')
})

test('[T3] names of cells that are not on the map, and of nothing, are refused', () => {
  const corner: Anchor = { column: 0, row: 0, columns: 8, rows: 8 }
  assert.equal(nearTopic(0, corner), undefined)
  assert.equal(nearTopic(nearName(9, corner), corner), cellKey(9))
  for (const bytes of [[225, 64], [229], [226, 0x80, 0x80, 0x80, 0x80, 0x10]])
    assert.equal(readTopic(new PacketReader().reset(Uint8Array.from(bytes)), corner), undefined)
  assert.equal(nearName(8 * 9, { ...corner, columns: 9 }), -1)
  assert.ok(NEAR_END === 225)
})

test('[T2] the head of an advance says its length, its chunk, and what it stands on', () => {
  for (const head of [
    { order: 0, lag: 0, length: 5 },
    { order: 3, lag: 0, length: 1000 },
    { order: 0, lag: 4, length: 31 },
    { order: 200, lag: 300, length: 32 },
  ]) {
    const packet = new PacketWriter(32)
    writeAdvanceHead(packet, { key: 3, anchor }, head)
    const reader = new PacketReader().reset(packet.finish(), 1)
    readTopic(reader, anchor)
    assert.deepEqual(readAdvanceHead(reader), head)
    assert.equal(reader.left, 0)
  }
})

test('[T2] a further chunk of the topic told of just before is named in one byte, up to the 24th', () => {
  const stage = new Stage()
  const crowd = Array.from({ length: 32 * 27 }, (_, i) => stage.walker(100 + (i % 20), 100 + (i % 27)))
  const watcher = new Watcher(stage.desk, { bytesPerSecond: 10_000_000, entitiesMax: 2000 }).at(100, 100)
  for (let tick = 0; tick < 40; tick++) stage.tick(watcher)
  const { ledger } = stage.author
  const { slots, entityId } = ledger
  const chunks = ledger.topicByKey(cellKey(27))?.chunks ?? []
  assert.ok(chunks.length >= 27)
  const firstOf = (order: number) =>
    crowd.find(({ id }) => id === entityId[slots[chunks[order] * 32]]) as (typeof crowd)[0]
  const bytesOf = (orders: readonly number[]): number => {
    for (const order of orders) firstOf(order).health--
    stage.tick(watcher)
    for (const { key } of ledger.topics)
      assert.equal(firstMismatch(ledger, watcher.replica.ledger, key), undefined)
    return watcher.bytes
  }
  const one = bytesOf([0])
  const advance = one - 1
  assert.equal(bytesOf([0, 1]), one + 1 + advance)
  assert.equal(bytesOf([0, 24]), one + 1 + advance)
  assert.equal(bytesOf([0, 25]), one + 2 + advance)
  assert.equal(bytesOf([0, 2, 26]), one + 2 * (1 + advance))
  assert.equal(watcher.replica.receive(stage.world.tick, Uint8Array.of(232, 0)), 'broken')
})

test('[T2] statics take as many bytes as was said before', () => {
  for (const [id, length] of [
    [1, 0],
    [200, 5],
    [70_000, 300],
  ]) {
    const packet = new PacketWriter(400)
    writeStatics(packet, { id, kind: 2 }, new Uint8Array(length))
    assert.equal(packet.length, staticsBytes(id, length))
  }
})
