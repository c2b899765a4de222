import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, type Instant, instant, Random } from '../../core/index.ts'
import { type Link, type MemoryLink, MemoryNetwork, type NetworkPath } from '../index.ts'
import { createMemoryPair } from './memory.ts'

test('[L20] a packet moves only inside deliver, and arrives at the instant its path says', () => {
  const told: string[] = []
  const { client, server, network } = createMemoryPair({ toServer: later(30) })
  server.open(noting(told, () => network.now))
  network.deliver(instant(5))
  client.send(bytes(1))
  assert.equal(network.wakeAt, 35)
  network.deliver(instant(34))
  assert.deepEqual(told, [])
  network.deliver(instant(35))
  assert.deepEqual(told, ['35 1'])
  assert.equal(network.wakeAt, FOREVER)
})

test('[L20] two parties that answer each other at once move one step per deliver', () => {
  const { client, server, network } = createMemoryPair()
  let answers = 0
  const answering = (link: Link) => ({
    receive: (packet: Uint8Array) => {
      answers++
      link.send(packet)
    },
    closed: () => {},
  })
  client.open(answering(client))
  server.open(answering(server))
  network.deliver(instant(0))
  client.send(bytes(1))
  for (let step = 0; step < 10; step++) network.deliver(instant(0))
  assert.equal(answers, 10)
})

test('[L20] time never goes back', () => {
  const network = new MemoryNetwork()
  network.deliver(instant(10))
  assert.throws(() => network.deliver(instant(9)), /transport\/time-went-back/)
})

test('[L21] a datagram arrives as often as its path says and when: lost, repeated, overtaken', () => {
  const fates = [[20], [], [10, 15]]
  const toServer: NetworkPath = (_length, now) => fates.shift()!.map((ms) => instant(now + ms))
  const { client, server, network } = createMemoryPair({ isReliable: false, toServer })
  const told: string[] = []
  server.open(noting(told, () => network.now))
  for (const packet of [1, 2, 3]) client.send(bytes(packet))
  run(network, 100)
  assert.deepEqual(told, ['10 3', '15 3', '20 1'])
})

test('[L22] on a stream a lost packet is tried again after 200, 400, 800 ms and holds up what follows', () => {
  const fates = [[], [10], [], [10]]
  const toServer: NetworkPath = (_length, now) => fates.shift()!.map((ms) => instant(now + ms))
  const { client, server, network } = createMemoryPair({ toServer })
  const told: string[] = []
  server.open(noting(told, () => network.now))
  client.send(bytes(1))
  client.send(bytes(2))
  run(network, 5000)
  assert.deepEqual(told, ['610 1', '610 2'])
})

test('[L22] on a stream a repeated packet is told once, at the earliest of its instants', () => {
  const toServer: NetworkPath = (_length, now) => [instant(now + 30), instant(now + 10), instant(now + 20)]
  const { client, server, network } = createMemoryPair({ toServer })
  const told: string[] = []
  server.open(noting(told, () => network.now))
  client.send(bytes(1))
  run(network, 100)
  assert.deepEqual(told, ['10 1'])
})

test('[L22] a stream whose path stays dead is closed after eight tries', () => {
  const { client, network } = createMemoryPair({ toServer: () => [] })
  const told: string[] = []
  client.open(noting(told, () => network.now))
  client.send(bytes(1))
  run(network, 60_000)
  assert.deepEqual(told, ['51000 closed: the peer does not answer'])
  assert.equal(client.isOpen, false)
})

test('[L23] bytes beyond the window wait in the buffer, and go as earlier ones arrive', () => {
  const { client, server, network } = createMemoryPair({
    windowBytes: 100,
    packetBytesMax: 80,
    bufferBytesMax: 120,
    toServer: later(10),
  })
  const told: string[] = []
  server.open(noting(told, () => network.now))
  network.deliver(instant(0))
  const sent = [50, 50, 60, 60, 1].map((length) => client.send(new Uint8Array(length)))
  assert.deepEqual(sent, [true, true, true, true, false])
  assert.equal(client.bufferedBytes, 120)
  run(network, 10)
  assert.equal(client.bufferedBytes, 60)
  run(network, 100)
  assert.deepEqual(told, ['10 0', '10 0', '20 0', '30 0'])
  assert.equal(client.bufferedBytes, 0)
})

test('[L24] one who dies says nothing more; the peer is told after what was sent before', () => {
  const { client, server, network } = createMemoryPair({ toServer: later(10) })
  const told: string[] = []
  server.open(noting(told, () => network.now))
  client.open(noting(told, () => network.now))
  client.send(bytes(7))
  client.abort()
  run(network, 100)
  assert.deepEqual(told, ['10 7', '10 closed: connection lost'])
})

test('a client of a name nobody listens by is told so', () => {
  const network = new MemoryNetwork()
  const told: string[] = []
  network.connect('town').open(noting(told, () => network.now))
  run(network, 10)
  assert.deepEqual(told, ['0 closed: nobody listens as "town"'])
})

test('a name is free again when its listener has closed', async () => {
  const network = new MemoryNetwork()
  const first = network.listen('town', () => {})
  assert.throws(() => network.listen('town', () => {}), /transport\/name-taken/)
  await first.close('')
  network.listen('town', () => {})
})

for (const isReliable of [true, false]) {
  test(`the same seed gives the same day: ${isReliable ? 'streams' : 'datagrams'} in foul weather`, () => {
    const day = (seed: number) => {
      const dice = new Random(seed)
      const foul: NetworkPath = (_length, now) =>
        dice.chance(0.2) ? [] : [instant(now + dice.between(20, 80)), instant(now + dice.between(20, 90))]
      const network = new MemoryNetwork({ isReliable, toServer: foul, toClient: foul })
      const told: string[] = []
      network.listen('town', (link) => link.open(echo(link)))
      const links: MemoryLink[] = []
      for (let index = 0; index < 20; index++) {
        const link = network.connect('town')
        link.open(noting(told, () => network.now, `${index}:`))
        links.push(link)
      }
      for (let now = 0; now < 2000; now += 50) {
        network.deliver(instant(now))
        for (const link of links) link.send(bytes(now / 50))
      }
      run(network, 60_000)
      return told
    }
    assert.deepEqual(day(7), day(7))
    assert.notDeepEqual(day(7), day(8))
    if (isReliable) assert.equal(day(7).length, 20 * 40)
  })
}

function later(ms: number): NetworkPath {
  return (_length, now) => [instant(now + ms)]
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

function run(network: MemoryNetwork, until: number): void {
  while (network.wakeAt <= until) network.deliver(instant(Math.max(network.now, network.wakeAt)))
}

function noting(told: string[], now: () => Instant, prefix = '') {
  return {
    receive: (packet: Uint8Array) => void told.push(`${prefix}${now()} ${packet[0]}`),
    closed: (reason: string) => void told.push(`${prefix}${now()} closed: ${reason}`),
  }
}

function echo(link: Link) {
  return { receive: (packet: Uint8Array) => void link.send(packet), closed: () => {} }
}
