import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from './address.ts'
import { NetcodeClient } from './client.ts'
import { at, counting, Fixture } from './fixture.suite.ts'
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
  assert.ok(toVictim.length > 0 && toVictim.length <= moves.length)
  assert.deepEqual([...new Set(toVictim.map(({ kind }) => kind))], [kinds.way])
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
