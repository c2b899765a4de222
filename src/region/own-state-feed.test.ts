import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../test/field/field.ts'
import { Random } from '../core/index.ts'
import { emptyMap } from '../geometry/index.ts'
import { World } from '../world/index.ts'
import { type Fate, PlayerNews } from './message/index.ts'
import { OwnStateFeed } from './own-state-feed.ts'

/** Makes a walker, and records tick by tick what its client is sent. */
function stage() {
  const world = new World(field, { map: emptyMap(256, 256), random: new Random(1) })
  const player = world.addPlayer('Ada')
  const walker = world.spawn('walker', { position: { x: 10, y: 10 }, health: 50, name: 'Ada' })
  player.entity = walker
  const feed = new OwnStateFeed(player as never, Number.POSITIVE_INFINITY)
  const news = new PlayerNews(1)
  /**
   * Runs so many ticks. @returns the ticks in which the own state was sent. `moves`: whether the server moves it in
   * each of them
   */
  const run = (ticks: number, { moves = false, fate = 'acknowledged' as Fate } = {}): number[] => {
    const told: number[] = []
    for (let i = 0; i < ticks; i++) {
      world.advance(() => {
        if (moves) walker.position.x += 0.25
      })
      feed.take(world as never, news)
      if (news.ownState) {
        told.push(world.tick)
        feed.settled(world.tick, fate)
      }
      world.endTick()
    }
    return told
  }
  return { world, feed, run }
}

test('[N17] before its first command a client is told of surprises, twice a second at most; from then on at each', () => {
  const { feed, run } = stage()
  assert.equal(run(40).length, 1)
  assert.equal(run(40, { moves: true }).length, 4)
  assert.equal(run(40).length, 1)
  feed.heard(20, undefined)
  assert.equal(run(40, { moves: true }).length, 40)
})

test('[N17] what came of a command is told of its tick or a later one, once', () => {
  const { world, feed, run } = stage()
  run(40)
  feed.heard(20, world.tick + 30)
  assert.deepEqual(run(80), [71])
})

test('[N17] a word that is no surprise is told again too when it gets lost', () => {
  const { world, feed, run } = stage()
  run(40)
  feed.heard(20, world.tick + 10)
  assert.deepEqual(run(25, { fate: 'lost' }), [51, 61])
  assert.deepEqual(run(40), [71])
})
