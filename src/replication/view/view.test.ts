import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { NO_RESUME_STATE, RESUME_CHUNKS_MAX, type ResumeState } from '../encoding/resume-state.ts'
import { firstMismatch } from '../ledger/digest.ts'
import { topicKey } from '../ledger/topic.ts'
import { Stage, Watcher } from '../stage.suite.ts'
import { defaultViewOptions, type ViewOptions } from './view-options.ts'

type Mover = { readonly position: { x: number; y: number } }

/** Moves everybody a little, at random, within the map. */
function stir(walkers: readonly Mover[], random: Random): void {
  for (const { position } of walkers) {
    position.x = Math.max(0, Math.min(255.9, position.x + random.between(-0.5, 0.5)))
    position.y = Math.max(0, Math.min(255.9, position.y + random.between(-0.5, 0.5)))
  }
}

function crowd(stage: Stage, count: number, at: { x: number; y: number; spread: number }, random: Random) {
  const near = (middle: number): number => middle + random.between(-at.spread, at.spread)
  return Array.from({ length: count }, (_, i) => stage.walker(near(at.x), near(at.y), { name: `w${i}` }))
}

/** Returns the most bytes in any 20 ticks, headers counted. */
function mostInASecond(packets: readonly Uint8Array[], overheadBytes: number): number {
  let most = 0
  for (let i = 0; i < packets.length; i++) {
    let sum = 0
    for (const packet of packets.slice(i, i + 20)) if (packet.length > 0) sum += packet.length + overheadBytes
    most = Math.max(most, sum)
  }
  return most
}

function assertEqual(stage: Stage, { replica, view }: Watcher): void {
  for (const { key } of view.topics)
    assert.equal(firstMismatch(stage.author.ledger, replica.ledger, key), undefined)
}

test('[T20] a budget is never passed in any second, headers counted, and all are told in the end', () => {
  for (const bytesPerSecond of [2000, 4000, 12_000]) {
    const random = new Random(bytesPerSecond)
    const stage = new Stage()
    const walkers = crowd(stage, 150, { x: 100, y: 100, spread: 60 }, random)
    const watcher = new Watcher(stage.desk, { bytesPerSecond }).at(100, 100, 80)
    for (let tick = 0; tick < 300; tick++) {
      stir(walkers, random)
      stage.tick(watcher)
    }
    const most = mostInASecond(watcher.packets, defaultViewOptions.overheadBytes)
    assert.ok(most <= bytesPerSecond, `${most} bytes of ${bytesPerSecond}`)
    assert.ok(most > bytesPerSecond * 0.6)
    for (let tick = 0; tick < 400; tick++) stage.tick(watcher)
    assertEqual(stage, watcher)
  }
})

test('[T20] a budget that could not carry a large entity is refused', () => {
  const { desk } = new Stage()
  assert.throws(
    () => new Watcher(desk, { bytesPerSecond: 1999 }),
    /\[replication\/small-budget\] a view of 1999 bytes/,
  )
})

test('[T21] whoever joins a crowd is told of their own character first, then of the near, then of the far', () => {
  const random = new Random(3)
  const stage = new Stage()
  crowd(stage, 600, { x: 128, y: 128, spread: 100 }, random)
  const own = stage.walker(128, 128, { name: 'me' })
  stage.tick()
  const watcher = new Watcher(stage.desk, { bytesPerSecond: 5000 }).at(128, 128, 120)
  watcher.view.own = own.id
  const distanceOf = new Map(watcher.view.topics.map(({ key, distance }) => [key, distance]))
  let first = 0
  while (watcher.replica.present.size < 600 && first < 400) {
    stage.tick(watcher)
    first++
    if (first === 1) for (const { key, distance } of watcher.view.topics) distanceOf.set(key, distance)
    if (first === 2) assert.ok(watcher.replica.present.get(own.id)?.isKnown)
  }
  assert.ok(first > 20, `all were told in ${first} ticks`)
  const told = [...watcher.replica.followed].map((key) => distanceOf.get(key) ?? 0)
  // The own character's chunk comes first; every other topic was begun nearest first.
  assert.deepEqual(
    told,
    [...told].sort((a, b) => a - b),
  )
  assert.ok(mostInASecond(watcher.packets, defaultViewOptions.overheadBytes) <= 5000)
})

test('[T21] nothing starves: with a budget far too small, news of every chunk come again and again', () => {
  const random = new Random(4)
  const stage = new Stage()
  const walkers = crowd(stage, 400, { x: 128, y: 128, spread: 110 }, random)
  const watcher = new Watcher(stage.desk, { bytesPerSecond: 3000 }).at(128, 128, 120)
  const longest = new Map<string, number>()
  for (let tick = 0; tick < 1200; tick++) {
    stir(walkers, random)
    stage.tick(watcher)
    if (tick > 600)
      for (const { key, order, waited } of watcher.view.topics)
        longest.set(`${key} ${order}`, Math.max(waited, longest.get(`${key} ${order}`) ?? 0))
  }
  const waits = [...longest.values()]
  assert.ok(Math.max(...waits) < 400, `somebody waited ${Math.max(...waits)} ticks`)
  assert.ok(waits.length > 40)
})

test('[T21] the own character is as fresh as can be while the others wait', () => {
  const random = new Random(5)
  const stage = new Stage()
  const walkers = crowd(stage, 400, { x: 128, y: 128, spread: 110 }, random)
  const own = stage.walker(128, 128, { name: 'me' })
  const watcher = new Watcher(stage.desk, { bytesPerSecond: 8000 }).at(128, 128, 120)
  watcher.view.own = own.id
  for (let tick = 0; tick < 200; tick++) {
    stir(walkers, random)
    stage.tick(watcher)
  }
  let late = 0
  for (let tick = 0; tick < 200; tick++) {
    stir(walkers, random)
    own.health = tick % 100
    stage.tick(watcher)
    if (watcher.replica.present.get(own.id)?.entity.health !== own.health) late++
  }
  assert.ok(late < 120, `late in ${late} of 200 ticks`)
})

test('[T22] a viewer not told for ten seconds gets the newest state in one packet, not what happened meanwhile', () => {
  const random = new Random(6)
  const stage = new Stage()
  const walkers = crowd(stage, 60, { x: 100, y: 100, spread: 40 }, random)
  const [steady, stalled] = [0, 1].map(() => new Watcher(stage.desk).at(100, 100, 48))
  for (let tick = 0; tick < 20; tick++) {
    stir(walkers, random)
    stage.tick(steady, stalled)
  }
  const [begun, before] = [steady.packets.length, stalled.told.length]
  for (let tick = 0; tick < 200; tick++) {
    stir(walkers, random)
    for (const walker of walkers) if (random.chance(0.1)) walker.health = random.integer(0, 100)
    stage.tick(steady)
  }
  stage.tick(steady, stalled)
  assertEqual(stage, stalled)
  const film = steady.packets.slice(begun).reduce((sum, { length }) => sum + length, 0)
  assert.ok(stalled.bytes * 20 < film, `${stalled.bytes} bytes after ${film} of others`)
  // Each is told at most once of each change, however often it changed meanwhile.
  assert.ok(stalled.told.length - before <= walkers.length)
})

test('[T22] one who takes in nothing changes no byte for the others, and costs no encoding for them', () => {
  const told = (isStalledOneThere: boolean) => {
    const random = new Random(12)
    const stage = new Stage()
    const walkers = crowd(stage, 60, { x: 100, y: 100, spread: 40 }, random)
    const steady = new Watcher(stage.desk).at(100, 100, 48)
    const stalled = isStalledOneThere ? [new Watcher(stage.desk).at(105, 100, 48)] : []
    stage.tick(steady, ...stalled)
    for (let tick = 0; tick < 100; tick++) {
      stir(walkers, random)
      stage.tick(steady)
    }
    return { packets: steady.packets, encoded: stage.desk.changes.encoded }
  }
  const [alone, beside] = [told(false), told(true)]
  assert.deepEqual(beside.packets, alone.packets)
  assert.ok(beside.encoded - alone.encoded < 10)
})

test('[T23] far cells are told of every fourth tick, at the same ticks for all who see them as far', () => {
  const stage = new Stage()
  const far = stage.walker(165, 100)
  const near = stage.walker(101, 100, { name: 'Bob' })
  const watchers = [0, 3].map((step) =>
    new Watcher(stage.desk, { farBeyond: 40, farTicks: 4 }).at(100 + step, 100, 80),
  )
  stage.tick(...watchers)
  for (const watcher of watchers) watcher.news()
  const ticks: number[][] = [[], []]
  for (let tick = 0; tick < 40; tick++) {
    far.health = tick
    near.health = tick
    stage.tick(...watchers)
    for (const [i, watcher] of watchers.entries()) {
      const news = watcher.news()
      assert.equal(news.filter((one) => one.startsWith('Bob')).length, 1)
      if (news.length > 1) ticks[i].push(tick)
    }
  }
  assert.equal(ticks[0].length, 10)
  assert.deepEqual(
    ticks[0].slice(1).map((tick, i) => tick - ticks[0][i]),
    Array(9).fill(4),
  )
  assert.deepEqual(ticks[0], ticks[1])
})

test('[T24] in a crowd the radius in force shrinks, down to a quarter; it grows again when the crowd is gone', () => {
  const random = new Random(8)
  const stage = new Stage()
  const walkers = crowd(stage, 300, { x: 128, y: 128, spread: 100 }, random)
  const watcher = new Watcher(stage.desk, { entitiesMax: 60 }).at(128, 128, 100)
  for (let tick = 0; tick < 400; tick++) stage.tick(watcher)
  assert.ok(watcher.view.radius < 60, `${watcher.view.radius} m`)
  assert.ok(watcher.view.radius >= 25)
  assert.ok(watcher.view.isShrunk)
  const shrunk = watcher.view.entities
  assert.ok(shrunk < 200)
  for (const walker of walkers.slice(20)) stage.world.despawn(walker)
  for (let tick = 0; tick < 400; tick++) stage.tick(watcher)
  assert.equal(watcher.view.radius, 100)
  assert.ok(!watcher.view.isShrunk)
  assertEqual(stage, watcher)
})

test('[T15] the radius of a view may change at any time', () => {
  const stage = new Stage()
  for (let x = 10; x < 250; x += 20) stage.walker(x, 100)
  const watcher = new Watcher(stage.desk).at(20, 100, 20)
  const seen = [20, 100, 240, 40, 0].map((radius) => {
    stage.tick(watcher.at(20, 100, radius))
    assertEqual(stage, watcher)
    return watcher.replica.present.size
  })
  assert.ok(seen[0] < seen[1] && seen[1] < seen[2] && seen[3] < seen[2] && seen[4] <= seen[3], `${seen}`)
})

test('[T25] after a lost connection a view goes on from what was heard, for a fraction of a new beginning', () => {
  const random = new Random(9)
  const stage = new Stage()
  const walkers = crowd(stage, 80, { x: 100, y: 100, spread: 50 }, random)
  const watcher = new Watcher(stage.desk).at(100, 100, 48)
  for (let tick = 0; tick < 40; tick++) {
    stir(walkers, random)
    stage.tick(watcher)
  }
  const joined = watcher.packets[0].length
  const heard = watcher.replica.resumeState({ isLossy: false }) as ResumeState
  for (let tick = 0; tick < 10; tick++) {
    stage.publish()
    if (tick < 3) for (const walker of walkers.slice(0, 8)) walker.health = tick
    watcher.write()
    stage.world.endTick()
  }
  assert.ok(watcher.view.resume(heard))
  stage.tick(watcher)
  assertEqual(stage, watcher)
  assert.ok(watcher.bytes * 4 < joined, `${watcher.bytes} of ${joined} bytes`)
})

test('[T25] what this source never told cannot be resumed: everything is told anew to who forgot everything', () => {
  const stage = new Stage()
  stage.walker(100, 100)
  const watcher = new Watcher(stage.desk).at(100, 100, 48)
  for (let tick = 0; tick < 10; tick++) stage.tick(watcher)
  assert.ok(watcher.view.resume({ ...NO_RESUME_STATE, tick: 10 }))
  assert.ok(!watcher.view.resume({ ...NO_RESUME_STATE, tick: 11 }))
  watcher.replica.clear()
  stage.tick(watcher)
  assert.equal(watcher.replica.present.size, 1)
})

/**
 * Takes somebody's link away for ten seconds, while `happen` happens, and brings them back to a view kept or new.
 */
function absence(isKept: boolean, happen: (tick: number, stage: Stage) => void, stage = new Stage()) {
  const options = { bytesPerSecond: 20_000 }
  const before = new Watcher(stage.desk, options).at(100, 100, 48)
  for (let tick = 0; tick < 40; tick++) stage.tick(before)
  const heard = before.replica.resumeState({ isLossy: false }) as ResumeState
  for (let tick = 0; tick < 200; tick++) {
    happen(tick, stage)
    stage.publish()
    // What is sent into a dead link is lost.
    if (tick < 20) before.write()
    stage.world.endTick()
  }
  const told = before.told.length
  if (!isKept) before.renew(options)
  before.at(100, 100, 48)
  assert.ok(before.view.resume(heard))
  for (let tick = 0; tick < 30; tick++) stage.tick(before)
  assertEqual(stage, before)
  return { stage, news: before.told.slice(told).sort() }
}

for (const isKept of [true, false])
  test(`[T25] who was away for ten seconds hears what differs, once (${isKept ? 'the view was kept' : 'the view is new'})`, () => {
    const stage = new Stage()
    const [stays, hurt, dies, walks, leaves] = ['Stays', 'Hurt', 'Dies', 'Walks', 'Leaves'].map((name, i) =>
      stage.walker(90 + 5 * i, 100, { name }),
    )
    const { news } = absence(
      isKept,
      (tick) => {
        hurt.health = tick % 100
        if (tick === 60) stage.world.despawn(dies)
        // The place of one who is gone is taken by another.
        if (tick === 61) stage.walker(100, 101, { name: 'Comes' })
        walks.position.x -= 0.2
        leaves.position.x += 0.5
      },
      stage,
    )
    assert.equal(stays.health, 100)
    assert.deepEqual(news, [
      'Comes enters',
      'Dies leaves (removed)',
      'Hurt changes health from 100',
      'Leaves leaves (out of range)',
    ])
  })

test('[T25] a topic that was closed and opened anew meanwhile is told from its beginning', () => {
  const stage = new Stage()
  const hidden = stage.walker(100, 100, { name: 'Old' })
  const watcher = new Watcher(stage.desk).at(100, 100, 20)
  for (let tick = 0; tick < 10; tick++) stage.tick(watcher)
  stage.world.despawn(hidden)
  const heard = watcher.replica.resumeState({ isLossy: false }) as ResumeState
  for (let tick = 0; tick < 1300; tick++) stage.tick()
  stage.walker(100, 100, { name: 'New' })
  assert.ok(watcher.view.resume(heard))
  for (let tick = 0; tick < 5; tick++) stage.tick(watcher)
  assertEqual(stage, watcher)
  assert.deepEqual(watcher.news(), ['Old enters', 'Old leaves (out of range)', 'New enters'])
})

test('[T25] who comes from a link that loses to one that does not is told everything, and nobody leaves or enters', () => {
  const random = new Random(10)
  const stage = new Stage()
  const walkers = crowd(stage, 60, { x: 100, y: 100, spread: 40 }, random)
  const watcher = new Watcher(stage.desk, { isLossy: true }).at(100, 100, 48)
  for (let tick = 0; tick < 40; tick++) {
    stir(walkers, random)
    stage.tick(watcher)
  }
  watcher.news()
  const heard = watcher.replica.resumeState({ isLossy: true }) as ResumeState
  watcher.renew().at(100, 100, 48)
  assert.ok(watcher.view.resume(heard))
  for (let tick = 0; tick < 10; tick++) stage.tick(watcher)
  assertEqual(stage, watcher)
  assert.deepEqual(watcher.news(), [])
})

test('[T40] who holds more than can be said comes back as new', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk)
  for (let group = 1; group <= RESUME_CHUNKS_MAX + 1; group++) {
    stage.world.spawn('sky', { weather: 1 }, { group })
    watcher.view.follow(topicKey({ kind: 'group', id: group }))
  }
  for (let tick = 0; tick < 20; tick++) stage.tick(watcher)
  assert.equal(watcher.replica.present.size, RESUME_CHUNKS_MAX + 1)
  assert.equal(watcher.replica.resumeState({ isLossy: false }), undefined)
  watcher.view.unfollow(topicKey({ kind: 'group', id: 1 }))
  for (let tick = 0; tick < 20; tick++) stage.tick(watcher)
  assert.equal(watcher.replica.resumeState({ isLossy: false })?.topics.length, RESUME_CHUNKS_MAX)
})

test('[T20] where the link bears less than the budget, no second has more than it bears; afterwards the budget is used again', () => {
  const random = new Random(11)
  const stage = new Stage()
  const walkers = crowd(stage, 200, { x: 100, y: 100, spread: 60 }, random)
  const watcher = new Watcher(stage.desk, { bytesPerSecond: 20_000 }).at(100, 100, 80)
  const most: number[] = []
  for (const borne of [Number.POSITIVE_INFINITY, 5000, 20_000, 1_000_000]) {
    watcher.view.borne = borne
    for (let tick = 0; tick < 100; tick++) {
      stir(walkers, random)
      stage.tick(watcher)
    }
    most.push(mostInASecond(watcher.packets.slice(-80), defaultViewOptions.overheadBytes))
  }
  assert.ok(most[1] <= 5000 && most[1] > 3000, `${most}`)
  for (const each of [most[0], most[2], most[3]]) assert.ok(each <= 20_000 && each > 10_000, `${most}`)
})

test('topics of the world, of groups and of single entities are followed by name', () => {
  const stage = new Stage()
  const sky = stage.world.spawn('sky', { weather: 1 })
  const banner = stage.world.spawn('sky', { weather: 2 }, { group: 5 })
  const ghost = stage.walker(200, 200, { isRestricted: true })
  const watcher = new Watcher(stage.desk).at(20, 20, 20)
  const topics = (
    [
      ['world', 0],
      ['group', 5],
      ['entity', ghost.id],
    ] as const
  ).map(([kind, id]) => topicKey({ kind, id }))
  stage.tick(watcher)
  assert.equal(watcher.replica.present.size, 0)
  for (const key of topics) watcher.view.follow(key)
  stage.tick(watcher)
  assert.deepEqual([...watcher.replica.present.keys()].sort(), [sky.id, banner.id, ghost.id].sort())
  sky.weather = 3
  stage.tick(watcher)
  assert.deepEqual(watcher.news().slice(-1), ['1 changes weather from 1'])
  for (const key of topics) watcher.view.unfollow(key)
  stage.tick(watcher)
  assert.equal(watcher.replica.present.size, 0)
})

test('a view with nothing to tell writes nothing, and one that is closed gives its place to the next', () => {
  const stage = new Stage()
  stage.walker(100, 100)
  const options: Partial<ViewOptions> = { bytesPerSecond: 10_000 }
  for (let i = 0; i < 200; i++) {
    const watcher = new Watcher(stage.desk, options).at(100, 100)
    stage.tick(watcher)
    assert.ok(watcher.bytes > 0)
    stage.tick(watcher)
    assert.equal(watcher.bytes, 0)
    watcher.view.close()
  }
  assert.ok(stage.desk.tables.slab.data.length <= 1024)
})

test('a cell that is followed by name is told of from the first one who comes into it', () => {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk)
  watcher.view.follow(topicKey({ kind: 'cell', id: stage.world.grid.cellAt(200, 200) }))
  stage.tick(watcher)
  const late = stage.walker(200, 200)
  stage.tick(watcher)
  assert.deepEqual([...watcher.replica.present.keys()], [late.id])
})
