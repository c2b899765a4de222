import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldServer } from '../../test/field/field.ts'
import { nodeSodium } from '../netcode/index.node.ts'
import { Pair, type PairOptions } from './pair.ts'

/** Runs Ada walking about while Bob looks on; returns the outcome for this seed. */
async function walk(options: PairOptions): Promise<unknown> {
  const pair = new Pair(fieldServer, options)
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  for (let turn = 0; turn < 6; turn++) {
    ada.command({ east: turn % 2 === 0 ? 1 : -1, north: 1 })
    await pair.run(400)
  }
  bob.frame()
  return [pair.now, pair.host.stats, bob.stats, [...bob.entities('walker')].map(({ position }) => position)]
}

test('the same seed gives the same run, over streams and over sealed datagrams', async () => {
  assert.deepEqual(await walk({ seed: 7 }), await walk({ seed: 7 }))
  const sealed = { cipher: nodeSodium }
  assert.deepEqual(await walk({ seed: 7, sealed }), await walk({ seed: 7, sealed }))
})

test('time passes exactly as it is told to', async () => {
  const pair = new Pair(fieldServer, { seed: 1 })
  await pair.run(1234)
  assert.equal(pair.now, 1234)
  assert.equal(pair.host.stats.tick, 1 + 24)
})

test('runUntil stops at the instant when it is so, and says when it never was', async () => {
  const pair = new Pair(fieldServer, { seed: 2 })
  assert.equal(await pair.runUntil(() => pair.host.stats.tick === 11, 5000), true)
  assert.equal(pair.now, 500)
  assert.equal(await pair.runUntil(() => false, 250), false)
  assert.equal(pair.now, 750)
})

test('whoever joins is in the world and sees a character of their own, or was refused', async () => {
  const pair = new Pair(fieldServer, { seed: 3, limits: { players: 1 } })
  const ada = await pair.join({ name: 'Ada' })
  assert.deepEqual([ada.status, ada.me?.name], ['open', 'Ada'])
  const bob = await pair.join({ name: 'Bob' })
  assert.deepEqual([bob.status, bob.refusal?.code], ['closed', 'full'])
})

test('a server that was stopped answers nobody, and a new one begins empty', async () => {
  const pair = new Pair(fieldServer, { seed: 4 })
  const ada = await pair.join({ name: 'Ada' })
  await pair.stopServer()
  const late = pair.connect({ name: 'Late' })
  await pair.run(100)
  assert.deepEqual([ada.status, late.status], ['reconnecting', 'closed'])
  pair.startServer()
  assert.equal(pair.host.stats.players, 0)
  assert.ok(await pair.runUntil(() => ada.status === 'open', 10_000))
})

test('each client may have air of its own', async () => {
  const pair = new Pair(fieldServer, { seed: 5 })
  const late = (_length: number, now: number) => [now + 100] as never
  const near = await pair.join({ name: 'Near' })
  const far = await pair.join({ name: 'Far' }, { toClient: late, toServer: late })
  await pair.run(3000)
  assert.ok(near.stats.pingMs < 1 && Math.abs(far.stats.pingMs - 200) < 1)
})
