/**
 * Packets from somebody without a key: to a server as a stranger, as someone challenged, as someone connected; to a
 * client in each of its states. (The corpus is of real packets, under other keys.) They change nothing, and no
 * answer is larger than they are.
 */
import assert from 'node:assert/strict'
import { addressOf } from '../src/netcode/index.node.ts'
import { away, corpus, home, Stage } from './netcode-stage.node.ts'

export const seeds = corpus('netcode-packet')

const stranger = addressOf('192.0.2.66', 666)!

export function fuzz(input: Uint8Array): void {
  for (const steps of [0, 1, 2, 3]) {
    const stage = new Stage(2)
    if (steps > 0) stage.client.connect(stage.token, stage.now)
    // One: asking. Two: challenged, the answer on its way. Three: connected.
    if (steps > 1) stage.exchange(steps === 2 ? 1 : 3)
    stage.takeTold()
    const { state } = stage.client
    const { connectedCount } = stage.server
    for (const from of [stranger, away, home]) {
      const dropped = stage.server.dropped.total
      const drop = stage.server.receive(input, from, stage.now)
      assert.equal(stage.server.dropped.total - dropped, drop ? 1 : 0)
      const answers = stage.packetsOf(stage.server)
      // Only a true request is answered: the corpus has one.
      assert.ok(answers.length === 0 || input[0] === 0)
      for (const answer of answers) assert.ok(answer.length < input.length)
      assert.ok(stage.client.receive(input, from, stage.now))
    }
    assert.equal(stage.client.state, state)
    assert.equal(stage.server.connectedCount, connectedCount)
    assert.deepEqual(stage.takeTold(), [])
  }
}
