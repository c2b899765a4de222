import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../core/index.ts'
import type { Address } from './address.ts'
import { counting, Fixture, requestOf } from './fixture.suite.ts'
import type { Flight } from './net.suite.ts'
import { PacketSeal } from './packet/packet.ts'
import { kinds } from './packet/protocol.ts'
import { readKeyedToken } from './token/connect-token.ts'

const kindOf = (packet: Uint8Array): number => packet[0] & 15

/** Connects one client to one server and sends payloads both ways. */
function talk(fixture: Fixture) {
  const server = fixture.server()
  const token = fixture.token()
  const one = fixture.joined(token)
  for (let i = 0; i < 5; i++) {
    one.client.send(counting(20, i), fixture.now)
    server.send(0, counting(30, i), fixture.now)
    fixture.net.run(100)
  }
  return { server, token, ...one }
}

/** A peer that has a valid token and seals what it likes. */
class Forger {
  readonly #fixture: Fixture
  readonly #token
  readonly #seal: PacketSeal
  readonly address: Address
  readonly request: Uint8Array

  constructor(fixture: Fixture) {
    const bytes = fixture.token()
    this.#fixture = fixture
    this.#token = readKeyedToken(bytes)!
    this.#seal = new PacketSeal(fixture.cipher, this.#token.protocolId)
    this.address = fixture.elsewhere()
    this.request = requestOf(bytes)
  }

  seal(kind: number, sequence: bigint, body: Uint8Array): Uint8Array {
    const halves = { high: Number(sequence >> 32n), low: Number(sequence & 0xffffffffn) }
    return this.#seal.seal(kind, halves, body, this.#token.clientToServerKey)
  }

  /** Returns the body of the challenge it was sent last. */
  challenge(): Uint8Array {
    const isMine = ({ to, packet }: Flight): boolean =>
      to.equals(this.address) && kindOf(packet) === kinds.challenge
    const { packet } = this.#fixture.net.sent.findLast(isMine)!
    this.#seal.readHeader(packet, 1 << kinds.challenge)
    return this.#seal.open(packet, this.#token.serverToClientKey)!
  }
}

test('[S11] everything ever recorded, played again in its own name, does nothing', () => {
  const fixture = new Fixture()
  const { server, client, address } = talk(fixture)
  fixture.net.run(15)
  const recorded = fixture.net.sent.slice()
  const told = fixture.net.told.length
  for (const { packet, from } of recorded) {
    const drop = from.equals(address)
      ? server.receive(packet, from, fixture.now)
      : client.receive(packet, from, fixture.now)
    assert.ok(drop)
  }
  fixture.net.run(0)
  assert.equal(fixture.net.told.length, told)
  assert.equal(client.state, 'connected')
})

test('[S26] everything recorded of a connection that is over brings nobody back', () => {
  const fixture = new Fixture()
  const { server, client, address } = talk(fixture)
  client.disconnect(fixture.now)
  fixture.net.run(50)
  const told = fixture.net.told.length
  for (const { packet, from } of fixture.net.sent.slice()) {
    if (from.equals(address)) assert.ok(server.receive(packet, from, fixture.now))
  }
  assert.equal(server.poll(fixture.now), undefined)
  assert.equal(fixture.net.told.length, told)
})

test('[S10] a bit flipped anywhere in any kind of packet is found, and the true packet still counts', () => {
  const flip = (packet: Uint8Array, bit: number): Uint8Array => {
    const bent = packet.slice()
    bent[bit >> 3] ^= 1 << (bit & 7)
    return bent
  }
  // Each packet of a whole story meets its bent copies just before it arrives itself.
  const fixture = new Fixture()
  const server = fixture.server({ requestsPerSecondMax: Number.POSITIVE_INFINITY })
  const { client, address } = fixture.client()
  client.connect(fixture.token(), fixture.now)
  const kindsSeen = new Set<number>()
  let tried = 0
  const meet = (): void => {
    for (const { packet, from } of fixture.net.sent.slice(tried)) {
      const step = kindOf(packet) === kinds.request || packet.length > 300 ? 8 : 1
      for (let bit = tried % 8; bit < packet.length * 8; bit += step) {
        const bent = flip(packet, bit)
        const drop = from.equals(address)
          ? server.receive(bent, from, fixture.now)
          : client.receive(bent, from, fixture.now)
        assert.ok(drop, `kind ${kindOf(packet)} bit ${bit}`)
      }
      kindsSeen.add(kindOf(packet))
      tried++
    }
  }
  const story = [
    () => {},
    () => {},
    () => {},
    () => {},
    () => client.send(counting(9), fixture.now),
    () => server.send(0, counting(9), fixture.now),
    () => client.disconnect(fixture.now),
  ]
  for (const act of story) {
    act()
    fixture.net.run(0)
    meet()
    fixture.net.run(10)
  }
  assert.deepEqual([...kindsSeen].sort(), [0, 2, 3, 4, 5, 6])
  assert.deepEqual(
    fixture.net.told.map(({ output }) => ('state' in output ? output.state : output.do)),
    [
      ...['sending connection request', 'sending connection response', 'connected', 'connected', 'payload'],
      ...['payload', 'disconnected', 'disconnected'],
    ],
  )
})

test('[S30] a challenge is answered only by the one it was issued to, and only in the life of the server that issued it', () => {
  const fixture = new Fixture()
  const old = fixture.server()
  const forgers = [new Forger(fixture), new Forger(fixture)]
  const [mine, other] = forgers
  const ask = (server: typeof old): void => {
    for (const { request, address } of forgers)
      assert.equal(server.receive(request, address, fixture.now), undefined)
    fixture.net.run(0)
  }
  ask(old)
  const [first, foreign] = [mine.challenge(), other.challenge()]
  const respond = (server: typeof old, body: Uint8Array): string | undefined =>
    server.receive(mine.seal(kinds.response, 1n, body), mine.address, fixture.now)

  assert.equal(respond(old, foreign), 'challenge forged')
  assert.equal(respond(old, new Uint8Array(308)), 'challenge forged')
  assert.equal(respond(old, first.subarray(1)), 'body size')
  const bent = first.slice()
  bent[0] ^= 1
  assert.equal(respond(old, bent), 'challenge forged')

  const young = fixture.server()
  ask(young)
  assert.equal(respond(young, first), 'challenge forged')
  assert.equal(respond(young, mine.challenge()), undefined)
  assert.equal(young.connectedCount, 1)
})

test('[S30] a challenge of an earlier visit does not open the door for a later one', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const forger = new Forger(fixture)
  server.receive(forger.request, forger.address, fixture.now)
  fixture.net.run(0)
  const early = forger.challenge()
  fixture.net.run(6000)
  server.receive(forger.request, forger.address, fixture.now)
  fixture.net.run(0)
  const answer = (body: Uint8Array): string | undefined =>
    server.receive(forger.seal(kinds.response, 1n, body), forger.address, fixture.now)
  assert.equal(answer(early), 'challenge forged')
  assert.equal(answer(forger.challenge()), undefined)
})

test('[S34] before a challenge is answered, nothing sent back is larger than what came, and a stranger gets nothing', () => {
  const fixture = new Fixture()
  const server = fixture.server({ maxClients: 1 })
  const random = new Random(1)
  const answers = (packet: Uint8Array, from: Address): Uint8Array[] => {
    server.receive(packet, from, fixture.now)
    const packets: Uint8Array[] = []
    for (let out = server.poll(fixture.now); out; out = server.poll(fixture.now)) {
      if (out.do === 'send') packets.push(out.packet)
    }
    return packets
  }
  const sizes = (packets: Uint8Array[]): number[] => packets.map(({ length }) => length)
  const request = requestOf(fixture.token())
  const from = fixture.elsewhere()
  assert.deepEqual(sizes(answers(request, from)), [1 + 8 + 308 + 16])
  assert.deepEqual(sizes(answers(request, from)), [1 + 8 + 308 + 16])
  fixture.joined()
  assert.deepEqual(sizes(answers(requestOf(fixture.token()), fixture.elsewhere())), [1 + 8 + 16])
  for (let i = 0; i < 2000; i++) {
    const packet = Uint8Array.from({ length: random.integer(0, 1300) }, () => random.integer(0, 255))
    if (packet.length > 0 && random.chance(0.5)) packet[0] = random.integer(0, 0x8f)
    assert.deepEqual(answers(packet, random.chance(0.5) ? from : fixture.elsewhere()), [])
  }
})

test('[S35] of a flood of requests only so many a second are opened, and those who are connected notice nothing', () => {
  const fixture = new Fixture()
  const server = fixture.server({ requestsPerSecondMax: 1000 })
  const { client, address } = fixture.joined()
  const forged = requestOf(fixture.token({ privateKey: fixture.cipher.randomBytes(32) }))
  const before = fixture.cipher.opened
  const random = new Random(3)
  let sent = 0
  for (let ms = 0; ms < 1000; ms++) {
    for (let i = 0; i < 20; i++) {
      forged[1077 - random.integer(0, 900)] ^= random.integer(1, 255)
      server.receive(forged, fixture.elsewhere(), fixture.now)
    }
    if (ms % 50 === 0 && client.send(counting(8, ms / 50), fixture.now)) sent++
    fixture.net.run(1)
  }
  fixture.net.run(20)
  const payloads = fixture.net.told.filter(({ output }) => output.do === 'payload')
  assert.equal(payloads.length, sent)
  assert.ok(payloads.every(({ at }, i) => at === 60 + 50 * i + 10))
  // A thousand requests, twice a packet of the connected client for each of its tenths of a second, and no more.
  const opened = fixture.cipher.opened - before
  assert.ok(opened <= 1100 + 60, String(opened))
  assert.equal(server.dropped.get('token forged') + server.dropped.get('request flood'), 20_000)
  assert.equal(client.state, 'connected')
  fixture.net.runTo(3000)
  assert.equal(fixture.joined().client.state, 'connected')
  assert.ok(address)
})

test('[S24] one valid request, recorded and sent from a thousand forged addresses, is opened once', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const request = requestOf(fixture.token())
  server.receive(request, fixture.elsewhere(), fixture.now)
  const before = fixture.cipher.opened
  for (let i = 0; i < 1000; i++) {
    assert.equal(server.receive(request, fixture.elsewhere(), fixture.now), 'token used')
  }
  const { client, address } = fixture.joined()
  assert.equal(client.state, 'connected')
  const settled = fixture.cipher.opened
  for (let i = 0; i < 1000; i++) server.receive(requestOf(fixture.token()), address, fixture.now)
  assert.equal(fixture.cipher.opened, settled)
  assert.ok(settled - before < 8)
})

test('[S38] a forged source address gains nothing: not a slot, not a word, not a disconnect', () => {
  const fixture = new Fixture()
  const { server, client, address } = talk(fixture)
  const stranger = fixture.elsewhere()
  const recorded = fixture.net.sent.filter(({ from }) => from.equals(address))
  for (const { packet } of recorded) assert.ok(server.receive(packet, stranger, fixture.now))

  // An attacker with a token of its own speaks in the name of the connected client, and of someone it cannot hear.
  const forger = new Forger(fixture)
  assert.equal(server.receive(forger.request, address, fixture.now), 'address connected')
  assert.equal(
    server.receive(forger.seal(kinds.disconnect, 2n ** 40n, new Uint8Array(0)), address, fixture.now),
    'too far ahead',
  )
  server.receive(forger.request, stranger, fixture.now)
  const blind = forger.seal(kinds.response, 1n, fixture.cipher.randomBytes(308))
  assert.equal(server.receive(blind, stranger, fixture.now), 'challenge forged')
  assert.equal(
    server.receive(forger.seal(kinds.payload, 2n, counting(5)), stranger, fixture.now),
    'wrong state',
  )
  fixture.net.run(1000)
  assert.equal(client.state, 'connected')
  assert.equal(server.connectedCount, 1)
})

test('[S11] a session near 2^64 takes each number once, and nothing after the last is new again', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const forger = new Forger(fixture)
  server.receive(forger.request, forger.address, fixture.now)
  fixture.net.run(0)
  const top = 2n ** 64n - 1n
  const say = (kind: number, sequence: bigint, body: Uint8Array): string | undefined =>
    server.receive(forger.seal(kind, sequence, body), forger.address, fixture.now)
  assert.equal(say(kinds.response, top - 3n, forger.challenge()), undefined)
  for (const sequence of [top - 2n, top, top - 1n])
    assert.equal(say(kinds.payload, sequence, counting(1)), undefined)
  for (const sequence of [top - 3n, top - 2n, top - 1n, top])
    assert.equal(say(kinds.payload, sequence, counting(1)), 'replayed')
  for (const sequence of [0n, 1n, 255n, 2n ** 32n, 2n ** 63n, top - 256n]) {
    assert.equal(say(kinds.payload, sequence, counting(1)), 'too old')
  }
  assert.equal(say(kinds.disconnect, top - 200n, new Uint8Array(0)), undefined)
  assert.equal(server.connectedCount, 0)
})

test('[S12] from an ordinary session nobody leaps near 2^64 to shut everyone else out', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const forger = new Forger(fixture)
  server.receive(forger.request, forger.address, fixture.now)
  fixture.net.run(0)
  const say = (kind: number, sequence: bigint, body: Uint8Array): string | undefined =>
    server.receive(forger.seal(kind, sequence, body), forger.address, fixture.now)
  assert.equal(say(kinds.response, 0n, forger.challenge()), undefined)
  assert.equal(say(kinds.payload, 2n ** 64n - 1n, counting(1)), 'too far ahead')
  assert.equal(say(kinds.payload, 1n, counting(1)), undefined)
})

test('[S8] a sealed packet of the wrong size uses up its number and does nothing else', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  const forger = new Forger(fixture)
  server.receive(forger.request, forger.address, fixture.now)
  fixture.net.run(0)
  const say = (kind: number, sequence: bigint, length: number): string | undefined =>
    server.receive(forger.seal(kind, sequence, new Uint8Array(length)), forger.address, fixture.now)
  server.receive(forger.seal(kinds.response, 0n, forger.challenge()), forger.address, fixture.now)
  fixture.net.run(0)
  const sizes: [kind: number, wrong: number[]][] = [
    [kinds.keepAlive, [0, 7, 9, 308]],
    [kinds.payload, [0, 1201, 1280]],
    [kinds.disconnect, [1, 8]],
  ]
  let sequence = 1n
  for (const [kind, wrong] of sizes) {
    for (const length of wrong) {
      assert.equal(say(kind, sequence, length), 'body size')
      assert.equal(say(kind, sequence++, length), 'replayed')
    }
  }
  assert.equal(server.poll(fixture.now), undefined)
  assert.equal(server.connectedCount, 1)
  for (const kind of [kinds.request, kinds.denied, kinds.challenge, kinds.response]) {
    assert.ok(say(kind, sequence++, 308))
  }
})

test('[S37] no bytes from anywhere make either side throw, and each drop is counted once', () => {
  const fixture = new Fixture()
  const { server, client, address } = talk(fixture)
  const random = new Random(7)
  const recorded = fixture.net.sent.map(({ packet }) => packet)
  const drops = { server: server.dropped.total, client: client.dropped.total }
  for (let i = 0; i < 5000; i++) {
    let packet = random.pick(recorded).slice(0, random.integer(0, 1100))
    for (let n = random.integer(0, 3); n > 0 && packet.length > 0; n--) {
      packet[random.integer(0, Math.min(packet.length - 1, 40))] = random.integer(0, 255)
    }
    if (random.chance(0.1)) packet = new Uint8Array(random.integer(0, 2000)).fill(random.integer(0, 255))
    if (server.receive(packet, random.chance(0.5) ? address : fixture.elsewhere(), fixture.now))
      drops.server++
    if (client.receive(packet, random.chance(0.5) ? fixture.home() : fixture.elsewhere(), fixture.now))
      drops.client++
  }
  assert.deepEqual(drops, { server: server.dropped.total, client: client.dropped.total })
  assert.equal(client.state, 'connected')
})
