import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from './address.ts'
import { type ClientStateName, clientStates } from './client-state.ts'
import { counting, Fixture } from './fixture.suite.ts'
import { kinds } from './packet/protocol.ts'
import { REQUEST_BYTES } from './packet/request.ts'

/** Lists the states a client went through, and when. */
function story(fixture: Fixture, one: { address: Address }): string[] {
  return fixture.net.told
    .filter(({ by, output }) => by.equals(one.address) && output.do === 'state')
    .map(({ at, output }) => `${at} ${'state' in output ? output.state : ''}`)
}

const kindOf = (packet: Uint8Array): number => packet[0] & 15

test('[S15] the ten states have the numbers the standard gives them', () => {
  const table: Record<ClientStateName, number> = {
    'connect token expired': -6,
    'invalid connect token': -5,
    'connection timed out': -4,
    'connection response timed out': -3,
    'connection request timed out': -2,
    'connection denied': -1,
    disconnected: 0,
    'sending connection request': 1,
    'sending connection response': 2,
    connected: 3,
  }
  assert.deepEqual(clientStates, table)
})

test('[S16] a client asks, answers the challenge, and is connected by the first keep-alive, which gives its place', () => {
  const fixture = new Fixture()
  fixture.server({ maxClients: 9 })
  const one = fixture.client()
  assert.equal(one.client.state, 'disconnected')
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.run(100)
  assert.deepEqual(story(fixture, one), [
    '0 sending connection request',
    '20 sending connection response',
    '40 connected',
  ])
  assert.deepEqual([one.client.place?.slot, one.client.place?.maxClients], [0, 9])
  assert.ok(one.client.server?.equals(fixture.home()))
})

test('[S16] a token that is no token leads to the error at once, and a good one leads out of it', () => {
  const fixture = new Fixture()
  fixture.server()
  const one = fixture.joined(new Uint8Array(2048))
  assert.equal(one.client.state, 'invalid connect token')
  assert.equal(fixture.net.sent.length, 0)
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.run(100)
  assert.equal(one.client.state, 'connected')
})

test('[S17] requests, responses and keep-alives go out ten times a second; a challenge is answered at once', () => {
  const fixture = new Fixture()
  fixture.server()
  const one = fixture.client()
  // The first two requests, the first two responses and what the server says for a while are lost.
  fixture.net.weather = ({ from, sentAt }) => {
    const isLost = from.equals(one.address) ? sentAt < 200 || (sentAt > 210 && sentAt < 400) : false
    return isLost ? [] : [10]
  }
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.runTo(800)
  const sent = fixture.net.sent.filter(({ from }) => from.equals(one.address))
  assert.deepEqual(
    sent.map(({ sentAt, packet }) => `${sentAt} ${kindOf(packet)}`),
    ['0 0', '100 0', '200 0', '220 3', '320 3', '420 3', '520 4', '620 4', '720 4'],
  )
  assert.equal(sent[0].packet.length, REQUEST_BYTES)
  assert.deepEqual(sent[0].packet, sent[1].packet)
})

test('[S17] a payload stands for a keep-alive', () => {
  const fixture = new Fixture()
  fixture.server()
  const one = fixture.joined()
  fixture.net.runTo(1000)
  const before = fixture.net.sent.length
  for (let i = 0; i < 20; i++) {
    assert.ok(one.client.send(counting(9), fixture.now))
    fixture.net.run(50)
  }
  const sent = fixture.net.sent.slice(before).filter(({ from }) => from.equals(one.address))
  assert.deepEqual([...new Set(sent.map(({ packet }) => kindOf(packet)))], [kinds.payload])
})

test('[S18] a server that does not answer, or denies, or falls silent after its challenge is followed by the next of the token', () => {
  const fixture = new Fixture()
  fixture.server({ addresses: [fixture.home(2)], maxClients: 1 })
  fixture.server({ addresses: [fixture.home(3)] })
  fixture.server({ addresses: [fixture.home(4)] })
  fixture.joined(fixture.token({ servers: [fixture.home(2)] }))
  // The third server challenges, and hears no answer.
  fixture.net.weather = ({ to, packet }) => (to.equals(fixture.home(3)) && kindOf(packet) === 3 ? [] : [10])
  const one = fixture.client()
  const servers = [1, 2, 3, 4].map((n) => fixture.home(n))
  one.client.connect(fixture.token({ servers, timeoutSeconds: 2 }), fixture.now)
  fixture.net.run(6000)
  assert.deepEqual(story(fixture, one), [
    '60 sending connection request',
    '2060 sending connection request',
    '2080 sending connection request',
    '2100 sending connection response',
    '4100 sending connection request',
    '4120 sending connection response',
    '4140 connected',
  ])
  assert.ok(one.client.server?.equals(fixture.home(4)))
})

test('[S18] when no server is left the error says how the last one failed', () => {
  const fixture = new Fixture()
  fixture.server({ addresses: [fixture.home(2)], maxClients: 1 })
  fixture.server({ addresses: [fixture.home(3)] })
  fixture.joined(fixture.token({ servers: [fixture.home(2)] }))
  fixture.net.weather = ({ packet }) => (kindOf(packet) === 3 ? [] : [10])
  const end = (...servers: number[]): string => {
    const one = fixture.client()
    const token = fixture.token({ servers: servers.map((n) => fixture.home(n)), timeoutSeconds: 1 })
    one.client.connect(token, fixture.now)
    fixture.net.run(5000)
    return one.client.state
  }
  assert.equal(end(1), 'connection request timed out')
  assert.equal(end(2), 'connection denied')
  assert.equal(end(3), 'connection response timed out')
  assert.equal(end(2, 3, 1), 'connection request timed out')
  assert.equal(end(1, 3, 2), 'connection denied')
  assert.equal(end(2, 1, 3), 'connection response timed out')
})

test('[S19] a connected client that hears nothing for its time-out is alone, to the millisecond', () => {
  const fixture = new Fixture()
  fixture.server()
  const one = fixture.joined(fixture.token({ timeoutSeconds: 3 }))
  fixture.net.weather = ({ to, sentAt }) => (to.equals(one.address) && sentAt >= 1000 ? [] : [10])
  fixture.net.runTo(3939)
  assert.equal(one.client.state, 'connected')
  // The last keep-alive left the server at 930: a hundred after the one that connected the client, and so on.
  fixture.net.runTo(3940)
  assert.equal(one.client.state, 'connection timed out')
})

test('[S19] a time-out of zero or less never comes', () => {
  for (const timeoutSeconds of [0, -1]) {
    const fixture = new Fixture()
    const one = fixture.joined(fixture.token({ timeoutSeconds, lifeSeconds: Number.POSITIVE_INFINITY }))
    fixture.net.run(100_000)
    assert.equal(one.client.state, 'sending connection request')
    fixture.server()
    fixture.net.run(200)
    assert.equal(one.client.state, 'connected')
    fixture.net.weather = () => []
    fixture.net.run(100_000)
    assert.equal(one.client.state, 'connected')
  }
})

test('[S20] a token expires after its life, measured over all servers from the first try', () => {
  const fixture = new Fixture()
  const servers = [1, 2, 3].map((n) => fixture.home(n))
  const one = fixture.client()
  one.client.connect(fixture.token({ servers, timeoutSeconds: 4, lifeSeconds: 6 }), fixture.now)
  fixture.net.runTo(5999)
  assert.equal(one.client.state, 'sending connection request')
  fixture.net.runTo(6000)
  assert.equal(one.client.state, 'connect token expired')
  assert.equal(one.client.wakeAt, Number.POSITIVE_INFINITY)
})

test('[S20] once connected, a client outlives its token', () => {
  const fixture = new Fixture()
  fixture.server()
  const one = fixture.joined(fixture.token({ lifeSeconds: 1 }))
  fixture.net.run(10_000)
  assert.equal(one.client.state, 'connected')
})

test('[S21] leaving takes ten disconnect packets once the server may know of the client, and none before', () => {
  const fixture = new Fixture()
  const farewell = (ms: number): number => {
    const one = fixture.client()
    one.client.connect(fixture.token(), fixture.now)
    fixture.net.run(ms)
    const before = fixture.net.sent.length
    one.client.disconnect(fixture.now)
    one.client.disconnect(fixture.now)
    fixture.net.run(0)
    assert.equal(one.client.state, 'disconnected')
    const sent = fixture.net.sent.slice(before).filter(({ from }) => from.equals(one.address))
    assert.ok(sent.every(({ packet }) => kindOf(packet) === kinds.disconnect))
    return sent.length
  }
  assert.equal(farewell(50), 0)
  fixture.server()
  assert.equal(farewell(30), 10)
  assert.equal(farewell(60), 10)
})

test('[S21] a server that disconnects leaves the client disconnected, which is no error', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const one = fixture.joined()
  server.disconnect(0, fixture.now)
  fixture.net.run(50)
  assert.equal(one.client.state, 'disconnected')
  assert.equal(one.client.wakeAt, Number.POSITIVE_INFINITY)
})

test('[S22] a client believes nobody but the server it is asking, and nothing that does not fit its state', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const one = fixture.joined()
  server.send(0, counting(5), fixture.now)
  fixture.net.run(50)
  const toClient = fixture.net.sent.filter(({ to }) => to.equals(one.address))
  const challenge = toClient.find(({ packet }) => kindOf(packet) === kinds.challenge)!
  const payload = toClient.find(({ packet }) => kindOf(packet) === kinds.payload)!
  assert.equal(one.client.receive(payload.packet, fixture.home(2), fixture.now), 'wrong address')
  assert.equal(one.client.receive(challenge.packet, fixture.home(), fixture.now), 'wrong state')
  const request = fixture.net.sent[0].packet
  assert.equal(one.client.receive(request, fixture.home(), fixture.now), 'wrong kind')
  one.client.disconnect(fixture.now)
  assert.equal(one.client.receive(payload.packet, fixture.home(), fixture.now), 'not connecting')
  assert.deepEqual(one.client.dropped.snapshot(), {
    'wrong address': 1,
    'wrong state': 1,
    'wrong kind': 1,
    'not connecting': 1,
  })
})

test('[S22] payloads that overtake the keep-alive which connects are discarded', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const one = fixture.client()
  fixture.net.weather = ({ packet, from }) =>
    from.equals(fixture.home()) && kindOf(packet) === 4 ? [90] : [10]
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.runTo(35)
  server.send(0, counting(5), fixture.now)
  fixture.net.runTo(300)
  assert.equal(one.client.dropped.get('wrong state'), 1)
  assert.equal(one.client.state, 'connected')
  assert.equal(fixture.net.toldBy(one.address).filter((output) => output.do === 'payload').length, 0)
})

test('[S39] a payload has 1 to 1200 bytes and travels only while connected', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const one = fixture.client()
  for (const length of [0, 1201]) {
    assert.throws(() => one.client.send(new Uint8Array(length), fixture.now), {
      code: 'netcode/payload-size',
    })
    assert.throws(() => server.send(0, new Uint8Array(length), fixture.now), { code: 'netcode/payload-size' })
  }
  assert.equal(one.client.send(counting(1), fixture.now), false)
  assert.equal(server.send(0, counting(1), fixture.now), false)
  one.client.connect(fixture.token(), fixture.now)
  fixture.net.run(60)
  for (const length of [1, 1200]) {
    assert.ok(one.client.send(counting(length), fixture.now))
    assert.ok(server.send(0, counting(length, 7), fixture.now))
  }
  fixture.net.run(20)
  const payloads = (by: Address) =>
    fixture.net.toldBy(by).flatMap((output) => (output.do === 'payload' ? [output.bytes] : []))
  assert.deepEqual(payloads(fixture.home()), [counting(1), counting(1200)])
  assert.deepEqual(payloads(one.address), [counting(1, 7), counting(1200, 7)])
})
