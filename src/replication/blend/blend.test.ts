import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PacketWriter } from '../encoding/packet.ts'
import { Replica } from '../replica/replica.ts'
import { Stage, stageGame, Watcher } from '../stage.suite.ts'
import { Desk } from '../view/desk.ts'
import { View } from '../view/view.ts'
import { Blend } from './blend.ts'

/** Two worlds of one map, a blend of what they tell, and somebody who watches it. */
class Two {
  readonly west = new Stage()
  readonly east = new Stage()
  readonly blend = new Blend(stageGame)
  readonly desk = new Desk(this.blend)
  readonly watcher = new Watcher(this.desk).at(128, 128, 100)
  /** Which world speaks for whom that both have. */
  readonly speaker = new Map<number, Stage>()
  readonly #feeds = [this.west, this.east].map((stage) => this.#feed(stage))

  tick(): void {
    for (const stage of [this.west, this.east]) stage.publish()
    for (const feed of this.#feeds) feed()
    this.desk.begin(this.west.world.tick)
    assert.equal(this.watcher.listen(), 'applied')
    for (const stage of [this.west, this.east]) stage.world.endTick()
  }

  #feed(stage: Stage): () => void {
    const view = new View(stage.desk, { isLossy: false, bytesPerSecond: 2 ** 29, overheadBytes: 0 })
    view.lookAt(128, 128, 200)
    const packet = new PacketWriter(65_536)
    const isHeard = (id: number): boolean => (this.speaker.get(id) ?? stage) === stage
    const replica: Replica = new Replica(stageGame, {
      entered: ({ id, index }) => isHeard(id) && this.blend.take(replica, index),
      changed: ({ id, index }) => isHeard(id) && this.blend.take(replica, index),
      moved: ({ id, index, isKnown }, _tick, hasJumped) =>
        isKnown && index >= 0 && isHeard(id) && this.blend.take(replica, index, hasJumped),
      left: ({ id }, why) => isHeard(id) && this.blend.remove(id, why === 'removed'),
    })
    return () => {
      packet.length = 0
      view.write(packet)
      assert.equal(replica.receive(stage.desk.changes.tick, packet.finish()), 'applied')
    }
  }
}

test('what two sources have is told as if it were one', () => {
  const two = new Two()
  two.west.walker(100, 128)
  // Ids are given by one of them.
  for (let i = 0; i < 3; i++) two.east.world.despawn(two.east.walker(10, 10))
  const bob = two.east.walker(150, 128, { name: 'Bob' })
  two.tick()
  assert.deepEqual(two.watcher.news().sort(), ['Ada enters', 'Bob enters'])
  bob.health = 40
  two.tick()
  assert.deepEqual(two.watcher.news(), ['Bob changes health from 100'])
  two.east.world.despawn(bob)
  two.tick()
  assert.deepEqual(two.watcher.news(), ['Bob leaves (removed)'])
})

test('who goes on in another source stays: nobody leaves, and the path goes on', () => {
  const two = new Two()
  const player = two.west.world.addPlayer('Ada')
  const ada = two.west.walker(120, 128)
  player.entity = ada as never
  for (let i = 0; i < 10; i++) {
    ada.position.x += 0.25
    two.tick()
  }
  two.watcher.news()
  const moves = two.watcher.moves.length
  two.speaker.set(ada.id, two.west)
  const place = { x: ada.position.x + 0.25, y: 128 }
  two.east.world.welcome(player as never, two.west.world as never, place)
  two.speaker.set(ada.id, two.east)
  for (let i = 0; i < 40; i++) {
    two.tick()
    ada.position.x += 0.25
  }
  assert.deepEqual(two.watcher.news(), [])
  assert.deepEqual(
    two.watcher.moves.slice(moves).filter(({ hasJumped }) => hasJumped),
    [],
  )
  const presence = two.watcher.replica.present.get(ada.id)!
  const { ledger } = two.watcher.replica
  const table = ledger.tables[presence.kind.index]
  const unit = presence.kind.position!.unit
  const x = table.placeAt(ledger.entityRow[presence.index], 0, two.west.world.tick - 1) * unit
  assert.ok(Math.abs(x - (ada.position.x - 0.25)) < 0.1, `${x} for ${ada.position.x}`)
})
