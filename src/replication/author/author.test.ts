import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { topicKey } from '../ledger/topic.ts'
import { Stage, Watcher } from '../stage.suite.ts'

test('[T27] a change smaller than the step of its field is none, and costs no packet', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  const watcher = new Watcher(stage.desk).at(100, 100)
  stage.tick(watcher)
  ada.facing = 0.005
  ada.position.x += 1 / 64
  stage.tick(watcher)
  assert.equal(watcher.bytes, 0)
  ada.facing = 0.02
  stage.tick(watcher)
  assert.ok(watcher.bytes > 0)
  assert.deepEqual(watcher.news(), ['Ada enters', 'Ada changes facing from 0'])
})

test('[T27] nothing is flagged by game code: what objects hold is compared', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  const watcher = new Watcher(stage.desk).at(100, 100)
  stage.tick(watcher)
  ada.bag = [1, 2]
  stage.tick(watcher)
  ;(ada.bag as number[]).push(3)
  ada.lantern = { isLit: false, oil: 3 }
  stage.tick(watcher)
  ;(ada.lantern as { isLit: boolean }).isLit = true
  stage.tick(watcher)
  ada.lantern = { isLit: true, oil: 3 }
  stage.tick(watcher)
  assert.equal(watcher.bytes, 0)
  ada.lantern = undefined
  stage.tick(watcher)
  assert.deepEqual(watcher.news().slice(1), [
    'Ada changes bag from []',
    'Ada changes bag from [1,2]',
    'Ada changes lantern from undefined',
    'Ada changes lantern from {"isLit":false,"oil":3}',
    'Ada changes lantern from {"isLit":true,"oil":3}',
  ])
})

test('[T27] a value that its field cannot carry is the program’s mistake, told with kind, entity and field', () => {
  for (const [spoil, sentence] of [
    [
      (ada: { health: number }) => (ada.health = 140),
      /^\[wire\/out-of-range\] walker 1\.health is 140; it travels as 0\.\.100/,
    ],
    [
      (ada: { bag: readonly number[] }) => (ada.bag = [3, 12]),
      /^\[wire\/out-of-range\] walker 1\.bag\[1\] is 12;/,
    ],
    [
      (ada: { facing: number }) => (ada.facing = Number.NaN),
      /^\[wire\/out-of-range\] walker 1\.facing is NaN;/,
    ],
  ] as const) {
    const stage = new Stage()
    const ada = stage.walker(100, 100)
    stage.tick()
    spoil(ada as never)
    assert.throws(() => stage.tick(), { message: sentence })
  }
  const stage = new Stage()
  assert.throws(
    () => stage.walker(100, 100, { name: 'a name of more than sixteen bytes' }),
    /^ShardlessError: \[wire\/out-of-range\] walker 1\.name is 33 bytes long/,
  )
})

test('[T28] a straight mover costs nothing after its first steps, and is within the tolerance all along', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  const watcher = new Watcher(stage.desk).at(100, 100, 90)
  stage.tick(watcher)
  for (let tick = 0; tick < 200; tick++) {
    ada.position.x += 0.125
    ada.position.y -= 0.0625
    stage.tick(watcher)
    const hasCrossed = Math.floor(ada.position.x / 32) !== Math.floor((ada.position.x - 0.125) / 32)
    const hasCrossedSouth = Math.floor(ada.position.y / 32) !== Math.floor((ada.position.y + 0.0625) / 32)
    if (tick > 1 && !hasCrossed && !hasCrossedSouth)
      assert.equal(watcher.bytes, 0, `${watcher.bytes} bytes in tick ${tick}`)
    assertWithin(stage, watcher, ada, 1 / 32)
  }
})

test('[T28] whoever walks as they please is always within the tolerance', () => {
  const random = new Random(8)
  const stage = new Stage()
  const ada = stage.walker(128, 128)
  const watcher = new Watcher(stage.desk).at(128, 128, 300)
  let way = { x: 0, y: 0 }
  for (let tick = 0; tick < 3000; tick++) {
    if (random.chance(0.1)) way = { x: random.between(-0.9, 0.9), y: random.between(-0.9, 0.9) }
    if (random.chance(0.05)) way = { x: 0, y: 0 }
    if (random.chance(0.2)) way = { x: way.x * 0.9, y: way.y + random.between(-0.1, 0.1) }
    ada.position.x = Math.max(0, Math.min(255.9, ada.position.x + Math.max(-0.99, Math.min(0.99, way.x))))
    ada.position.y = Math.max(0, Math.min(255.9, ada.position.y + Math.max(-0.99, Math.min(0.99, way.y))))
    stage.tick(watcher)
    assertWithin(stage, watcher, ada, 1 / 32)
  }
})

test('[T28] a turn costs a few bytes, because it begins where receivers have the walker', () => {
  const stage = new Stage()
  const ada = stage.walker(110, 110)
  const watcher = new Watcher(stage.desk).at(110, 110)
  const walk = (x: number, y: number): number[] => {
    const bytes: number[] = []
    for (let i = 0; i < 10; i++) {
      ada.position.x += x
      ada.position.y += y
      stage.tick(watcher)
      bytes.push(watcher.bytes)
    }
    return bytes
  }
  walk(0.25, 0)
  assert.deepEqual(walk(0, 0.25), [4, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  assert.deepEqual(walk(0, 0), [3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('[T28] a jump is told as one: by teleport, and by a step faster than the greatest speed', () => {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  const leaf = stage.world.spawn('leaf', { position: { x: 90, y: 90 } })
  const watcher = new Watcher(stage.desk).at(100, 100)
  stage.tick(watcher)
  watcher.moves.length = 0
  stage.world.teleport(ada, { x: 100.5, y: 100.5 })
  leaf.position.x += 3
  stage.tick(watcher)
  ada.position.x += 5
  leaf.position.x += 0.5
  stage.tick(watcher)
  assert.deepEqual(
    watcher.moves.map(({ id, hasJumped }) => [id, hasJumped]),
    [
      [ada.id, true],
      [leaf.id, true],
      [ada.id, true],
      [leaf.id, false],
    ],
  )
})

test('[T29] a topic that stays empty for 1200 ticks is closed, however many were restricted and are gone', () => {
  const stage = new Stage()
  const { ledger } = stage.author
  for (let tick = 0; tick < 5000; tick++) {
    const ghost = stage.walker(10 + (tick % 200), 10, { isRestricted: true })
    stage.tick()
    stage.world.despawn(ghost)
  }
  assert.ok(ledger.sizes.topics <= 1202, `${ledger.sizes.topics} topics`)
  for (let tick = 0; tick < 1300; tick++) stage.tick()
  assert.deepEqual(ledger.sizes, { topics: 0, chunks: 0 })
})

test('[T29] a topic that is used again within that time stays the same', () => {
  const stage = new Stage()
  const ada = stage.walker(10, 10)
  stage.tick()
  const home = stage.author.ledger.topicByKey(0)
  for (let round = 0; round < 6; round++) {
    ada.position.x += round % 2 === 0 ? 40 : -40
    for (let tick = 0; tick < 1000; tick++) stage.tick()
  }
  assert.equal(stage.author.ledger.topicByKey(0)?.born, home?.born)
})

test('who is restricted is in a topic of its own, whoever is in a group in that of the group', () => {
  const stage = new Stage()
  const ada = stage.walker(10, 10)
  stage.world.spawn('sky', { weather: 1 }, { group: 4 })
  stage.world.spawn('sky', { weather: 2 })
  stage.tick()
  stage.world.restrict(ada, true)
  stage.tick()
  const { ledger } = stage.author
  for (const [key, count] of [
    [0, 0],
    [topicKey({ kind: 'entity', id: ada.id }), 1],
    [topicKey({ kind: 'group', id: 4 }), 1],
    [topicKey({ kind: 'world', id: 0 }), 1],
  ])
    assert.equal(ledger.chunkCount[ledger.topicByKey(key)?.chunks[0] ?? -1], count)
})

function assertWithin(
  stage: Stage,
  { replica }: Watcher,
  ada: { readonly id: number; readonly position: { readonly x: number; readonly y: number } },
  tolerance: number,
): void {
  const { ledger } = replica
  const index = replica.present.get(ada.id)?.index as number
  const table = ledger.tables[ledger.entityKind[index]]
  const row = ledger.entityRow[index]
  const tick = stage.world.tick - 1
  const unit = table.layout?.unit as number
  const off = Math.hypot(
    table.placeAt(row, 0, tick) * unit - ada.position.x,
    table.placeAt(row, 1, tick) * unit - ada.position.y,
  )
  assert.ok(off <= tolerance + unit, `off by ${off} m at tick ${tick}`)
}

test('[T27] who sets a field to what it cannot carry is told with the line that did, on one of each kind and once more', () => {
  const stage = new Stage()
  const [ada, bob] = [stage.walker(100, 100), stage.walker(110, 100)]
  const breakLegs = (one: { health: number }) => {
    one.health = 140
  }
  const mistakeOf = (one: { health: number }): Error => {
    breakLegs(one)
    try {
      stage.tick()
    } catch (error) {
      return error as Error
    }
    return assert.fail('nothing was thrown')
  }
  // In the very tick of its spawn, and ever after.
  for (let times = 0; times < 2; times++) {
    const { message, stack } = mistakeOf(ada)
    assert.match(message, /^\[wire\/out-of-range\] walker 1\.health is 140;/)
    assert.match(stack ?? '', /is 140;.*\n +at breakLegs \(.*author\.test\.ts:\d+/)
  }
  ada.health = 70
  stage.tick()
  assert.deepEqual([ada.health, Object.keys(ada).includes('health')], [70, true])
  assert.doesNotMatch(mistakeOf(bob).stack ?? '', /breakLegs/, 'another one is not watched yet')
  assert.match(mistakeOf(bob).stack ?? '', /at breakLegs/)
  bob.health = 70
  stage.world.despawn(ada)
  stage.tick()
  assert.match(
    mistakeOf(stage.walker(120, 100)).stack ?? '',
    /at breakLegs/,
    'the next one of its kind is watched',
  )
})
