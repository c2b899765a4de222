/** People with programs of other protocols walk in the town. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { FORMS, OpcodeStage, TICK_MS } from '../test/dialect/opcode/stage.ts'
import { dialects } from './dialects.ts'
import { walkingSpeed } from './game/town.ts'
import definition from './server.node.ts'

test('somebody with a client of opcodes walks in the town at its people’s pace, sees them and is heard', async () => {
  for (const form of FORMS) {
    const dialect = dialects.find(({ name }) => name === 'opcode')
    const stage = new OpcodeStage({ game: { definition, dialect: dialect! } })
    const ada = stage.join(form, 'Ada')
    const bob = stage.join('desktop', 'Bob')
    const walkers = () => [...stage.host.world.entities('walker')]
    const [a, b] = walkers()
    // Wherever they came in, Bob is beside Ada from here on.
    Object.assign(b.position as object, {
      x: (a.position as { x: number }).x + 1,
      y: (a.position as { y: number }).y,
    })
    stage.run(2 * TICK_MS)
    const names = (one: typeof ada) => one.people.map(({ index }) => one.nameOf(index))
    assert.deepEqual([names(ada), names(bob)], [['Bob'], ['Ada']])
    assert.ok(ada.looks.get(ada.ownIndex)!.top !== bob.looks.get(bob.ownIndex)!.top)

    let most = 0
    const at = a.position as { x: number; y: number }
    for (const [east, north] of [
      [9, 0],
      [-9, 9],
      [0, -9],
      [9, 9],
    ]) {
      const from = { ...at }
      ada.walk(ada.column - east, ada.row - north)
      stage.run(3 * TICK_MS)
      const far = Math.hypot(at.x - from.x, at.y - from.y)
      most = Math.max(most, far)
    }
    assert.ok(
      most > 3 && most < 3 * 2 * Math.SQRT2 + 0.5 && 2 / 0.64 < walkingSpeed,
      `${most} m in three ticks`,
    )

    ada.chat('Good morning.')
    stage.run(200)
    assert.ok([...bob.said, ...bob.messages].some((line) => line.endsWith(': Good morning.')))
    ada.send(38, [...new TextEncoder().encode('pick'), 10])
    stage.run(200)
    // What is picked up is stored first.
    await setImmediate()
    stage.run(200)
    assert.equal(ada.messages.at(-1), 'Only the first page of a browser keeps what it picks up.')
    ada.logout()
    stage.run(2 * TICK_MS)
    assert.deepEqual(names(bob), [])
  }
})
