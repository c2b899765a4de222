import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../src/core/index.ts'
import { nodeSodium, parseAddress } from '../../src/netcode/index.node.ts'
import { content, home, key, kinds, ourServer, StandardClient } from './peers.node.ts'
import { readToken, type TokenContent, writeChallenge, writeRequest, writeToken } from './standard.node.ts'

const elsewhere = parseAddress('192.0.2.99:9')!
const requestFor = (changes: Partial<TokenContent>, by: Uint8Array = key): Uint8Array =>
  writeRequest(readToken(writeToken(content(changes), by)))

/** Makes a good request with bytes written over it at an offset. */
function bent(at: number, ...over: number[]): Uint8Array {
  const packet = requestFor({})
  packet.set(over, at)
  return packet
}

test('"Processing Connection Requests": each step that fails is met with silence', () => {
  const server = ourServer()
  const cases: [step: string, packet: Uint8Array][] = [
    ['not 1078 bytes', requestFor({}).subarray(0, 1077)],
    ['not 1078 bytes', Uint8Array.of(...requestFor({}), 0)],
    ['version', bent(12, 0x33)],
    ['version without its null', bent(13, 0x20)],
    ['protocol id', requestFor({ protocolId: 8n })],
    ['expired', requestFor({ createdAt: 900n, expiresAt: 1000n })],
    ['expired', requestFor({ createdAt: 0n, expiresAt: 0n })],
    ['another private key', requestFor({}, nodeSodium.randomBytes(32))],
    ['expiry moved', bent(22, 0xff)],
    ['nonce', bent(30, ...nodeSodium.randomBytes(8))],
    ['private data', bent(600, ...nodeSodium.randomBytes(8))],
    ['tag', bent(1070, ...nodeSodium.randomBytes(8))],
    ['another server', requestFor({ servers: ['203.0.113.7:40001', '203.0.113.8:40000'] })],
  ]
  for (const [step, packet] of cases) {
    assert.ok(server.receive(packet, elsewhere, instant(0)), step)
    assert.equal(server.poll(instant(0)), undefined, step)
  }
  assert.equal(
    server.receive(requestFor({ servers: ['203.0.113.8:1', home] }), elsewhere, instant(0)),
    undefined,
  )
})

test('"Processing Connection Requests": one token, one address; one address, one client; one client, one slot', () => {
  const server = ourServer()
  const [one, other] = [new StandardClient(server), new StandardClient(server)]
  one.bytes(one.request)
  assert.deepEqual(other.bytes(one.request), [])
  one.connect()
  assert.deepEqual(one.bytes(other.request), [])
  const twin = new StandardClient(server, { clientId: one.content.clientId })
  const stranger = new StandardClient(server)
  assert.deepEqual(stranger.bytes(twin.request), [])
  assert.equal(other.bytes(other.request)[0].kind, kinds.challenge)
})

test('"Processing Connection Response Packets": a challenge that another server made is ignored, and so is a late twin', () => {
  const server = ourServer()
  const client = new StandardClient(server)
  const [challenge] = client.bytes(client.request)
  const foreign = writeChallenge(0n, client.content, nodeSodium.randomBytes(32))
  assert.ok(client.say(kinds.response, 0n, foreign))
  assert.equal(server.connectedCount, 0)
  assert.equal(client.say(kinds.response, 1n, challenge.body), undefined)
  assert.equal(server.connectedCount, 1)
  assert.ok(client.say(kinds.response, 2n, challenge.body))
  assert.equal(server.connectedCount, 1)
})

test('"Processing Connection Requests": the mapping ends when the client does not connect within the time-out', () => {
  const server = ourServer()
  const client = new StandardClient(server, { timeoutSeconds: 5 })
  const [challenge] = client.bytes(client.request)
  client.now = instant(5001)
  assert.equal(client.say(kinds.response, 0n, challenge.body), 'stranger')
})

test('"Connected Clients": a client that is silent for the time-out of its token loses its slot, one that is not keeps it', () => {
  const server = ourServer()
  const [silent, chatty] = [new StandardClient(server), new StandardClient(server)]
  silent.connect()
  chatty.connect()
  for (let ms = 100, sequence = 1n; ms <= 6000; ms += 100, sequence++) {
    silent.now = chatty.now = instant(ms)
    chatty.say(sequence % 2n ? kinds.keepAlive : kinds.payload, sequence, new Uint8Array(8))
    for (let out = server.poll(chatty.now); out; out = server.poll(chatty.now)) {
      if (out.do === 'disconnected') assert.deepEqual([out.slot, out.reason, ms], [0, 'timed out', 5000])
    }
  }
  assert.equal(server.connectedCount, 1)
})

test('"Connected Clients": until the client has spoken, each payload to it comes after a keep-alive', () => {
  const server = ourServer()
  const client = new StandardClient(server)
  client.connect()
  const heard = (): number[] => {
    server.send(0, new Uint8Array(5), client.now)
    return client
      .answers()
      .flatMap((output) => (output.do === 'send' ? [client.read(output.packet).kind] : []))
  }
  assert.deepEqual(heard(), [kinds.keepAlive, kinds.payload])
  assert.deepEqual(heard(), [kinds.keepAlive, kinds.payload])
  client.say(kinds.keepAlive, 1n, new Uint8Array(8))
  assert.deepEqual(heard(), [kinds.payload])
})
