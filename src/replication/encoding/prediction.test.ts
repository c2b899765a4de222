import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { BitReader, BitWriter, type Quaternion } from '../../wire/index.ts'
import { firstMismatch } from '../ledger/digest.ts'
import { cellKey } from '../ledger/topic.ts'
import { StateMeter } from '../replica/state-meter.ts'
import { Stage, stageGame, Watcher } from '../stage.suite.ts'
import {
  DIFFERENCE_END,
  differenceBits,
  partWidth,
  placeWidth,
  predicted,
  readDifference,
  writeDifference,
} from './prediction.ts'

test('[T46] a difference is as many ones as its upper part counts, a zero and its lower bits, and never much more', () => {
  const writer = new BitWriter(16)
  const reader = new BitReader()
  const random = new Random(3)
  const differences = [0, 1, -1, 2, -2, 9, -10, DIFFERENCE_END - 1, 1 - DIFFERENCE_END]
  for (let i = 0; i < 500; i++) differences.push(random.integer(-(2 ** (i % 30)), 2 ** (i % 30)))
  for (const difference of differences)
    for (let width = 0; width < 20; width++) {
      writer.reset()
      writeDifference(writer, difference, width)
      assert.equal(writer.bitLength, differenceBits(difference, width))
      assert.ok(writer.bitLength <= 10 + 5 + 30)
      assert.equal(
        readDifference(reader.reset(writer.finish()), width),
        difference,
        `${difference}, ${width}`,
      )
    }
  assert.deepEqual(
    [0, -1, 1, -2].map((difference) => differenceBits(difference, 0)),
    [1, 2, 3, 4],
  )
})

test('[T45] what moved on between two states is expected to move on so', () => {
  assert.equal(predicted(100, 90, { age: 3, gap: 1 }), 130)
  assert.equal(predicted(100, 90, { age: 3, gap: 4 }), 108)
  assert.equal(predicted(100, 90, { age: 3, gap: 0 }), 100)
})

test('[T46] the older the base, and the faster the thing, the more lower bits', () => {
  const ages = [1, 2, 6, 12, 127]
  assert.deepEqual(
    ages.map((age) => [0, 1, 10, 100].map((pace) => placeWidth(age, pace, false))),
    [
      [2, 0, 1, 2],
      [3, 1, 2, 3],
      [6, 4, 5, 6],
      [8, 6, 7, 8],
      [14, 12, 13, 14],
    ],
  )
  assert.deepEqual(
    ages.map((age) => placeWidth(age, 0, true)),
    [0, 0, 1, 3, 9],
  )
  assert.deepEqual(
    ages.map((age) => [0, 1, 10].map((pace) => partWidth(age, pace))),
    [
      [0, 1, 2],
      [0, 2, 3],
      [1, 4, 5],
      [3, 6, 7],
      [9, 10, 11],
    ],
  )
})

/** A wreck that flies and turns, thrown up again when it is down. */
function flight(stage: Stage) {
  const wreck = stage.world.spawn('wreck', {
    position: { x: 100, y: 100, z: 5 },
    rotation: { x: 0, y: 0, z: 0, w: 1 },
    spin: { x: 0, y: 0, z: 0, w: 1 },
    isHeavy: false,
  })
  let [rise, step] = [0.3, 0]
  return {
    wreck,
    fly(): void {
      step++
      rise = wreck.position.z + rise < 1 ? 0.3 : rise - 0.01
      wreck.position.x += step % 80 < 40 ? 0.11 : -0.11
      wreck.position.y += step % 80 < 40 ? 0.05 : -0.05
      wreck.position.z += rise
      wreck.rotation = about(step * 0.06)
    },
  }
}

/** Returns a rotation about an axis aslant, by about so many radians. */
function about(angle: number): Quaternion {
  const turns = angle / 2
  const w = 1 - (turns % 2)
  const rest = Math.sqrt(Math.max(0, 1 - w * w) / 3)
  return { x: rest, y: rest, z: rest, w }
}

/** Returns how many bits were read of something. */
function bitsOf(meter: StateMeter, kind: string, what: string): number {
  return meter.counts.find((count) => count.kind === kind && count.what === what)?.bits ?? 0
}

function assertSame(stage: Stage, watcher: Watcher): void {
  const { ledger } = stage.author
  for (const { key } of ledger.topics)
    assert.equal(firstMismatch(ledger, watcher.replica.ledger, key), undefined)
}

test('[T45] [T47] place and rotation of what flies and turns take a third of what they take whole, and arrive as they are', () => {
  const stage = new Stage()
  const { wreck, fly } = flight(stage)
  const watcher = new Watcher(stage.desk).at(100, 100)
  for (let tick = 0; tick < 5; tick++) stage.tick(watcher)
  const meter = new StateMeter()
  watcher.replica.meter = meter
  const ticks = 200
  for (let tick = 0; tick < ticks; tick++) {
    fly()
    stage.tick(watcher)
    assertSame(stage, watcher)
  }
  const bits = (field: string): number => bitsOf(meter, 'wreck', field) / ticks
  // Whole: 14 + 14 + 14 bits and two, and 29 and one.
  assert.ok(bits('position') < 14, `${bits('position')} bits a place`)
  assert.ok(bits('rotation') < 14, `${bits('rotation')} bits a rotation`)
  assert.ok(watcher.replica.present.has(wreck.id))
})

test('[T45] on a link that loses packets nothing is told from what the viewer is not known to have', () => {
  const stage = new Stage()
  const { fly } = flight(stage)
  const random = new Random(8)
  const watcher = new Watcher(stage.desk, { isLossy: true }).at(100, 100)
  const meter = new StateMeter()
  watcher.replica.meter = meter
  const under: { number: number; hasArrived: boolean }[] = []
  let lost = 0
  for (let tick = 0; tick < 400; tick++) {
    fly()
    stage.publish()
    const { number, bytes } = watcher.writeNumbered()
    const hasArrived = tick >= 390 || !random.chance(0.1)
    if (!hasArrived) lost++
    else if (number > 0) assert.equal(watcher.replica.receive(stage.world.tick, bytes), 'applied')
    under.push({ number, hasArrived })
    const known = under[tick - 6]
    if (known?.number > 0) watcher.view[known.hasArrived ? 'acknowledged' : 'lost'](known.number)
    // The wreck moves in every tick: each packet that arrives tells all of it.
    if (hasArrived) assertSame(stage, watcher)
    stage.world.endTick()
  }
  assert.ok(lost > 20)
  assert.ok(bitsOf(meter, '', 'bases') > 0)
  const mean = bitsOf(meter, 'wreck', 'position') / (400 - lost)
  assert.ok(mean < 30, `${mean} bits a place`)
})

test('[T45] whoever came into view meanwhile is told whole until the viewer is known to have two states of them', () => {
  const stage = new Stage()
  const { wreck, fly } = flight(stage)
  const watcher = new Watcher(stage.desk).at(100, 100)
  const jumps: number[] = []
  for (let tick = 0; tick < 60; tick++) {
    fly()
    // To the next cell and back: a chunk to arrive in each time.
    if (tick % 10 === 5) stage.world.teleport(wreck, { x: tick % 20 === 5 ? 127.9 : 128.1, y: 100 })
    stage.tick(watcher)
    jumps.push(watcher.bytes)
    assertSame(stage, watcher)
  }
  assert.ok(Math.min(...jumps) < Math.max(...jumps) / 2)
})

test('[T26] who has the same states of the past is told the same, encoded once', () => {
  const stage = new Stage()
  const { fly } = flight(stage)
  const watchers = Array.from({ length: 20 }, () => new Watcher(stage.desk).at(100, 100))
  for (let tick = 0; tick < 5; tick++) stage.tick(...watchers)
  const before = stage.desk.changes.encoded
  for (let tick = 0; tick < 10; tick++) {
    fly()
    stage.tick(...watchers)
  }
  assert.equal(stage.desk.changes.encoded, before + 10)
  // One who missed a tick stands on other states.
  fly()
  stage.tick(...watchers.slice(1))
  fly()
  stage.tick(...watchers)
  assert.equal(stage.desk.changes.encoded, before + 13)
  for (const watcher of watchers) assertSame(stage, watcher)
})

test('[T33] bases that are none, and what is told from states that nobody has, are broken', () => {
  const stage = new Stage()
  const { fly } = flight(stage)
  const watcher = new Watcher(stage.desk).at(100, 100)
  for (let tick = 0; tick < 8; tick++) {
    fly()
    stage.tick(watcher)
  }
  const { tick } = stage.world
  for (const bytes of [[231, 0, 1], [231, 128, 1], [231, 1, 128], [231, 1], [231]])
    assert.equal(watcher.replica.receive(tick, Uint8Array.from(bytes)), 'broken', `${bytes}`)
  assert.equal(watcher.replica.receive(tick, Uint8Array.from([231, 127, 127])), 'applied')
  fly()
  stage.publish()
  const packet = watcher.write()
  // The same news, said to be told from states before the first.
  const early = Uint8Array.from([231, 100, 1, ...packet])
  assert.equal(watcher.replica.receive(stage.world.tick, early), 'broken')
  assert.equal(stageGame.kinds.find(({ name }) => name === 'wreck')?.position?.isPredicted, true)
  assert.ok(stage.author.ledger.topicByKey(cellKey(27)))
})
