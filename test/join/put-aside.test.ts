/** A page that its browser puts aside and brings back, in virtual time: who plays in it leaves, and comes back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type Instant, milliseconds } from '../../src/core/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { fieldServer } from '../field/field.ts'

const late = (ms: number) => {
  const path = (_bytes: number, now: Instant) => [after(now, milliseconds(ms))]
  return { toServer: path, toClient: path }
}

test('[N13] who is put aside leaves at once, and is taken up again under the same name', async () => {
  const pair = new Pair(fieldServer, { seed: 1 })
  const ada = await pair.join({ name: 'Ada' }, late(40))
  const bob = await pair.join({ name: 'Bob' })
  const told: string[] = []
  bob.onLeave('walker', ({ name }, why) => told.push(`${name} ${why}`))
  ada.onStatus((status, reason) => told.push(`${status} ${reason}`.trim()))
  const { id } = ada.me!
  ada.putAside()
  ada.putAside()
  await pair.run(200)
  assert.deepEqual(told, ['reconnecting The page was put aside.', 'Ada removed'])
  assert.deepEqual([pair.host.stats.players, pair.host.stats.connections], [1, 1])
  await pair.run(60_000)
  assert.equal(pair.host.stats.connections, 1, 'nothing is tried meanwhile')
  ada.takeUp()
  ada.takeUp()
  await pair.runUntil(() => ada.status === 'open' && ada.me !== undefined, 300)
  assert.deepEqual([ada.me?.name, ada.me?.id === id, told.at(-1)], ['Ada', false, 'open'])
  assert.deepEqual([pair.host.stats.players, pair.host.stats.connections], [2, 2])
  ada.command({ east: 1, north: 0 })
  const { x } = ada.me!.position
  await pair.run(1000)
  ada.frame()
  assert.ok(ada.me!.position.x > x + 2)
})

test('[N18] whose goodbye was lost goes on as the same character', async () => {
  const pair = new Pair(fieldServer, { seed: 2 })
  let isCut = false
  const path = (_bytes: number, now: Instant) => (isCut ? [] : [now])
  const ada = await pair.join({ name: 'Ada' }, { toServer: path, toClient: path })
  const { id } = ada.me!
  isCut = true
  ada.putAside()
  await pair.run(5000)
  isCut = false
  ada.takeUp()
  await pair.runUntil(() => ada.status === 'open', 5000)
  await pair.run(1000)
  assert.deepEqual([ada.me?.id, pair.host.stats.players], [id, 1])
})

test('who is put aside while a connection is being made is in the world once taken up, however that call ended', async () => {
  for (const isAnswered of [true, false]) {
    const pair = new Pair(fieldServer, { seed: 3 })
    const ada = pair.connect({ name: 'Ada' }, late(100))
    const told: string[] = []
    ada.onStatus((status) => told.push(status))
    ada.putAside()
    if (isAnswered) await pair.run(1000)
    assert.deepEqual([ada.status, pair.host.stats.players], ['connecting', 0])
    ada.takeUp()
    await pair.run(1000)
    assert.deepEqual([told, ada.me?.name, pair.host.stats.players], [['open'], 'Ada', 1])
    assert.equal(pair.host.stats.connections, 1)
  }
})

test('who is not to reconnect has left when put aside; who has left is not taken up', async () => {
  const pair = new Pair(fieldServer, { seed: 4 })
  const ada = await pair.join({ name: 'Ada', reconnects: false })
  const bob = await pair.join({ name: 'Bob' })
  ada.putAside()
  bob.putAside()
  bob.close()
  for (const client of [ada, bob]) client.takeUp()
  await pair.run(5000)
  assert.deepEqual([ada.status, bob.status, pair.host.stats.players], ['closed', 'closed', 0])
})

test('who waits to try again tries at once when taken up, and not before', async () => {
  const pair = new Pair(fieldServer, { seed: 5 })
  const ada = await pair.join({ name: 'Ada' })
  await pair.stopServer()
  await pair.runUntil(() => ada.status === 'reconnecting', 1000)
  await pair.run(30_000)
  ada.putAside()
  pair.startServer()
  await pair.run(30_000)
  assert.equal(pair.host.stats.players, 0)
  ada.takeUp()
  await pair.run(100)
  assert.deepEqual([ada.status, pair.host.stats.players], ['open', 1])
})
