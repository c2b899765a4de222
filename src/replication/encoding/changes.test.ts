import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEVER } from '../../core/index.ts'
import { cellKey } from '../ledger/topic.ts'
import { Stage, Watcher } from '../stage.suite.ts'
import { ADVANCE_BYTES_MAX, type Advance } from './changes.ts'

/** Returns what happened in the chunk of the cell at (x, y) after `told`. */
function since(stage: Stage, told: number, sure = told): Advance | undefined {
  const chunk = chunkOf(stage)
  return stage.desk.changes.since(chunk, told, sure)
}

function chunkOf(stage: Stage, cell = 27): number {
  return stage.author.ledger.topicByKey(cellKey(cell))?.chunks[0] as number
}

const bytesOf = (advance: Advance | undefined): number => (advance ? advance.end - advance.start : 0)

test('[T26] a chunk is encoded once a tick, however many follow, and not at all when nobody does', () => {
  const stage = new Stage()
  const walkers = Array.from({ length: 20 }, (_, i) => stage.walker(100 + i / 2, 100))
  const watchers = Array.from({ length: 50 }, (_, i) => new Watcher(stage.desk).at(60 + i, 60 + i, 100))
  stage.tick()
  stage.tick(...watchers)
  assert.equal(stage.desk.changes.encoded, 1)
  for (let tick = 0; tick < 10; tick++) {
    for (const walker of walkers) walker.facing = tick / 2 + 1
    stage.tick(...watchers)
  }
  assert.equal(stage.desk.changes.encoded, 11)
})

test('[T26] who asks the same gets the very same bytes; who asks otherwise gets others', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  for (let tick = 1; tick <= 5; tick++) {
    ada.health = tick
    ada.facing = tick % 2
    stage.tick()
  }
  ada.health = 9
  stage.publish()
  assert.equal(since(stage, 5), since(stage, 5))
  assert.notEqual(since(stage, 5), since(stage, 4))
  assert.notEqual(since(stage, 3), since(stage, NEVER))
  assert.equal(since(stage, 6), undefined)
})

test('[T26] who was told of the last change but one is told the same, whenever that was', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  stage.tick()
  ada.health = 50
  stage.tick()
  for (let tick = 0; tick < 5; tick++) stage.tick()
  ada.health = 60
  stage.publish()
  assert.equal(since(stage, 2), since(stage, 7))
  assert.notEqual(since(stage, 1), since(stage, 2))
})

test('[T9] a turn stands on the segment before it only for who is sure to have that', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  const walk = (x: number, y: number, ticks: number): void => {
    for (let i = 0; i < ticks; i++) {
      ada.position.x += x
      ada.position.y += y
      stage.tick()
    }
  }
  stage.tick()
  walk(0.25, 0, 5)
  walk(0, 0.25, 1)
  ada.position.y += 0.25
  ada.health = 3
  stage.publish()
  const turned = stage.world.tick - 1
  const sure = bytesOf(since(stage, turned - 1, turned - 1))
  const unsure = bytesOf(since(stage, turned - 1, 1))
  assert.equal(unsure - sure, 8)
  // Neither knows less than that makes a difference, nor more.
  assert.equal(since(stage, turned - 1, turned - 1), since(stage, turned - 1, turned - 3))
  assert.equal(since(stage, turned - 1, 1), since(stage, turned - 1, 0))
})

test('[T10] a sample near the one before carries its low bits only for who is sure to have that', () => {
  const stage = new Stage()
  const leaf = stage.world.spawn('leaf', { position: { x: 100, y: 100 } })
  stage.tick()
  const watcher = new Watcher(stage.desk).at(100, 100)
  stage.tick(watcher)
  for (const [step, bytes] of [
    [0.07, 3],
    [-0.08, 3],
    [0.31, 3],
    [-0.3, 3],
    [0.8, 4],
  ]) {
    leaf.position.x += step
    stage.publish()
    assert.equal(bytesOf(since(stage, stage.world.tick - 1)), bytes, `${step}`)
    assert.equal(bytesOf(since(stage, stage.world.tick - 1, 0)), 5)
    watcher.listen()
    const table = watcher.replica.ledger.tables.find(({ kind }) => kind.name === 'leaf')
    assert.equal(table?.place[0], Math.floor(leaf.position.x / 0.01))
    stage.world.endTick()
  }
})

test('[T6] the first telling and one after too many departures are whole, and stand on nothing', () => {
  const stage = new Stage()
  stage.walker(100, 100)
  stage.publish()
  assert.ok(since(stage, NEVER)?.isWhole)
  stage.world.endTick()
  for (let i = 0; i < 33; i++) {
    const guest = stage.walker(101, 101)
    stage.tick()
    stage.world.despawn(guest)
    stage.tick()
  }
  stage.publish()
  assert.ok(since(stage, 1)?.isWhole)
  assert.ok(!since(stage, 10)?.isWhole)
  assert.ok(since(stage, 10)?.isStructural)
})

test('[T38] no advance is longer than a packet takes: what would be, is told whole', () => {
  const stage = new Stage()
  const walkers = Array.from({ length: 32 }, (_, i) => stage.walker(100 + i / 4, 100))
  stage.tick()
  for (let round = 0; round < 40; round++) {
    for (const walker of walkers) {
      Object.assign(walker, { health: round, facing: round, friend: 2 ** 31 + round })
      walker.bag = [round % 10, 2, 3, 4]
      walker.position.x += round % 2 === 0 ? 0.3 : -0.3
    }
    for (let i = 0; i < 2; i++) stage.world.despawn(walkers.splice(0, 1)[0])
    walkers.push(stage.walker(101, 101), stage.walker(102, 102))
    stage.publish()
    for (let told = 0; told < stage.world.tick; told++)
      assert.ok(bytesOf(since(stage, told, 0)) <= ADVANCE_BYTES_MAX)
    stage.world.endTick()
  }
})

test('[T39] a tick is begun once, and none before another that was begun', () => {
  const stage = new Stage()
  stage.tick()
  assert.throws(() => stage.desk.begin(1), /\[replication\/tick-begun\] tick 1 was begun after tick 1;/)
  stage.desk.begin(7)
  assert.throws(() => stage.desk.begin(6), /tick-begun/)
})
