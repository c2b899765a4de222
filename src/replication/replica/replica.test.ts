import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { BitWriter } from '../../wire/index.ts'
import { ITEM } from '../encoding/item.ts'
import { writeCount, writeDestination } from '../encoding/layout.ts'
import { PacketWriter } from '../encoding/packet.ts'
import { kindBits } from '../encoding/position-layout.ts'
import { nearby, topicKey } from '../ledger/topic.ts'
import { Stage, stageGame, Watcher } from '../stage.suite.ts'
import { Replica } from './replica.ts'
import { StateMeter } from './state-meter.ts'

const nobody = { entered() {}, changed() {}, moved() {}, left() {} }

test('[T16] crossing from cell to cell is neither a leave nor an enter', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 100)
  const watcher = new Watcher(stage.desk).at(64, 100, 60)
  stage.tick(watcher)
  for (let tick = 0; tick < 40; tick++) {
    ada.position.x += 0.5
    stage.tick(watcher)
  }
  stage.world.teleport(ada, { x: 40, y: 130 })
  stage.tick(watcher)
  assert.deepEqual(watcher.news(), ['Ada enters'])
})

test('[T16] who walks out of view is out of range, who is taken from the world is removed', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const bob = stage.walker(70, 60, { name: 'Bob' })
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  stage.tick(watcher)
  stage.world.despawn(bob)
  stage.tick(watcher)
  stage.world.teleport(ada, { x: 200, y: 200 })
  stage.tick(watcher)
  assert.deepEqual(watcher.news(), [
    'Ada enters',
    'Bob enters',
    'Bob leaves (removed)',
    'Ada leaves (out of range)',
  ])
})

test('[T16] whoever is left behind by a viewer is out of range, and enters again with everything', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  stage.tick(watcher)
  stage.tick(watcher.at(220, 220, 30))
  assert.equal(watcher.replica.present.size, 0)
  ada.health = 7
  stage.tick(watcher)
  stage.tick(watcher.at(60, 60, 30))
  assert.deepEqual(watcher.news(), ['Ada enters', 'Ada leaves (out of range)', 'Ada enters'])
  assert.equal(watcher.replica.present.get(ada.id)?.entity.health, 7)
})

test("[T16] the player's own character is never out of range: it is there until it is removed", () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  watcher.replica.kept = ada.id
  stage.tick(watcher)
  watcher.at(220, 220, 30)
  for (let i = 0; i < 30; i++) stage.tick(watcher)
  assert.equal(watcher.replica.present.get(ada.id)?.entity.health, 100)
  ada.health = 7
  stage.tick(watcher.at(60, 60, 30))
  assert.deepEqual(watcher.news(), ['Ada enters', 'Ada changes health from 100'])
  stage.world.despawn(ada)
  stage.tick(watcher)
  assert.deepEqual(watcher.news(), ['Ada leaves (removed)'])
})

test("[T16] a character that is the player's no longer goes out of range as others do", () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  watcher.replica.kept = ada.id
  stage.tick(watcher)
  stage.tick(watcher.at(220, 220, 30))
  watcher.replica.kept = 0
  watcher.replica.settle()
  assert.deepEqual(watcher.news(), ['Ada enters', 'Ada leaves (out of range)'])
})

test('[T16] who becomes restricted leaves those who may not see, and stays with those who may', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const key = topicKey({ kind: 'entity', id: ada.id })
  const [seeing, blind] = [0, 1].map(() => new Watcher(stage.desk).at(60, 60, 30))
  stage.tick(seeing, blind)
  stage.world.restrict(ada, true)
  seeing.view.follow(key)
  stage.tick(seeing, blind)
  assert.deepEqual(seeing.news(), ['Ada enters'])
  assert.deepEqual(blind.news(), ['Ada enters', 'Ada leaves (out of range)'])
  stage.world.restrict(ada, false)
  seeing.view.unfollow(key)
  stage.tick(seeing, blind)
  assert.deepEqual(seeing.news(), [])
  assert.deepEqual(blind.news(), ['Ada enters'])
})

test('[T16] a restricted entity that is gone from the world is removed', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60, { isRestricted: true })
  const key = topicKey({ kind: 'entity', id: ada.id })
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  watcher.view.follow(key)
  stage.tick(watcher)
  stage.world.despawn(ada)
  watcher.view.unfollow(key, true)
  stage.tick(watcher)
  assert.deepEqual(watcher.news(), ['Ada enters', 'Ada leaves (removed)'])
})

test('a reference to another entity survives that other being out of view', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const bob = stage.walker(200, 200, { name: 'Bob' })
  ada.friend = bob.id
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  stage.tick(watcher)
  assert.equal(watcher.replica.present.get(ada.id)?.entity.friend, bob.id)
  assert.equal(watcher.replica.present.get(bob.id), undefined)
  stage.tick(watcher.at(200, 200, 30))
  assert.ok(watcher.replica.present.get(bob.id)?.isKnown)
})

test('optional parts come and go, nested records and small lists arrive whole', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  stage.tick(watcher)
  const shown = watcher.replica.present.get(ada.id)?.entity
  for (const [lantern, bag] of [
    [{ isLit: true, oil: 7 }, []],
    [{ isLit: true, oil: 6 }, [1, 2, 3, 4]],
    [undefined, [0]],
    [{ isLit: false, oil: 0 }, []],
  ] as const) {
    Object.assign(ada, { lantern, bag })
    stage.tick(watcher)
    assert.deepEqual([shown?.lantern, shown?.bag], [lantern, bag])
  }
})

test('whoever crosses a border with a full bag has not changed it', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  ada.bag = [1, 2]
  ada.lantern = { isLit: true, oil: 2 }
  const watcher = new Watcher(stage.desk).at(60, 60, 60)
  stage.tick(watcher)
  ada.position.x = 70
  stage.tick(watcher)
  assert.deepEqual(watcher.news(), ['Ada enters'])
})

test('[T33] bytes that make no sense are broken, never thrown', () => {
  const random = new Random(6)
  for (let i = 0; i < 3000; i++) {
    const replica = new Replica(stageGame, nobody)
    const bytes = Uint8Array.from({ length: random.integer(0, 60) }, () => random.integer(0, 255))
    replica.receive(1, bytes)
    replica.clear()
    assert.equal(replica.present.size, 0)
    assert.equal(replica.ledger.sizes.topics, 0)
  }
})

test('[T33] packets that were tampered with never throw, and what they left can be cleared', () => {
  const random = new Random(7)
  for (let i = 0; i < 200; i++) {
    const stage = new Stage()
    const walkers = Array.from({ length: 12 }, () =>
      stage.walker(random.between(20, 90), random.between(20, 90)),
    )
    const watcher = new Watcher(stage.desk).at(60, 60, 40)
    for (let tick = 0; tick < 6; tick++) {
      for (const walker of walkers) walker.position.x += random.between(-0.5, 0.5)
      stage.publish()
      const packet = watcher.write()
      for (let n = 0; n < 3 && packet.length > 0; n++)
        packet[random.integer(0, packet.length - 1)] ^= 1 << random.integer(0, 7)
      watcher.replica.receive(stage.world.tick, packet)
      stage.world.endTick()
    }
    watcher.replica.clear()
    assert.equal(watcher.replica.present.size, 0)
  }
})

test('[T33] nobody can make a replica hold more chunks than its limit', () => {
  const replica = new Replica(stageGame, nobody, { chunksMax: 40 })
  const open = (group: number, order: number): Uint8Array =>
    Uint8Array.of(ITEM.advance, 227, group, 1 * 4 + 2, order, 0b0000)
  for (let group = 1; group <= 8; group++) assert.equal(replica.receive(group, open(group, 4)), 'applied')
  assert.equal(replica.ledger.sizes.chunks, 40)
  assert.equal(replica.receive(9, open(1, 4)), 'applied')
  assert.equal(replica.receive(9, open(9, 1)), 'broken')
  assert.equal(replica.receive(9, open(1, 5)), 'broken')
  assert.equal(replica.ledger.sizes.chunks, 40)
})

test('[T33] nobody can make a replica wait for more entities than it has room for', () => {
  const replica = new Replica(stageGame, nobody)
  const { slotsPerChunk } = replica.ledger
  const cells = replica.ledger.grid.columns * replica.ledger.grid.rows
  const sky = stageGame.kinds.findIndex(({ name }) => name === 'sky')
  let id = 0
  let most = 0
  // Each tick all who are in a cell leave for that very cell, and others stand there.
  for (let tick = 1; tick < 40; tick++) {
    const packet = new PacketWriter(60_000)
    for (let cell = 0; cell < cells; cell++) {
      const bits = new BitWriter(2000)
      bits.bits(1, 2)
      bits.bits(tick > 1 ? 1 : 0, 1)
      for (let slot = 0; tick > 1 && slot < slotsPerChunk; slot++) {
        bits.bits(slot + (slot + 1 < slotsPerChunk ? 32 : 0), 6)
        writeCount(bits, 0)
        writeDestination(bits, nearby(0, 0))
      }
      bits.bits(1 | ((slotsPerChunk - 1) << 1), 6)
      bits.bits(2 ** slotsPerChunk - 1, slotsPerChunk)
      for (let slot = 0; slot < slotsPerChunk; slot++) {
        bits.bits(1, 1)
        bits.bits(sky, kindBits(stageGame))
        writeCount(bits, ++id)
        bits.bits(0, 2)
      }
      const body = bits.finish()
      packet.byte(ITEM.advance)
      packet.byte(225)
      packet.varint(cell)
      packet.varint(body.length * 4)
      packet.copy(body, 0, body.length)
    }
    assert.equal(replica.receive(tick, packet.finish()), 'applied')
    most = Math.max(most, replica.present.size)
  }
  assert.ok(id > 3 * most, `${id} came`)
  assert.equal(most, 4096 + cells * slotsPerChunk)
})

test('[T33] a tick that is over is not applied; one that cannot be is broken', () => {
  const replica = new Replica(stageGame, nobody)
  assert.equal(replica.receive(10, new Uint8Array(0)), 'applied')
  assert.equal(replica.receive(9, new Uint8Array(0)), 'unsure')
  assert.equal(replica.receive(10, new Uint8Array(0)), 'applied')
  assert.equal(replica.receive(2 ** 31, new Uint8Array(0)), 'broken')
  assert.equal(replica.receive(Number.NaN, new Uint8Array(0)), 'broken')
})

test('[T14] what was told once is remembered beyond a leave', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  const meter = new StateMeter()
  watcher.replica.meter = meter
  const ada = stage.walker(60, 60)
  stage.tick(watcher)
  stage.tick(watcher.at(200, 200, 30))
  stage.tick(watcher.at(60, 60, 30))
  assert.equal(meter.counts.find(({ what }) => what === 'once told')?.times, 1)
  assert.equal(watcher.replica.present.get(ada.id)?.entity.name, 'Ada')
})
