import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MatchHall } from '../docs/examples/match.ts'
import { Random } from '../src/index.ts'

test('those who are ready when the countdown has passed are in an arena of their own, which closes when they have left', () => {
  const hall = new MatchHall(new Random(1))
  let closed = 0
  const run = (from: number, to: number): void => {
    for (let tick = from; tick <= to; tick++) {
      hall.advance(tick)
      closed += hall.realm.closed.length
      hall.realm.endTick()
    }
  }
  const [ada, ben, cay] = ['Ada', 'Ben', 'Cay'].map((name) => hall.join(name))
  run(1, 1)
  for (const player of [ada, ben]) {
    hall.lobby.join(player.id)
    hall.lobby.ready(player.id, true)
  }
  run(2, 100)
  assert.equal(hall.realm.whereIs(ada)?.map, 'hall')
  run(101, 101)
  const arena = hall.realm.whereIs(ada)
  assert.equal(arena?.map, 'arena')
  assert.equal(hall.realm.whereIs(ben), arena)
  assert.equal(hall.realm.whereIs(cay)?.map, 'hall')
  assert.deepEqual(ada.entity && [ada.entity.team, ada.entity.position.x], [0, 8])
  assert.deepEqual(ben.entity && [ben.entity.team, ben.entity.position.x], [1, 56])
  hall.leave(ada)
  hall.realm.carry(ben, hall.realm.home('hall'), { x: 64, y: 64 })
  run(102, 301)
  assert.equal(closed, 0)
  run(302, 310)
  assert.equal(closed, 1)
})
