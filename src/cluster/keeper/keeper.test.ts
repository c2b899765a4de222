/** The protocol step by step; test/cluster plays it with everything that can go wrong. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AUTHORITY_MS } from './keeper.ts'
import { KeeperStage } from './keeper-stage.suite.ts'
import type { ProtocolRules } from './rules.ts'

const bundle = { state: Uint8Array.of(5), luggage: Uint8Array.of(7) }

/** Regions a and b with districts 1 and 2, and entity 7 in district 1. */
function twoRegions(out?: keyof ProtocolRules): KeeperStage {
  const stage = new KeeperStage(out)
  stage.row(7, 1)
  stage.start('a')
  stage.start('b')
  stage.assign(1, 'a', 2)
  stage.assign(2, 'b', 1)
  stage.deliver()
  stage.run(2100)
  stage.deliver()
  stage.tellViews()
  return stage
}

describe('handing an entity over', () => {
  test('[K7] an entity that leaves is frozen, passed by the store, and only then given', () => {
    const stage = twoRegions()
    const a = stage.keepers.get('a')!
    assert.deepEqual(stage.placesOf(7), ['a/1'])
    stage.isStoreHeld = true
    assert.equal(a.leave(7, 2, bundle, stage.now), true)
    assert.deepEqual([a.isFrozen(7), stage.placesOf(7)], [true, []])
    stage.run(100)
    assert.deepEqual(stage.letters, [], 'nobody is told before the store has said so')
    stage.releaseStore()
    stage.deliver()
    assert.deepEqual(stage.placesOf(7), ['b/2'])
    assert.deepEqual(stage.done.slice(-2), ['b adopt 7/2', 'a release 7'])
    assert.equal(stage.luggage.get('b 7'), '7')
  })

  test('[K7] a pass whose answer was lost is asked again, and done once', () => {
    const stage = twoRegions()
    stage.isStoreHeld = true
    stage.keepers.get('a')!.leave(7, 2, bundle, stage.now)
    stage.settle()
    stage.releaseStore(false)
    stage.run(100)
    stage.deliver()
    assert.deepEqual(stage.placesOf(7), ['b/2'])
    const found = stage.table.rows({ district: 2, epoch: 1, holder: 'b' })
    assert.deepEqual(found.is === 'claimed' && found.rows.map(({ hop }) => hop), [2])
  })

  test('[K8] a pass that is stale is somebody else’s entity', () => {
    const stage = twoRegions()
    stage.table.claim({ district: 1, epoch: 9, holder: 'c' })
    stage.keepers.get('a')!.leave(7, 2, bundle, stage.now)
    stage.settle()
    assert.deepEqual(stage.placesOf(7), [])
    assert.ok(stage.done.includes('a release 7'))
    assert.equal(stage.letters.length, 0)
  })

  test('[K9] a give is told again until it is taken', () => {
    for (const [out, luggage] of [
      [undefined, '7'],
      ['giveAgain', 'none'],
    ] as const) {
      const stage = twoRegions(out)
      stage.keepers.get('a')!.leave(7, 2, bundle, stage.now)
      stage.settle()
      stage.deliver(({ message }) => message.is === 'give')
      stage.run(60)
      stage.deliver()
      stage.run(1100)
      stage.deliver()
      assert.deepEqual(stage.placesOf(7), ['b/2'])
      assert.equal(stage.luggage.get('b 7'), luggage, 'without it what only a gave is lost')
    }
  })

  test('[K10] what was taken before is taken, and nothing comes of it', () => {
    const stage = twoRegions()
    const [a, b] = [stage.keepers.get('a')!, stage.keepers.get('b')!]
    a.leave(7, 2, bundle, stage.now)
    stage.settle()
    const [give] = stage.letters
    stage.deliver()
    b.leave(7, 1, bundle, stage.now)
    stage.settle()
    stage.deliver()
    assert.deepEqual(stage.placesOf(7), ['a/3'])
    b.receive('a', give.message, stage.now)
    stage.settle()
    assert.deepEqual(stage.placesOf(7), ['a/3'])
    assert.deepEqual(
      stage.letters.map(({ message }) => message.is),
      ['taken'],
    )
  })

  test('[K11] who held the district only later asks the store before it takes', () => {
    for (const [out, places] of [
      [undefined, ['c/3']],
      ['askWhenLate', ['d/2', 'c/3']],
    ] as const) {
      const stage = twoRegions(out)
      const [a, b] = [stage.keepers.get('a')!, stage.keepers.get('b')!]
      stage.start('c')
      stage.assign(3, 'c', 1)
      stage.deliver()
      a.leave(7, 2, bundle, stage.now)
      stage.settle()
      stage.deliver(({ message }) => message.is === 'taken')
      assert.equal(b.leave(7, 3, bundle, stage.now), true)
      stage.settle()
      stage.deliver(({ to }) => to === 'a')
      assert.deepEqual(stage.placesOf(7), ['c/3'])
      // Region a never heard that it was taken; b dies, and d takes its district over.
      stage.keepers.delete('b')
      const c = stage.keepers.get('c')!
      stage.keepers.delete('c')
      stage.start('d')
      stage.keepers.set('c', c)
      stage.assign(2, 'd', 2)
      stage.deliver()
      stage.run(2200)
      stage.deliver()
      stage.run(100)
      stage.deliver()
      assert.deepEqual(stage.placesOf(7).sort(), [...places].sort())
      if (!out) assert.equal(a.isFrozen(7), false, 'a may forget it')
    }
  })

  test('[K12] an entity that nobody gave is found within a second', () => {
    for (const [out, places] of [
      [undefined, ['b/2']],
      ['orphans', []],
    ] as const) {
      const stage = twoRegions(out)
      stage.keepers.get('a')!.leave(7, 2, bundle, stage.now)
      stage.settle()
      stage.keepers.delete('a')
      stage.letters = []
      stage.run(1100)
      assert.deepEqual(stage.placesOf(7), places)
    }
  })

  test('[K13] while the store is slow nothing leaves, and is stepped on', () => {
    const stage = twoRegions()
    const a = stage.keepers.get('a')!
    stage.isStoreHeld = true
    a.save(() => Uint8Array.of(3), stage.now)
    stage.run(250)
    assert.equal(a.leave(7, 2, bundle, stage.now), false)
    assert.deepEqual([a.isFrozen(7), stage.placesOf(7)], [false, ['a/1']])
    stage.releaseStore()
    stage.run(1100)
    assert.equal(a.leave(7, 2, bundle, stage.now), true)
  })
})

describe('who owns a district', () => {
  test('[K1] whose save is stale drops the district at once', () => {
    const stage = twoRegions()
    stage.table.claim({ district: 1, epoch: 9, holder: 'c' })
    stage.keepers.get('a')!.save(() => Uint8Array.of(3), stage.now)
    stage.settle()
    assert.deepEqual([stage.placesOf(7), stage.done.slice(-2)], [[], ['a release 7', 'a cease 1']])
  })

  test('[K2] a district assigned to another at a higher epoch is dropped; at a lower one it is not', () => {
    const stage = twoRegions()
    stage.assign(1, 'b', 1)
    assert.deepEqual(stage.placesOf(7), ['a/1'])
    stage.assign(1, 'b', 3)
    assert.deepEqual(stage.placesOf(7), [])
    stage.isStoreHeld = true
    stage.assign(1, 'a', 2)
    assert.equal(
      stage.keepers.get('a')!.districts.has(1),
      false,
      'nothing is claimed at an epoch that was heard of',
    )
    stage.assign(1, 'a', 4)
    assert.equal(stage.keepers.get('a')!.districts.has(1), true)
  })

  test('[K5] who hears of neither store nor directory for 1.5 s falls silent', () => {
    for (const [out, isAuthor] of [
      [undefined, false],
      ['silence', true],
    ] as const) {
      const stage = twoRegions(out)
      const a = stage.keepers.get('a')!
      stage.isStoreHeld = true
      stage.run(AUTHORITY_MS - 50)
      assert.equal(a.isAuthor(1, stage.now), true)
      stage.run(100)
      assert.equal(a.isAuthor(1, stage.now), isAuthor)
    }
  })

  test('[K5] the directory alone, or the store alone, is enough', () => {
    const stage = twoRegions()
    const a = stage.keepers.get('a')!
    for (let i = 0; i < 10; i++) {
      stage.run(500)
      assert.equal(a.isAuthor(1, stage.now), true, 'the store alone')
    }
    stage.isStoreHeld = true
    for (let i = 0; i < 10; i++) {
      stage.tellViews()
      stage.run(500)
      assert.equal(a.isAuthor(1, stage.now), true, 'the directory alone')
    }
  })

  test('[K4] who takes over authors when all whom the old owner told have answered, or when that must be silent', () => {
    for (const isAnswered of [true, false]) {
      const stage = twoRegions()
      stage.start('c')
      stage.tellViews()
      stage.keepers.delete('a')
      stage.assign(1, 'c', 3)
      const c = stage.keepers.get('c')!
      assert.equal(c.isAuthor(1, stage.now), false)
      stage.deliver(({ from, message }) => message.is === 'fenced' && from === 'b' && !isAnswered)
      assert.equal(c.isAuthor(1, stage.now), isAnswered)
      stage.run(2100)
      assert.equal(c.isAuthor(1, stage.now), true)
    }
  })

  test('[K4] an old owner that says itself that it is none any more is enough', () => {
    const stage = twoRegions()
    stage.start('c')
    stage.tellViews()
    stage.assign(1, 'c', 3)
    stage.deliver(({ from, message }) => message.is === 'fenced' && from === 'b')
    assert.equal(stage.keepers.get('c')!.isAuthor(1, stage.now), true)
  })

  test('[K4] where it is not known whom the old owner told, the new one waits', () => {
    const stage = twoRegions()
    stage.keepers.delete('a')
    stage.start('c')
    stage.assign(1, 'c', 3)
    stage.deliver()
    const c = stage.keepers.get('c')!
    assert.equal(c.isAuthor(1, stage.now), false)
    stage.run(2100)
    assert.equal(c.isAuthor(1, stage.now), true)
    assert.deepEqual(stage.placesOf(7), ['c/1'])
  })

  test('[K14] a district that moves is frozen, saved, and its new owner’s at the next epoch, with all that was in it', () => {
    const stage = twoRegions()
    const [a, b] = [stage.keepers.get('a')!, stage.keepers.get('b')!]
    stage.start('c')
    stage.tellViews()
    stage.isStoreHeld = true
    stage.assign(1, 'a', 2, 'b')
    assert.equal(a.isAuthor(1, stage.now), false, 'frozen')
    stage.releaseStore()
    assert.deepEqual(stage.placesOf(7), [])
    stage.settle()
    const sent = new Set<string>()
    stage.deliver(({ message }) => !sent.add(message.is))
    assert.deepEqual([...sent], ['hand', 'handed'], 'nobody is asked')
    assert.deepEqual([stage.placesOf(7), b.isAuthor(1, stage.now)], [['b/1'], true])
    assert.equal(stage.luggage.get('b 7'), '9')
    assert.deepEqual(
      stage.table.holders().find(({ district }) => district === 1),
      {
        ...{ district: 1, epoch: 3, holder: 'b' },
      },
    )
  })
})
