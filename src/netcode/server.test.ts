import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, counting, Fixture, requestOf, UNIX_START } from './fixture.suite.ts'
import { kinds } from './packet/protocol.ts'
import type { NetcodeServerOptions } from './server/server-options.ts'

const kindOf = (packet: Uint8Array): number => packet[0] & 15

test('[S23] a request is refused in silence for whatever is wrong with it, and told apart only in the counters', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const from = fixture.elsewhere()
  const request = requestOf(fixture.token())
  const bent = (index: number): Uint8Array => {
    const packet = request.slice()
    packet[index] ^= 1
    return packet
  }
  const foreign = fixture.cipher.randomBytes(32)
  const cases: Record<string, Uint8Array> = {
    'request size': request.subarray(0, 1077),
    version: bent(5),
    protocol: bent(14),
    expired: requestOf(fixture.token({ createdAtSeconds: UNIX_START - 30, lifeSeconds: 30 })),
    'token forged': requestOf(fixture.token({ privateKey: foreign })),
    'other server': requestOf(fixture.token({ servers: [fixture.home(2)] })),
  }
  for (const [reason, packet] of Object.entries(cases))
    assert.equal(server.receive(packet, from, fixture.now), reason)
  assert.equal(server.receive(Uint8Array.of(...request, 0), from, fixture.now), 'request size')
  assert.equal(server.receive(Uint8Array.of(0), from, fixture.now), 'request size')
  for (const index of [22, 29, 30, 53, 54, 1077]) {
    assert.notEqual(server.receive(bent(index), from, fixture.now), undefined)
  }
  assert.equal(server.poll(fixture.now), undefined)
  assert.equal(server.receive(request, from, fixture.now), undefined)
})

test('[S23] a server answers to each of its addresses, as the sealed part of the token names them', () => {
  const fixture = new Fixture()
  const server = fixture.server({ addresses: [fixture.home(1), fixture.home(2)] })
  for (const n of [1, 2]) {
    const packet = requestOf(
      fixture.token({ servers: [fixture.home(7)], internalServers: [fixture.home(n)] }),
    )
    assert.equal(server.receive(packet, fixture.elsewhere(), fixture.now), undefined)
  }
})

test('[S24] who is connected already is refused, by address and by client, at the request and at the response', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const one = fixture.joined(fixture.token({ clientId: 5n }))
  assert.equal(server.receive(requestOf(fixture.token()), one.address, fixture.now), 'address connected')
  const again = fixture.token({ clientId: 5n })
  assert.equal(server.receive(requestOf(again), fixture.elsewhere(), fixture.now), 'client connected')

  // Two devices of one client are challenged together; the first to answer stays.
  const devices = [fixture.client(), fixture.client()]
  for (const { client } of devices) client.connect(fixture.token({ clientId: 6n }), fixture.now)
  fixture.net.run(200)
  assert.deepEqual(
    devices.map(({ client }) => client.state),
    ['connected', 'sending connection response'],
  )
  assert.ok(server.dropped.get('client connected') >= 2)
})

test('[S25] a token belongs to the first address that shows it', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const token = fixture.token()
  const packet = requestOf(token)
  const [first, second] = [fixture.elsewhere(), fixture.elsewhere()]
  assert.equal(server.receive(packet, first, fixture.now), undefined)
  assert.equal(server.receive(packet, second, fixture.now), 'token used')
  assert.equal(server.receive(packet, first, fixture.now), undefined)
})

test('[S26] a token that carried a connection is spent, even for its own address', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const token = fixture.token()
  const one = fixture.joined(token)
  one.client.disconnect(fixture.now)
  fixture.net.run(20)
  assert.equal(server.connectedCount, 0)
  assert.equal(server.receive(requestOf(token), one.address, fixture.now), 'token used')
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.run(60)
  assert.equal(one.client.state, 'connected')
})

test('[S27] used tokens are remembered until they expire; when there is no room, new ones wait outside', () => {
  const fixture = new Fixture()
  const server = fixture.server({ usedTokensMax: 2 })
  const [soon, later] = [fixture.token({ lifeSeconds: 10 }), fixture.token({ lifeSeconds: 20 })]
  assert.equal(server.receive(requestOf(soon), fixture.elsewhere(), at(0)), undefined)
  assert.equal(server.receive(requestOf(later), fixture.elsewhere(), at(0)), undefined)
  const third = requestOf(fixture.token())
  const from = fixture.elsewhere()
  assert.equal(server.receive(third, from, at(0)), 'too many tokens')
  assert.equal(server.receive(third, from, at(9999)), 'too many tokens')
  assert.equal(server.receive(third, from, at(10_999)), undefined)
  assert.equal(server.receive(requestOf(later), fixture.elsewhere(), at(11_000)), 'token used')
})

test('[S28] a full server denies, to the request and to the response, and has room again when someone leaves', () => {
  const fixture = new Fixture()
  const server = fixture.server({ maxClients: 2 })
  const first = fixture.joined()
  // Two at once for the last slot: both are challenged, one is late with its answer.
  const rivals = [fixture.client(), fixture.client()]
  for (const { client } of rivals) client.connect(fixture.token(), fixture.now)
  fixture.net.run(60)
  assert.deepEqual(
    rivals.map(({ client }) => client.state),
    ['connected', 'connection denied'],
  )
  assert.equal(fixture.joined().client.state, 'connection denied')
  assert.equal(server.connectedCount, 2)
  first.client.disconnect(fixture.now)
  fixture.net.run(20)
  assert.equal(fixture.joined().client.place?.slot, 0)
})

test('[S29] the challenged are forgotten after the time-out of their token, and are few', () => {
  const fixture = new Fixture()
  const server = fixture.server({ pendingMax: 2 })
  const ask = (ms: number, timeoutSeconds = 5): string | undefined =>
    server.receive(requestOf(fixture.token({ timeoutSeconds })), fixture.elsewhere(), at(ms))
  assert.equal(ask(0), undefined)
  assert.equal(ask(1000), undefined)
  assert.equal(ask(4999), 'too many pending')
  assert.equal(ask(5100), undefined)
  assert.equal(ask(5100), 'too many pending')
})

test('[S29] the challenged whose token has no time-out are forgotten when it expires', () => {
  const fixture = new Fixture()
  const server = fixture.server({ pendingMax: 1 })
  const ask = (ms: number, lifeSeconds: number): string | undefined => {
    const token = fixture.token({ timeoutSeconds: -1, lifeSeconds })
    return server.receive(requestOf(token), fixture.elsewhere(), at(ms))
  }
  assert.equal(ask(0, 10), undefined)
  assert.equal(ask(9900, 20), 'too many pending')
  assert.equal(ask(10_000, 20), undefined)
})

test('[S29] one address has at most four tokens pending, so a forged one pushes nobody out', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const victim = fixture.client()
  victim.client.connect(fixture.token(), fixture.now)
  fixture.net.runTo(15)
  // The challenge is on its way; an attacker with tokens of its own asks in the victim's name.
  const forge = (): string | undefined =>
    server.receive(requestOf(fixture.token()), victim.address, fixture.now)
  assert.deepEqual(
    [forge(), forge(), forge(), forge()],
    [undefined, undefined, undefined, 'too many pending'],
  )
  fixture.net.run(100)
  assert.equal(victim.client.state, 'connected')
})

test('[S31] until a client has spoken, each payload to it follows a keep-alive with its place', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const one = fixture.client()
  // The keep-alive that connects is lost; the one before the payload does its work.
  fixture.net.weather = ({ from, sentAt }) => (from.equals(fixture.home()) && sentAt === 30 ? [] : [10])
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.runTo(40)
  assert.equal(one.client.state, 'sending connection response')
  server.send(0, counting(3), fixture.now)
  fixture.net.runTo(50)
  assert.equal(one.client.state, 'connected')
  const last = () => fixture.net.sent.slice(-2).map(({ packet }) => kindOf(packet))
  assert.deepEqual(fixture.net.toldBy(one.address).at(-1), { do: 'payload', bytes: counting(3) })
  fixture.net.runTo(70)
  server.send(0, counting(3), fixture.now)
  fixture.net.run(0)
  assert.deepEqual(last(), [kinds.keepAlive, kinds.payload])
  one.client.send(counting(1), fixture.now)
  fixture.net.run(15)
  server.send(0, counting(3), fixture.now)
  fixture.net.run(0)
  assert.deepEqual(last(), [kinds.payload, kinds.payload])
})

test('[S32] a silent client loses its slot after the time-out of its token; the lowest free slot is given next', () => {
  const fixture = new Fixture()
  const server = fixture.server({ maxClients: 3 })
  const all = [2, 9, 9].map((timeoutSeconds) => fixture.joined(fixture.token({ timeoutSeconds })))
  assert.deepEqual(
    all.map(({ client }) => client.place?.slot),
    [0, 1, 2],
  )
  fixture.net.weather = ({ from }) => (from.equals(all[0].address) ? [] : [10])
  const start = fixture.now
  fixture.net.run(2100)
  assert.equal(server.connectedCount, 2)
  const told = fixture.net.toldBy(fixture.home())
  assert.deepEqual(told.at(-1), { do: 'disconnected', slot: 0, reason: 'timed out' })
  // Its last packet arrived at most 100 ms before the line went dead.
  const heard = fixture.net.told.at(-1)!.at - start
  assert.ok(heard > 1900 && heard <= 2015, String(heard))
  assert.equal(fixture.joined().client.place?.slot, 0)
})

test('[S32] the server tells who came, with the user data of the token, and why they went', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const userData = counting(256)
  const one = fixture.joined(fixture.token({ clientId: 77n, userData }))
  one.client.disconnect(fixture.now)
  fixture.net.run(20)
  const other = fixture.joined(fixture.token({ clientId: 78n }))
  server.disconnect(0, fixture.now)
  server.disconnect(0, fixture.now)
  server.disconnect(99, fixture.now)
  fixture.net.run(20)
  assert.deepEqual(fixture.net.toldBy(fixture.home()), [
    { do: 'connected', slot: 0, clientId: 77n, userData, address: one.address },
    { do: 'disconnected', slot: 0, reason: 'client left' },
    { do: 'connected', slot: 0, clientId: 78n, userData: new Uint8Array(256), address: other.address },
    { do: 'disconnected', slot: 0, reason: 'server closed' },
  ])
})

test('[S32] a new login of the same client takes over once its old slot is freed', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  fixture.joined()
  fixture.joined(fixture.token({ clientId: 5n }))
  const late = fixture.joined(fixture.token({ clientId: 5n }))
  assert.equal(late.client.state, 'sending connection request')
  assert.equal(server.slotOf(5n), 1)
  assert.equal(server.slotOf(6n), undefined)
  server.disconnect(1, fixture.now)
  fixture.net.run(200)
  assert.equal(late.client.state, 'connected')
})

test('[S33] a server that disconnects says so ten times, of which nine may get lost; one that closes says it to all and hears no more', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const all = [fixture.joined(), fixture.joined()]
  const before = fixture.net.sent.length
  let lost = 0
  fixture.net.weather = () => (lost++ % 10 < 9 ? [] : [10])
  server.close(fixture.now)
  fixture.net.run(0)
  const farewells = fixture.net.sent.slice(before).filter(({ packet }) => kindOf(packet) === kinds.disconnect)
  assert.equal(farewells.length, 20)
  fixture.net.run(50)
  for (const { client } of all) assert.equal(client.state, 'disconnected')
  assert.equal(server.isOpen, false)
  assert.equal(server.receive(requestOf(fixture.token()), fixture.elsewhere(), fixture.now), 'closed')
  assert.equal(server.wakeAt, Number.POSITIVE_INFINITY)
})

test('[S36] what waits to be polled is bounded: packets are dropped and sends refused, but nobody leaves untold', () => {
  const fixture = new Fixture()
  const server = fixture.server({ outputsMax: 8 })
  const all = [fixture.joined(), fixture.joined(), fixture.joined(), fixture.joined()]
  let sent = 0
  while (server.send(1, counting(10), fixture.now)) sent++
  assert.ok(sent >= 4 && sent <= 8, String(sent))
  const packet = fixture.net.sent.at(-1)!.packet
  assert.equal(server.receive(packet, all[0].address, fixture.now), 'queue full')
  server.close(fixture.now)
  fixture.net.run(50)
  const gone = fixture.net.toldBy(fixture.home()).filter((output) => output.do === 'disconnected')
  assert.equal(gone.length, 4)
  for (const { client } of all) assert.equal(client.state, 'disconnected')
})

test('[S40] tokens expire by the time of day the server was told, not by its own clock', () => {
  const fixture = new Fixture()
  const server = fixture.server({ unixSeconds: UNIX_START, now: at(0) })
  const ask = (ms: number): string | undefined => {
    const token = fixture.token({ createdAtSeconds: UNIX_START, lifeSeconds: 10 })
    return server.receive(requestOf(token), fixture.elsewhere(), at(ms))
  }
  assert.equal(ask(9999), undefined)
  assert.equal(ask(10_000), 'expired')
  server.tellUnixTime(UNIX_START + 9, at(10_000))
  assert.equal(ask(10_000), undefined)
  assert.equal(ask(11_000), 'expired')
})

test('[S6] a server that cannot be made is refused at once, with what is wrong', () => {
  const fixture = new Fixture()
  const wrong: [Partial<NetcodeServerOptions>, RegExp][] = [
    [{ protocolId: 2n ** 64n }, /protocolId/],
    [{ protocolId: -1n }, /protocolId/],
    [{ privateKey: new Uint8Array(33) }, /privateKey/],
    [{ maxClients: 0 }, /maxClients/],
    [{ maxClients: 1.5 }, /maxClients/],
    [{ maxClients: 65_537 }, /maxClients/],
  ]
  for (const [options, message] of wrong) {
    assert.throws(() => fixture.server(options), { code: 'netcode/server-options', message })
  }
  assert.throws(() => fixture.server({ addresses: [] }), { message: /address/ })
})
