import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Presence } from '../replication/index.ts'
import { Replica } from '../replication/index.ts'
import { Stage, stageGame, Watcher } from '../replication/stage.suite.ts'
import { Playback } from './playback.ts'

/** Makes a stage whose only watcher plays back. */
function playing() {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk).at(100, 100, 90)
  let playback: Playback | undefined
  const replica = new Replica(stageGame, {
    entered() {},
    changed() {},
    moved: (presence, tick, hasJumped) => playback?.moved(presence, tick, hasJumped),
    left: ({ id }) => playback?.left(id),
  })
  playback = new Playback(replica.ledger)
  const tick = (): void => {
    stage.publish()
    replica.receive(stage.world.tick, watcher.write())
    stage.world.endTick()
  }
  const at = (id: number, time: number): { x: number; y: number } => {
    const presence = replica.present.get(id) as Presence
    playback?.show(presence, time)
    return { ...(presence.entity.position as { x: number; y: number }) }
  }
  return { stage, tick, at }
}

test('[T35] a walker is shown along the very path, turns included, within the tolerance', () => {
  const { stage, tick, at } = playing()
  const ada = stage.walker(100, 100)
  const path: { x: number; y: number }[] = [{ x: 0, y: 0 }]
  for (let now = 1; now <= 60; now++) {
    if (now > 1) {
      ada.position.x += now % 20 < 10 ? 0.25 : 0
      ada.position.y += now % 20 < 10 ? 0 : 0.25
    }
    path.push({ ...ada.position })
    tick()
    for (const time of [now - 2, now - 1.5])
      if (time >= 3) {
        const shown = at(ada.id, time)
        const [before, after] = [path[Math.floor(time)], path[Math.ceil(time)]]
        const share = time - Math.floor(time)
        const x = before.x + (after.x - before.x) * share
        const y = before.y + (after.y - before.y) * share
        assert.ok(Math.hypot(shown.x - x, shown.y - y) <= 1 / 32, `at ${time}`)
      }
  }
})

test('[T35] a sampled thing is shown between its samples, and after a rest it sets off late', () => {
  const { stage, tick, at } = playing()
  const leaf = stage.world.spawn('leaf', { position: { x: 100, y: 100 } })
  tick()
  leaf.position.x = 100.5
  tick()
  for (let i = 0; i < 8; i++) tick()
  leaf.position.x = 100.9
  tick()
  const x = (time: number): number => Math.round(at(leaf.id, time).x * 1000) / 1000
  assert.deepEqual(
    [1, 1.5, 2, 6, 10, 10.5, 11].map(x),
    [100.005, 100.255, 100.505, 100.505, 100.505, 100.705, 100.905],
  )
})

test('[T35] a jump is shown as one: nothing is shown between', () => {
  const { stage, tick, at } = playing()
  const leaf = stage.world.spawn('leaf', { position: { x: 100, y: 100 } })
  const ada = stage.walker(100, 100)
  tick()
  leaf.position.x = 140
  stage.world.teleport(ada, { x: 140, y: 100 })
  tick()
  for (const id of [leaf.id, ada.id]) {
    assert.ok(Math.abs(at(id, 1.9).x - 100) < 0.02)
    assert.ok(Math.abs(at(id, 2).x - 140) < 0.02)
  }
})
