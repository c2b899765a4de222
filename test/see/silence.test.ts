import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from '../../src/lab/index.ts'
import { fieldServer } from '../field/field.ts'

test('[N9] [N10] where nobody moves, a client is sent two frames a second, and the answers to its pings with them', async () => {
  const pair = new Pair(fieldServer, { seed: 21 })
  const ada = await pair.join({ name: 'Ada' })
  ada.command({ east: 0, north: 0 })
  await pair.run(8000)
  const { packetsOut } = pair.host.stats
  const { ticksReceived } = ada.stats
  await pair.run(10_000)
  assert.equal(pair.host.stats.packetsOut - packetsOut, 20)
  assert.equal(ada.stats.ticksReceived - ticksReceived, 20)
  assert.ok(ada.stats.pingMs < 60, `the wait at the server is no part of the way: ${ada.stats.pingMs}`)
})

test('[N9] who begins to walk after a silence is told of it at once', async () => {
  const pair = new Pair(fieldServer, { seed: 22 })
  const ada = await pair.join({ name: 'Ada' })
  ada.command({ east: 0, north: 0 })
  await pair.run(8030)
  const from = ada.me!.position.x
  const { packetsOut } = pair.host.stats
  ada.command({ east: 1, north: 0 })
  await pair.run(200)
  assert.ok(pair.host.stats.packetsOut > packetsOut)
  await pair.run(1000)
  ada.frame()
  assert.ok(ada.me!.position.x > from + 1)
})
