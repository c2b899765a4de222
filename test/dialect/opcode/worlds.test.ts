/** What a client of opcodes is told when its player gets into another world, or another body. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../../src/core/index.ts'
import { OpcodeClient } from './client.ts'
import { Hand } from './hand.ts'
import { FORMS, MIDDLE } from './stage.ts'

test('[OP27] in another world everybody is gone, and the player is in the middle', () => {
  for (const form of FORMS) {
    const said: Uint8Array[] = []
    const client = new OpcodeClient(form, (bytes) => void said.push(bytes))
    const hand = new Hand((bytes) => client.receive(bytes))
    const names = () => client.people.map(({ index }) => client.nameOf(index)).sort()
    const run = (ticks: number): void => {
      for (let count = 0; count < ticks; count++) hand.tick()
    }
    client.login('Ada', '')
    for (const bytes of said) hand.conversation.receive(bytes, instant(0))
    const own = hand.spawn(0, 'Ada')
    hand.spawn(0, 'Bob', 2)
    hand.spawn(0, 'Cy', 3)
    hand.welcome(own)
    run(30)
    assert.deepEqual(names(), ['Bob', 'Cy'])

    hand.spawn(1, 'Dee', 4)
    hand.cross(1, hand.spawn(1, 'Ada', 5))
    run(30)
    assert.deepEqual(names(), ['Dee'])
    assert.deepEqual([client.column, client.row], [MIDDLE.column, MIDDLE.row])
    assert.equal(client.people[0].column - client.column, 1, 'Dee is a tile to the west')

    const other = hand.spawn(1, 'Body', -1)
    run(30)
    hand.conversation.own(other)
    run(30)
    assert.deepEqual(names(), ['Ada', 'Dee'])
    assert.equal(client.nameOf(client.ownIndex), 'Body')
  }
})
