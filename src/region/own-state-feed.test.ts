import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../test/town.ts'
import { Random } from '../core/index.ts'
import { emptyMap } from '../geometry/index.ts'
import { World } from '../world/index.ts'
import { PlayerNews } from './message/index.ts'
import { OwnStateFeed } from './own-state-feed.ts'

test('[N17] a client that gives no commands is told once how its character is, and from its first command on at each surprise', () => {
  const world = new World(field, { map: emptyMap(256, 256), random: new Random(1) })
  const player = world.addPlayer('Ada')
  const walker = world.spawn('walker', { position: { x: 10, y: 10 }, health: 50, name: 'Ada' })
  player.entity = walker
  const feed = new OwnStateFeed(player as never)
  const news = new PlayerNews(1)
  const toldIn = (ticks: number): number => {
    let told = 0
    for (let i = 0; i < ticks; i++) {
      world.advance(() => void (walker.position.x += 0.25))
      feed.take(world as never, news)
      if (news.ownState) {
        told++
        feed.settled(world.tick, 'acknowledged')
      }
      world.endTick()
    }
    return told
  }
  assert.equal(toldIn(40), 1)
  feed.heard(20, false)
  assert.equal(toldIn(40), 40)
})
