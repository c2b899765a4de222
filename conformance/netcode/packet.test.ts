import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../src/core/index.ts'
import { kinds, ourServer, protocolId, StandardClient, StandardServer, userData } from './peers.node.ts'
import { seal } from './seal.node.ts'
import { type Packet, readToken, version, writeRequest } from './standard.node.ts'

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7)
const none = new Uint8Array(0)
const uint64 = (body: Uint8Array): bigint => new DataView(body.buffer, body.byteOffset).getBigUint64(0, true)

test('our server challenges with 8 + 300 bytes; challenges count from zero, packets from the upper half', () => {
  const server = ourServer()
  const packets = [1, 2, 3].map(() => {
    const client = new StandardClient(server)
    const answers = client.bytes(client.request)
    assert.equal(answers.length, 1)
    return answers[0]
  })
  assert.deepEqual(
    packets.map(({ kind, body }) => [kind, body.length, uint64(body)]),
    [
      [kinds.challenge, 308, 0n],
      [kinds.challenge, 308, 1n],
      [kinds.challenge, 308, 2n],
    ],
  )
  assert.ok(packets[0].sequence >= 2n ** 63n)
  assert.deepEqual(
    [packets[1].sequence, packets[2].sequence],
    [packets[0].sequence + 1n, packets[0].sequence + 2n],
  )
})

test('our server seats who answers, tells its application, and says slot and slots in a keep-alive', () => {
  const server = ourServer(3)
  new StandardClient(server).connect()
  const client = new StandardClient(server)
  const [challenge] = client.bytes(client.request)
  assert.equal(client.say(kinds.response, 0n, challenge.body), undefined)
  const [connected, keepAlive] = client.answers()
  const { clientId } = client.content
  assert.deepEqual(connected, { do: 'connected', slot: 1, clientId, userData, address: client.address })
  assert.ok(keepAlive.do === 'send')
  const { kind, body } = client.read(keepAlive.packet)
  assert.deepEqual([kind, ...body], [kinds.keepAlive, 1, 0, 0, 0, 3, 0, 0, 0])
})

test('our server denies with an empty packet when it is full', () => {
  const server = ourServer(1)
  new StandardClient(server).connect()
  const late = new StandardClient(server)
  const [denied, ...more] = late.bytes(late.request)
  assert.deepEqual([denied.kind, denied.body.length, more.length], [kinds.denied, 0, 0])
})

test('payloads of 1 to 1200 bytes pass between our server and a standard client, and numbers rise by one', () => {
  const server = ourServer()
  const client = new StandardClient(server)
  let last = client.connect()!.sequence
  let sequence = 1n
  for (const length of [1, 2, 100, 1199, 1200]) {
    assert.equal(client.say(kinds.payload, sequence++, bytes(length)), undefined)
    assert.deepEqual(client.answers(), [{ do: 'payload', slot: 0, bytes: bytes(length) }])
    server.send(0, bytes(length), client.now)
    const packets = client
      .answers()
      .flatMap((output) => (output.do === 'send' ? [client.read(output.packet)] : []))
    assert.deepEqual(packets, [{ kind: kinds.payload, sequence: ++last, body: bytes(length) }])
  }
})

test('our server keeps alive an idle client about ten times a second', () => {
  const server = ourServer()
  const client = new StandardClient(server, { timeoutSeconds: -1 })
  client.connect()
  let heard = 0
  for (let ms = 1; ms <= 10_000; ms++) {
    client.now = instant(ms)
    for (const output of client.answers()) {
      assert.ok(output.do === 'send' && client.read(output.packet).kind === kinds.keepAlive)
      heard++
    }
  }
  assert.ok(heard >= 95 && heard <= 101, String(heard))
})

test('our server and a standard client part with redundant disconnects, from either side', () => {
  const server = ourServer()
  const [first, second] = [new StandardClient(server), new StandardClient(server)]
  first.connect()
  second.connect()
  assert.equal(first.say(kinds.disconnect, 1n, none), undefined)
  assert.deepEqual(first.answers(), [{ do: 'disconnected', slot: 0, reason: 'client left' }])
  server.disconnect(1, second.now)
  const farewells = second
    .answers()
    .flatMap((output) => (output.do === 'send' ? [second.read(output.packet)] : []))
  assert.ok(farewells.length > 1)
  assert.ok(farewells.every(({ kind, body }) => kind === kinds.disconnect && body.length === 0))
})

test('sequence numbers of every length, 1 to 8 bytes, are read', () => {
  for (let length = 1n; length <= 8n; length++) {
    const server = ourServer()
    const client = new StandardClient(server)
    const first = length === 1n ? 0n : 2n ** (8n * (length - 1n))
    assert.equal(client.connect(first)?.kind, kinds.keepAlive)
    for (const sequence of [first + 1n, first + 200n, first + 255n]) {
      const packet = client.write({ kind: kinds.payload, sequence, body: bytes(9) })
      assert.equal(packet[0] >> 4, Number(length))
      client.bytes(packet)
    }
    assert.equal(server.dropped.total, 0)
  }
})

test('a packet sealed with another version, protocol, prefix or order of the nonce is ignored', () => {
  const server = ourServer()
  const client = new StandardClient(server)
  client.connect()
  const nonce = Uint8Array.of(0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0)
  const protocol = new Uint8Array(8)
  new DataView(protocol.buffer).setBigUint64(0, protocolId, true)
  const sealed = (parts: {
    version?: Uint8Array
    protocol?: Uint8Array
    prefix?: number
    nonce?: Uint8Array
  }) => {
    const associated = new Uint8Array(22)
    associated.set(parts.version ?? version)
    associated.set(parts.protocol ?? protocol, 13)
    associated[21] = parts.prefix ?? 0x15
    const box = { key: client.content.clientToServerKey, nonce: parts.nonce ?? nonce, associated }
    return Uint8Array.of(0x15, 9, ...seal(bytes(5), box))
  }
  const wrong = [
    { version: new TextEncoder().encode('NETCODE 1.01\0') },
    { protocol: protocol.slice().reverse() },
    { prefix: 0x14 },
    { prefix: 0x25 },
    { nonce: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
    { nonce: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9) },
  ]
  for (const parts of wrong) assert.equal(server.receive(sealed(parts), client.address, client.now), 'forged')
  assert.equal(server.receive(sealed({}), client.address, client.now), undefined)
})

test('replay protection: 256 numbers back is too far, 255 is not, and each counts once', () => {
  const server = ourServer()
  const client = new StandardClient(server)
  client.connect()
  const say = (sequence: bigint): string | undefined => client.say(kinds.payload, sequence, bytes(1))
  assert.equal(say(1000n), undefined)
  assert.ok(say(1000n))
  assert.ok(say(744n))
  assert.equal(say(745n), undefined)
  assert.ok(say(745n))
  assert.equal(say(999n), undefined)
  assert.equal(say(1001n), undefined)
})

test('our client answers a challenge with the challenge, then keeps alive with 8 bytes, and speaks with rising numbers', () => {
  const server = new StandardServer()
  server.client.connect(server.token, server.now)
  const [request] = server.heard()
  assert.deepEqual(request.body, writeRequest(readToken(server.token)))
  assert.equal(server.say(kinds.challenge, bytes(308)), undefined)
  const heard: Packet[] = []
  const listen = (): number => heard.push(...server.heard())
  listen()
  assert.equal(server.say(kinds.keepAlive, Uint8Array.of(7, 0, 0, 0, 0, 1, 0, 0)), undefined)
  assert.deepEqual([server.client.place?.slot, server.client.place?.maxClients], [7, 256])
  server.now = instant(150)
  listen()
  for (const length of [1, 1200]) server.client.send(bytes(length), server.now)
  listen()
  server.client.disconnect(server.now)
  listen()
  const told = heard.map(({ kind, body }) => `${kind} ${body.length}`)
  assert.deepEqual(told.slice(0, 4), ['3 308', '4 8', '5 1', '5 1200'])
  assert.ok(told.length > 5)
  assert.deepEqual(new Set(told.slice(4)), new Set(['6 0']))
  assert.deepEqual(heard[0].body, bytes(308))
  for (let i = 1; i < heard.length; i++) assert.equal(heard[i].sequence, heard[i - 1].sequence + 1n)
  assert.ok(heard[0].sequence < 2n ** 63n)
})

test('our client receives payloads of 1 to 1200 bytes and ignores the kinds that only servers receive', () => {
  const server = new StandardServer()
  server.client.connect(server.token, server.now)
  server.say(kinds.challenge, bytes(308))
  assert.equal(server.say(kinds.response, bytes(308)), 'wrong kind')
  server.say(kinds.keepAlive, new Uint8Array(8))
  server.poll()
  for (const length of [1, 1200]) {
    assert.equal(server.say(kinds.payload, bytes(length)), undefined)
    assert.deepEqual(server.poll(), [{ do: 'payload', bytes: bytes(length) }])
  }
  for (const [kind, length] of [
    [kinds.keepAlive, 7],
    [kinds.payload, 0],
    [kinds.payload, 1201],
    [kinds.disconnect, 1],
  ]) {
    assert.equal(server.say(kind, bytes(length)), 'body size')
  }
  assert.equal(server.client.state, 'connected')
})
