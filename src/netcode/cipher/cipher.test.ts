import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NetcodeClient } from '../client.ts'
import { counting, Fixture } from '../fixture.suite.ts'
import { testCipher } from './cipher.suite.ts'
import { loadNodeSodium, nodeSodium } from './sodium.node.ts'
import { loadSodium } from './sodium.ts'

testCipher('sodium-native', () => nodeSodium)
testCipher('libsodium-wrappers', loadSodium)

test('Node takes the addon, and the WebAssembly one where the addon cannot load', async () => {
  assert.equal(await loadNodeSodium(), nodeSodium)
  const fallback = await loadNodeSodium(() => {
    throw new Error('cannot open shared object file')
  })
  assert.notEqual(fallback, nodeSodium)
  assert.equal(fallback.randomBytes(7).length, 7)
})

test('[S1] a client with the one and a server with the other understand each other', async () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const client = new NetcodeClient({ cipher: await loadSodium() })
  const address = fixture.elsewhere()
  fixture.net.place(address, client)
  client.connect(fixture.token(), fixture.now)
  fixture.net.run(60)
  assert.equal(client.state, 'connected')
  client.send(counting(200), fixture.now)
  server.send(0, counting(100), fixture.now)
  fixture.net.run(20)
  assert.deepEqual(fixture.net.toldBy(fixture.home()).at(-1), {
    do: 'payload',
    slot: 0,
    bytes: counting(200),
  })
  assert.deepEqual(fixture.net.toldBy(address).at(-1), { do: 'payload', bytes: counting(100) })
})
