import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from './address.ts'
import { NetcodeClient } from './client.ts'
import { at, counting, Fixture } from './fixture.suite.ts'
import { EARLY, early } from './packet/move.ts'
import { kinds } from './packet/protocol.ts'
import type { NetcodeServer } from './server.ts'

/** A server and a client that may change its address: its ways are sockets, each with an address of its own. */
class Stage {
  readonly #fixture = new Fixture(3)
  readonly netServer: NetcodeServer
  readonly client: NetcodeClient
  /** The address of each open way. */
  readonly ways = new Map<number, Address>()
  /** The addresses that are cut off: what goes there or comes from there is lost. */
  readonly dead = new Set<string>()
  readonly told: string[] = []
  /** Everything that was sent: its kind, from where, to where, and the packet. */
  readonly sent: { kind: number; from: Address; to: Address; packet: Uint8Array }[] = []
  #flying: { at: number; from: Address; to: Address; packet: Uint8Array }[] = []
  now = at(0)
  wayMs = 20
  /** What the network drops. */
  loses: (packet: Uint8Array) => boolean = () => false

  constructor(options: { moves?: boolean } = {}) {
    this.netServer = this.#fixture.server({ maxClients: 4 })
    this.client = new NetcodeClient({ cipher: this.#fixture.cipher, moves: options.moves ?? true })
    this.ways.set(0, this.elsewhere())
    this.client.connect(this.#fixture.token(), this.now)
    this.pass(500)
    assert.equal(this.client.state, 'connected')
  }

  home(): Address {
    return this.#fixture.home()
  }

  elsewhere(): Address {
    return this.#fixture.elsewhere()
  }

  get place(): Address {
    return this.ways.get(Math.max(...this.ways.keys()))!
  }

  /** The address of everything that is open now carries nothing any more. */
  cutOff(): void {
    for (const address of this.ways.values()) this.dead.add(address.text)
  }

  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now = at(this.now + 1)) {
      this.#settle()
      const due = this.#flying.filter((one) => one.at <= this.now)
      this.#flying = this.#flying.filter((one) => one.at > this.now)
      for (const { from, to, packet } of due) this.deliver(packet, from, to)
    }
    this.#settle()
  }

  deliver(packet: Uint8Array, from: Address, to: Address): void {
    if (to.equals(this.home())) this.netServer.receive(packet, from, this.now)
    for (const [way, address] of this.ways)
      if (address.equals(to)) this.client.receive(packet, from, this.now, way)
  }

  #settle(): void {
    for (let one = this.client.poll(this.now); one; one = this.client.poll(this.now)) {
      if (one.do === 'open way') this.ways.set(one.way, this.elsewhere())
      else if (one.do === 'close way') this.ways.delete(one.way)
      else if (one.do === 'payload') this.told.push(`client ${one.bytes.join(' ')}`)
      else if (one.do === 'send') this.#send(one.packet, this.ways.get(one.way)!, one.to)
    }
    for (let one = this.netServer.poll(this.now); one; one = this.netServer.poll(this.now)) {
      if (one.do === 'payload') this.told.push(`server ${one.slot}: ${one.bytes.join(' ')}`)
      else if (one.do === 'send') this.#send(one.packet, this.home(), one.to)
      else this.told.push(`${one.do} ${one.slot}`)
    }
  }

  #send(packet: Uint8Array, from: Address, to: Address): void {
    this.sent.push({ kind: packet[0] & 15, from, to, packet })
    if (this.loses(packet)) return
    if (this.dead.has(from.text) || this.dead.has(to.text)) return
    this.#flying.push({ at: this.now + this.wayMs, from, to, packet })
  }

  kinds(kind: number) {
    return this.sent.filter((one) => one.kind === kind)
  }
}

test('[S42] who is cut off at its address is back from another within half a second, in the same slot', () => {
  const stage = new Stage()
  stage.cutOff()
  stage.pass(350 + 4 * 20 + 10)
  stage.told.length = 0
  assert.ok(stage.client.send(counting(3), stage.now))
  assert.ok(stage.netServer.send(0, counting(2), stage.now))
  stage.pass(30)
  assert.deepEqual(stage.told.sort(), ['client 0 1', 'server 0: 0 1 2'])
  assert.equal(stage.netServer.connectedCount, 1)
  assert.equal(stage.ways.size, 1, 'the old way is closed')
  // And again.
  stage.cutOff()
  stage.pass(600)
  stage.netServer.send(0, counting(2), stage.now)
  stage.pass(30)
  assert.equal(stage.told.at(-1), 'client 0 1')
})

test('[S42] a client of the standard’s own tries nothing, and neither does one that hears its server', () => {
  const plain = new Stage({ moves: false })
  plain.cutOff()
  plain.pass(3000)
  assert.equal(plain.kinds(kinds.move).length, 0)
  const stage = new Stage()
  stage.pass(5000)
  assert.equal(stage.kinds(kinds.move).length, 0)
  assert.equal(stage.ways.size, 1)
})

test('[S42] a server that was silent and speaks again over the old way is followed there, and no way stays open', () => {
  const stage = new Stage()
  const server = stage.home().text
  stage.dead.add(server)
  stage.pass(1500)
  assert.ok(stage.ways.size > 1 && stage.ways.size <= 5, `${stage.ways.size} ways`)
  stage.dead.delete(server)
  stage.pass(3000)
  assert.equal(stage.ways.size, 1)
  assert.equal(stage.client.state, 'connected')
  stage.netServer.send(0, counting(1), stage.now)
  stage.pass(30)
  assert.equal(stage.told.at(-1), 'client 0')
})

test('[S43] nothing moves to an address that has not sent back, sealed, what it was told there', () => {
  const stage = new Stage()
  stage.cutOff()
  // Somebody on the way passes the client's packets on from an address of its choice, and the client hears nothing.
  const victim = stage.elsewhere()
  const before = stage.sent.length
  for (let ms = 0; ms < 2000; ms += 10) {
    const known = stage.sent.length
    stage.dead.add(stage.place.text)
    stage.pass(10)
    for (const { kind, packet, to } of stage.sent.slice(known - 1))
      if (kind === kinds.move && to.equals(stage.home())) stage.deliver(packet, victim, stage.home())
  }
  stage.netServer.send(0, counting(1), stage.now)
  stage.pass(1)
  const toVictim = stage.sent.slice(before).filter(({ to }) => to.equals(victim))
  const moves = stage.sent.slice(before).filter(({ kind }) => kind === kinds.move)
  assert.ok(toVictim.length > 0 && moves.length > 0)
  assert.deepEqual(new Set(toVictim.map(({ kind }) => kind)), new Set([kinds.way, EARLY]))
  const bytes = (all: typeof moves) => all.reduce((sum, { packet }) => sum + packet.length, 0)
  assert.ok(bytes(toVictim) <= bytes(moves), `${bytes(toVictim)} bytes for ${bytes(moves)}`)
})

test('[S43] a move that is heard twice, bent, of another slot, or from where somebody else is, moves nobody', () => {
  const stage = new Stage()
  stage.cutOff()
  stage.dead.add(stage.home().text)
  stage.pass(500)
  const [move] = stage.kinds(kinds.move)
  const { netServer, now } = stage
  const from = stage.elsewhere()
  const bent = (byte: number, by = 1) => {
    const copy = move.packet.slice()
    copy[byte] ^= by
    return netServer.receive(copy, from, now)
  }
  assert.equal(bent(move.packet.length - 2), 'stranger')
  assert.equal(bent(move.packet.length - 2, 4), 'stranger')
  assert.equal(bent(10), 'forged')
  assert.equal(netServer.receive(new Uint8Array(60).fill(0x17), from, now), 'body size')
  assert.equal(netServer.receive(move.packet, from, now), undefined)
  assert.equal(netServer.receive(move.packet, from, now), 'replayed')
  assert.equal(netServer.connectedCount, 1)
})

test('[S43] moves are opened within the bound of requests, and told again no oftener than every 40 ms', () => {
  const stage = new Stage()
  stage.cutOff()
  stage.dead.add(stage.home().text)
  stage.pass(2500)
  const moves = stage.kinds(kinds.move)
  assert.ok(moves.length > 40, `${moves.length} moves`)
  const from = stage.elsewhere()
  stage.sent.length = 0
  for (const { packet } of moves.slice(0, 20)) stage.netServer.receive(packet, from, stage.now)
  stage.pass(0)
  assert.equal(stage.kinds(kinds.way).length, 1)
})

test('[S44] before the server has moved both are heard already, once, and the old way is still tried', () => {
  const stage = new Stage()
  // Nothing is ever proven.
  stage.loses = (packet) => (packet[0] & 15) === kinds.way
  stage.cutOff()
  stage.netServer.send(0, counting(1), stage.now)
  stage.told.length = 0
  stage.pass(300)
  assert.deepEqual(stage.told.splice(0), ['client 0'], 'what was said last is said again')
  for (let i = 2; i < 5; i++) {
    stage.client.send(counting(i), stage.now)
    stage.netServer.send(0, counting(i), stage.now)
    stage.pass(60)
  }
  const words = ['0 1', '0 1 2', '0 1 2 3']
  assert.deepEqual(
    stage.told.splice(0).sort(),
    [...words.map((word) => `client ${word}`), ...words.map((word) => `server 0: ${word}`)].sort(),
  )
  assert.ok(stage.ways.size > 1, 'the client tries on')
  // And then it is proven.
  stage.loses = () => false
  stage.pass(500)
  assert.equal(stage.ways.size, 1)
  stage.netServer.send(0, counting(5), stage.now)
  stage.pass(30)
  assert.deepEqual(stage.told, ['client 0 1 2 3 4'])
})

test('[S44] [S43] where nothing came from nothing goes, and no more than came', () => {
  const stage = new Stage()
  stage.loses = (packet) => (packet[0] & 15) === kinds.way
  stage.cutOff()
  stage.sent.length = 0
  for (let i = 0; i < 200; i++) {
    stage.netServer.send(0, counting(1000), stage.now)
    stage.pass(10)
  }
  const tried = [...new Set(stage.sent.map(({ from }) => from.text))].filter(
    (one) => one !== stage.home().text,
  )
  assert.ok(tried.length > 2)
  for (const place of tried) {
    const bytes = (isFrom: boolean, isEarly = false) =>
      stage.sent
        .filter(({ from, to, kind }) => (isFrom ? from : to).text === place && (!isEarly || kind === EARLY))
        .reduce((sum, { packet }) => sum + packet.length, 0)
    if (place === tried[0]) continue
    assert.ok(bytes(false) <= bytes(true), `${bytes(false)} of ${bytes(true)} bytes`)
    assert.ok(bytes(false, true) > 1000, 'and something comes')
  }
})

test('[S44] an early packet that is short, bent, heard already, of no slot, or no talk is dropped', () => {
  const stage = new Stage()
  stage.cutOff()
  stage.client.send(counting(3), stage.now)
  stage.pass(0)
  const { packet } = stage.sent.findLast(({ kind }) => kind === kinds.payload)!
  const { netServer, now } = stage
  const from = stage.elsewhere()
  const hear = (sealed: Uint8Array, slot = 0) => netServer.receive(early(sealed, slot), from, now)
  const bent = packet.slice()
  bent[packet.length - 1] ^= 1
  assert.equal(netServer.receive(Uint8Array.of(EARLY, 0, 0), from, now), 'too short')
  assert.equal(hear(packet, 1), 'stranger')
  assert.equal(hear(packet, 9), 'stranger')
  assert.equal(hear(bent), 'forged')
  assert.equal(hear(Uint8Array.from([0x17, ...packet.subarray(1)])), 'wrong kind')
  assert.equal(hear(packet), undefined)
  assert.equal(hear(packet), 'replayed')
  // Nobody asked from there: it is not an address to send to.
  stage.sent.length = 0
  netServer.send(0, counting(1), now)
  stage.pass(0)
  assert.deepEqual(
    stage.sent.filter(({ to }) => to.equals(from)),
    [],
  )
})
