import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../src/core/index.ts'
import {
  createConnectToken,
  NetcodeClient,
  NetcodeServer,
  nodeSodium,
  parseAddress,
} from '../../src/netcode/index.node.ts'
import { readPrivateData, readToken, writeRequest, writeToken } from './standard.node.ts'

const key = Uint8Array.from({ length: 32 }, (_, i) => 200 - i)
const ipv4 = '203.0.113.7:40000'
const ipv6 = '[2001:db8:0:0:0:0:cafe:1]:40001'
const options = {
  cipher: nodeSodium,
  protocolId: 0x1122334455667788n,
  privateKey: key,
  clientId: 0xfedcba9876543210n,
  servers: [parseAddress(ipv4)!, parseAddress(ipv6)!],
  createdAtSeconds: 1_700_000_000,
  lifeSeconds: 45,
  timeoutSeconds: 15,
  userData: Uint8Array.from({ length: 256 }, (_, i) => 255 - i),
}

test('a connect token of ours lies in 2048 bytes as the standard writes it, public and private', () => {
  const token = readToken(createConnectToken(options))
  assert.equal(token.protocolId, 0x1122334455667788n)
  assert.equal(token.createdAt, 1_700_000_000n)
  assert.equal(token.expiresAt, 1_700_000_045n)
  assert.equal(token.timeoutSeconds, 15)
  assert.deepEqual(token.servers, [ipv4, ipv6])
  assert.ok(token.padding.every((byte) => byte === 0))
  const inner = readPrivateData(token, key)
  assert.equal(inner.clientId, 0xfedcba9876543210n)
  assert.equal(inner.timeoutSeconds, 15)
  assert.deepEqual(inner.servers, [ipv4, ipv6])
  assert.deepEqual(inner.userData, options.userData)
  assert.deepEqual(inner.clientToServerKey, token.clientToServerKey)
  assert.deepEqual(inner.serverToClientKey, token.serverToClientKey)
  assert.ok(inner.padding.every((byte) => byte === 0))
})

test('each token of ours has its own nonce and keys', () => {
  const tokens = Array.from({ length: 20 }, () => readToken(createConnectToken(options)))
  const drawn = tokens.flatMap(({ nonce, clientToServerKey, serverToClientKey }) => [
    nonce.join(),
    clientToServerKey.join(),
    serverToClientKey.join(),
  ])
  assert.equal(new Set(drawn).size, 60)
})

test('the largest token there is, 32 IPv6 servers, fits and reads back', () => {
  const texts = Array.from({ length: 32 }, (_, i) => `[ff02:1:2:3:4:5:6:${(i + 1).toString(16)}]:${i}`)
  const servers = texts.map((text) => parseAddress(text)!)
  const token = readToken(createConnectToken({ ...options, servers }))
  assert.deepEqual(token.servers, texts)
  assert.deepEqual(readPrivateData(token, key).servers, texts)
})

test('negative time-outs and endless tokens travel as the standard says', () => {
  const token = readToken(
    createConnectToken({ ...options, timeoutSeconds: -1, lifeSeconds: Number.POSITIVE_INFINITY }),
  )
  assert.equal(token.timeoutSeconds, -1)
  assert.equal(readPrivateData(token, key).timeoutSeconds, -1)
  assert.equal(token.expiresAt, 2n ** 64n - 1n)
})

test('a token written from the standard is taken by our client, whose request is byte for byte the standard one', () => {
  const content = {
    ...{ protocolId: 7n, createdAt: 1000n, expiresAt: 1030n, nonce: nodeSodium.randomBytes(24) },
    ...{ timeoutSeconds: 5, servers: [ipv6, ipv4], clientId: 3n, userData: nodeSodium.randomBytes(256) },
    clientToServerKey: nodeSodium.randomBytes(32),
    serverToClientKey: nodeSodium.randomBytes(32),
  }
  const bytes = writeToken(content, key)
  const client = new NetcodeClient({ cipher: nodeSodium })
  const now = instant(0)
  client.connect(bytes, now)
  assert.deepEqual(client.poll(now), { do: 'state', state: 'sending connection request' })
  const output = client.poll(now)
  assert.ok(output?.do === 'send')
  assert.ok(output.to.equals(parseAddress(ipv6)!))
  assert.deepEqual(output.packet, writeRequest(readToken(bytes)))
  assert.equal(output.packet.length, 1078)

  // ... and the same request is taken by our server.
  const server = new NetcodeServer({
    ...{ cipher: nodeSodium, protocolId: 7n, privateKey: key, addresses: [parseAddress(ipv4)!] },
    ...{ maxClients: 2, unixSeconds: 1029.9, now },
  })
  assert.equal(server.receive(output.packet, parseAddress('192.0.2.1:9')!, now), undefined)
})
