/** Sealed connections, client and server machines joined, in virtual time: coming, vanishing, coming back, attacks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { SealedAir } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { addressOf } from '../../src/netcode/index.ts'
import { NEWCOMERS_PER_POLL } from '../../src/sealed/server.ts'
import { type Link, type LinkHandler, MemoryNetwork, type NetworkPath } from '../../src/transport/index.ts'

/** A server and its clients, 20 ms apart. What reaches the server is recorded. */
class Stage {
  now = instant(0)
  readonly network = new MemoryNetwork()
  readonly accepted: Link[] = []
  readonly recorded: { readonly from: { host: string; port: number }; readonly bytes: Uint8Array }[] = []
  readonly air: SealedAir

  constructor(toServer: NetworkPath = later) {
    this.air = new SealedAir(this.network, {
      cipher: nodeSodium,
      toServer,
      toClient: later,
      seed: 7,
      now: () => this.now,
      accept: (link) => void this.accepted.push(link),
    })
    const { server } = this.air
    const receive = server.receive.bind(server)
    server.receive = (bytes, from, now) => {
      this.recorded.push({ from: { host: from.host, port: from.port }, bytes: bytes.slice() })
      receive(bytes, from, now)
    }
  }

  async run(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; this.now = instant(this.now + 1)) {
      this.network.deliver(this.now)
      this.air.poll(this.now)
      await Promise.resolve()
    }
  }

  async connect(options: Parameters<SealedAir['openLink']>[0] = {}): Promise<{ client: Link; server: Link }> {
    const opening = this.air.openLink(options)
    await this.run(200)
    return { client: await opening, server: this.accepted.at(-1) as Link }
  }

  /** Hands the server a datagram as if it came from there. */
  inject(bytes: Uint8Array, { host, port }: { host: string; port: number }): void {
    const address = addressOf(host, port)
    assert.ok(address)
    this.air.server.receive(bytes, address, this.now)
  }
}

const later: NetworkPath = (_length, at) => [instant(at + 20)]

/** Opens an end and writes down what it is told. */
function listen(link: Link, handler: Partial<LinkHandler> = {}): string[] {
  const told: string[] = []
  link.open({
    receive: (packet) => void told.push(`packet ${packet.length}`),
    closed: (reason) => void told.push(`closed: ${reason}`),
    receiveState: (payload) => told.push(`state ${payload.length}`) > 0,
    settleState: (id, isAcknowledged) => void told.push(`${id} ${isAcknowledged ? 'arrived' : 'lost'}`),
    ...handler,
  })
  return told
}

test('what a client says and what a server tells passes through the seal, state beside it', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const [atClient, atServer] = [listen(client), listen(server)]
  client.send(new Uint8Array(5))
  server.send(new Uint8Array(3000))
  assert.equal(server.state?.send(new Uint8Array(700), false), 0)
  await stage.run(200)
  assert.deepEqual(atServer, ['packet 5', '0 arrived'])
  assert.deepEqual(atClient.sort(), ['packet 3000', 'state 700'])
})

test('[N22] state that the client cannot use is told lost at the server', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const atServer = listen(server)
  listen(client, { receiveState: (payload) => payload[0] === 1 })
  for (const first of [1, 0, 1]) {
    server.state?.send(Uint8Array.of(first), false)
    await stage.run(100)
  }
  assert.deepEqual(atServer, ['0 arrived', '1 lost', '2 arrived'])
})

test('the session of a client that vanishes ends after the time-out, not before; the others stay', async () => {
  const stage = new Stage()
  const gone = await stage.connect()
  const stays = await stage.connect()
  const [atServer, ofOther] = [listen(gone.server), listen(stays.server)]
  listen(stays.client)
  await stage.run(1000)
  stage.air.vanish(gone.client)
  await stage.run(9_800)
  assert.deepEqual(atServer, [])
  assert.equal(stage.air.server.count, 2)
  await stage.run(400)
  assert.deepEqual(atServer, ['closed: connection lost'])
  assert.equal(stage.air.server.count, 1)
  assert.deepEqual(ofOther, [])
})

test('a server that vanishes is told of at its clients after the time-out', async () => {
  let isThere = true
  const stage = new Stage((length, at) => (isThere ? later(length, at) : []))
  const { client } = await stage.connect()
  const atClient = listen(client)
  isThere = false
  stage.air.server.poll = () => {}
  stage.air.server.receive = () => {}
  await stage.run(9_700)
  assert.deepEqual(atClient, [])
  await stage.run(500)
  assert.deepEqual(atClient, ['closed: connection lost'])
})

test('[N26] who comes back with a new token from another port is in at once, and the old session ends later', async () => {
  const stage = new Stage()
  const first = await stage.connect()
  const atFirst = listen(first.server)
  stage.air.vanish(first.client)
  const second = await stage.connect()
  listen(second.server)
  assert.equal(stage.air.server.count, 2)
  await stage.run(10_200)
  assert.deepEqual(atFirst, ['closed: connection lost'])
  assert.equal(stage.air.server.count, 1)
  assert.ok(second.client.isOpen)
})

test('[N26] from the same port who said goodbye is in again at once, who vanished after the time-out', async () => {
  const stage = new Stage()
  const first = await stage.connect({ port: 5000 })
  listen(first.client)
  listen(first.server)
  first.client.close('Back in a moment.')
  await stage.run(100)
  const second = await stage.connect({ port: 5000 })
  const atSecond = listen(second.server)
  assert.ok(second.client.isOpen)
  stage.air.vanish(second.client)
  await stage.run(2000)
  const opening = stage.air.openLink({ port: 5000 })
  await stage.run(7_500)
  assert.equal(stage.accepted.length, 2)
  // Requests go on every 100 ms; the first after the time-out is heard.
  await stage.run(1000)
  assert.deepEqual(atSecond, ['closed: connection lost'])
  assert.ok((await opening).isOpen)
})

test('a token brings in one connection; the second try with it meets silence', async () => {
  const stage = new Stage()
  const token = stage.air.token()
  const { client } = await stage.connect({ token, port: 5001 })
  client.close('')
  await stage.run(100)
  const again = stage.air.openLink({ token, port: 5001 })
  const failed = assert.rejects(again, /connection request timed out/)
  await stage.run(12_000)
  await failed
  assert.equal(stage.accepted.length, 1)
})

test('a server that retires tells everyone why, whoever comes late too, and accepts nobody', async () => {
  const stage = new Stage()
  const pairs = [await stage.connect(), await stage.connect()]
  const told = pairs.map(({ client }) => listen(client))
  stage.air.server.retire('The tide is out.')
  const late = stage.air.openLink()
  await stage.run(200)
  told.push(listen(await late))
  await stage.run(200)
  for (const lines of told) assert.deepEqual(lines, ['closed: The tide is out.'])
  assert.equal(stage.air.server.count, 0)
  assert.equal(stage.accepted.length, 2)
})

test('a link that is opened after its connection has ended is told what came, and then the end', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  listen(client)
  client.send(new Uint8Array(9))
  client.close('Done.')
  await stage.run(2000)
  assert.equal(stage.air.server.count, 0)
  const atServer = listen(server)
  assert.deepEqual(atServer, [])
  await stage.run(5)
  assert.deepEqual(atServer, ['packet 9', 'closed: Done.'])
})

test('everything a player ever sent, played again from its own address, changes nothing', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const atServer = listen(server)
  listen(client)
  for (let count = 1; count <= 20; count++) {
    client.send(new Uint8Array(count))
    await stage.run(50)
  }
  const heard = [...atServer]
  assert.equal(heard.length, 20)
  for (const { bytes, from } of [...stage.recorded]) stage.inject(bytes, from)
  await stage.run(500)
  assert.deepEqual(atServer, heard)
  client.send(new Uint8Array(21))
  await stage.run(100)
  assert.deepEqual(atServer, [...heard, 'packet 21'])
})

test('everything a player ever sent, from a forged address, reaches nobody and is not answered', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const atServer = listen(server)
  listen(client)
  client.send(new Uint8Array(5))
  await stage.run(100)
  const answered: Uint8Array[] = []
  stage.network.openDatagram({
    host: '10.0.9.9',
    port: 9999,
    addressOf,
    receive: (bytes) => void answered.push(bytes.slice()),
  })
  for (const { bytes } of [...stage.recorded]) stage.inject(bytes, { host: '10.0.9.9', port: 9999 })
  await stage.run(1000)
  assert.deepEqual(atServer, ['packet 5'])
  assert.equal(stage.air.server.count, 1)
  assert.equal(answered.length, 0)
})

test('a bit flipped in any byte of a datagram keeps it out, and the connection goes on', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const atServer = listen(server)
  listen(client)
  await stage.run(100)
  const original = stage.air.server.receive.bind(stage.air.server)
  const dice = new Random(3)
  stage.air.server.receive = (bytes, from, now) => {
    for (let at = 0; at < bytes.length; at++) {
      const bent = bytes.slice()
      bent[at] ^= 1 << dice.integer(0, 7)
      original(bent, from, now)
    }
    original(bytes, from, now)
  }
  for (const length of [1, 40, 900]) {
    client.send(new Uint8Array(length))
    await stage.run(100)
  }
  assert.deepEqual(atServer, ['packet 1', 'packet 40', 'packet 900'])
  const { forged = 0 } = stage.air.server.netcode.dropped.snapshot()
  assert.ok(forged > 900, `${forged} were found`)
})

test('a flood of requests from strangers changes nothing for who is connected', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const atServer = listen(server)
  listen(client)
  const request = stage.recorded[0].bytes
  const dice = new Random(5)
  for (let count = 1; count <= 30; count++) {
    client.send(new Uint8Array(count))
    for (let i = 0; i < 300; i++) {
      const bent = request.slice()
      bent[dice.integer(13, bent.length - 1)] ^= 1 << dice.integer(0, 7)
      stage.inject(bent, { host: `10.9.${dice.integer(0, 255)}.${dice.integer(1, 254)}`, port: 4000 + count })
    }
    await stage.run(50)
  }
  assert.equal(atServer.length, 30)
  assert.equal(stage.air.server.count, 1)
})

/** Bytes of a channel packet number `sequence`, as a peer with the right keys could write them. */
const crafted = (sequence: number, ...rest: number[]): Uint8Array =>
  Uint8Array.of(0, sequence & 255, sequence >> 8, ...rest)

test('a player’s fragments that never complete hold no more than the bound, and harm nobody', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const other = await stage.connect()
  const [atServer, atOther] = [listen(server), listen(other.server)]
  listen(client)
  // Behind the seal, with the right keys: fragment 1 of messages of 64 pieces, of which the others never come.
  for (let id = 0; id < 2000; id++) {
    const header = crafted(id, 0x40, id & 255, id >> 8, 1, 64)
    const datagram = new Uint8Array(header.length + 1024)
    datagram.set(header)
    ;(server as unknown as { receive(bytes: Uint8Array, now: Instant): void }).receive(datagram, stage.now)
  }
  const { heldBytes } = (server as unknown as { stats(now: Instant): { heldBytes: number } }).stats(stage.now)
  assert.ok(heldBytes <= 2 * 262_144, `${heldBytes} bytes are held`)
  assert.deepEqual(atServer, [])
  other.client.send(new Uint8Array(7))
  await stage.run(100)
  assert.deepEqual(atOther, ['packet 7'])
})

test('a player’s acknowledgement of what was never sent is dropped whole, and settles nothing', async () => {
  const stage = new Stage()
  const { client, server } = await stage.connect()
  const atServer = listen(server)
  listen(client, { receiveState: () => false })
  server.state?.send(new Uint8Array(10), false)
  const forged = Uint8Array.of(1 | (32 << 2), 0, 0, 0xff, 0x7f, 0, ...new Array(32).fill(255))
  ;(server as unknown as { receive(bytes: Uint8Array, now: Instant): void }).receive(forged, stage.now)
  assert.deepEqual(atServer, [])
  await stage.run(300)
  assert.deepEqual(atServer, ['0 lost'])
})

test('[L19] a storm of newcomers is taken a few at a time, and what they say meanwhile arrives', async () => {
  const stage = new Stage()
  const storm = 100
  const heard: number[] = []
  const perPoll: number[] = []
  const { air } = stage
  const poll = air.poll.bind(air)
  air.poll = (now) => {
    const before = stage.accepted.length
    poll(now)
    const newcomers = stage.accepted.slice(before)
    perPoll.push(newcomers.length)
    for (const link of newcomers)
      link.open({ receive: ([first]) => void heard.push(first), closed: () => {} })
  }
  for (let i = 0; i < storm; i++)
    void air.openLink().then((link) => {
      link.open({ receive: () => {}, closed: () => {} })
      link.send(Uint8Array.of(i))
    })
  await stage.run(500)
  assert.equal(stage.accepted.length, storm)
  assert.equal(Math.max(...perPoll), NEWCOMERS_PER_POLL)
  assert.deepEqual(
    heard.sort((a, b) => a - b),
    Array.from({ length: storm }, (_, i) => i),
  )
})
