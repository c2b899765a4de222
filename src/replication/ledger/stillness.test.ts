import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stage } from '../stage.suite.ts'
import { Stillness } from './stillness.ts'

test('nobody moves in a chunk from the tick on in which the last one stands, until somebody walks again', () => {
  const stage = new Stage()
  const stillness = new Stillness(stage.author.ledger)
  const ada = stage.walker(20, 20)
  stage.walker(22, 20, { name: 'Bob' })
  const found: boolean[] = []
  const go = (metres: number, ticks: number): void => {
    for (let tick = 0; tick < ticks; tick++) {
      ada.position.x += metres
      stage.publish()
      found.push(
        stillness.of(stage.author.ledger.cellChunk[stage.world.grid.cellAt(22, 20)], stage.world.tick),
      )
      // Asked again, it says the same.
      assert.equal(
        stillness.of(stage.author.ledger.cellChunk[stage.world.grid.cellAt(22, 20)], stage.world.tick),
        found.at(-1),
      )
      stage.world.endTick()
    }
  }
  go(0, 3)
  go(0.2, 2)
  go(0, 3)
  assert.deepEqual(found, [true, true, true, false, false, true, true, true])
})
