import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, milliseconds, Random } from '../../core/index.ts'
import type { Link } from '../index.ts'
import type { DatagramPeersOptions } from './datagram-peers.ts'
import { DatagramPeers, STRANGERS_PER_POLL } from './datagram-peers.ts'

/** Makes a port in virtual time, with what went out and what each link heard. */
function port(options: Partial<DatagramPeersOptions> = {}) {
  const sent: string[] = []
  const told: string[] = []
  const links: Link[] = []
  let wakes = 0
  const peers = new DatagramPeers({
    now: instant(0),
    send: (datagram, to) => void sent.push(`${to.port}: ${datagram.length}`),
    accept: (link) => {
      links.push(link)
      link.open({
        receive: (packet) => void told.push(`${link.remote} ${packet.join()}`),
        closed: (reason) => void told.push(`${link.remote} closed: ${reason}`),
      })
    },
    wake: () => void wakes++,
    ...options,
  })
  const hear = (from: number, at: number, bytes: readonly number[] = [1]): void =>
    peers.receive(Uint8Array.from(bytes), { host: `10.0.0.${from % 250}`, port: from }, instant(at))
  return { peers, sent, told, links, hear, wakes: () => wakes }
}

test('[L80] each address that is heard is a link; what it sends is told whole, from the first on', () => {
  const { told, links, hear } = port()
  hear(1, 0, [1, 2])
  hear(2, 0, [3])
  hear(1, 1, [4])
  assert.deepEqual(told, ['10.0.0.1:1 1,2', '10.0.0.2:2 3', '10.0.0.1:1 4'])
  assert.deepEqual(
    links.map(({ address, isReliable, bufferedBytes }) => ({ address, isReliable, bufferedBytes })),
    ['10.0.0.1', '10.0.0.2'].map((address) => ({ address, isReliable: false, bufferedBytes: 0 })),
  )
})

test('[L80] the same address is the same link, be it told as another object', () => {
  const { peers, links } = port()
  const one = { host: '10.0.0.1', port: 9 }
  peers.receive(Uint8Array.of(1), one, instant(0))
  peers.receive(Uint8Array.of(1), one, instant(1))
  peers.receive(Uint8Array.of(1), { ...one }, instant(2))
  peers.receive(Uint8Array.of(1), one, instant(3))
  assert.equal(links.length, 1)
})

test('[L80] what came before the link was opened is kept up to a bound, and told at the next poll', () => {
  const kept: Link[] = []
  const { peers, hear } = port({ accept: (link) => void kept.push(link) })
  for (let count = 0; count < 10; count++) hear(1, count, new Array(1000).fill(count))
  const told: number[] = []
  kept[0].open({ receive: (packet) => void told.push(packet[0]), closed() {} })
  assert.deepEqual(told, [])
  peers.poll(instant(10))
  assert.deepEqual(told, [0, 1, 2, 3])
})

test('[L81] who is silent for so long is gone, and one who comes again is another link', () => {
  const { peers, told, links, hear } = port({ silenceMs: 500 })
  hear(1, 0)
  hear(2, 400)
  peers.poll(instant(499))
  assert.deepEqual(told, ['10.0.0.1:1 1', '10.0.0.2:2 1'])
  peers.poll(instant(500))
  assert.deepEqual(told.slice(2), ['10.0.0.1:1 closed: nothing was heard'])
  assert.equal(links[0].send(Uint8Array.of(1)), false)
  peers.poll(instant(1000))
  hear(1, 1001)
  assert.equal(links.length, 3)
})

test('[L81] a link that was closed gets nothing more, and its peer no other for a second', () => {
  const { peers, told, links, hear } = port()
  hear(1, 0)
  links[0].close('enough')
  links[0].close('again')
  assert.deepEqual(told, ['10.0.0.1:1 1'])
  for (let count = 0; count < 1000; count++) hear(1, 10)
  peers.poll(instant(11))
  assert.deepEqual(told, ['10.0.0.1:1 1', '10.0.0.1:1 closed: enough'])
  assert.deepEqual(
    { links: links.length, dropped: peers.dropped.get('just closed') },
    { links: 1, dropped: 1000 },
  )
  peers.poll(instant(1000))
  hear(1, 1001)
  assert.equal(links.length, 2)
})

test('[L82] beyond so many links, and so many unproven ones, nobody new is met, and those who are stay', () => {
  const { peers, links, hear } = port({ peersMax: 4, unprovenMax: 2 })
  hear(1, 0)
  hear(2, 0)
  hear(3, 0)
  assert.equal(links.length, 2)
  links[0].prove?.()
  links[0].prove?.()
  links[1].prove?.()
  hear(3, 1)
  hear(4, 1)
  hear(5, 1)
  links[2].prove?.()
  hear(5, 2)
  assert.deepEqual({ links: links.length, count: peers.count }, { links: 4, count: 4 })
  assert.equal(peers.dropped.get('no link free'), 3)
})

test('[L83] an unproven address gets three bytes for each of its own, however many ports it has; a proven one gets all', () => {
  const { peers, sent, links } = port()
  const hear = (from: number): void =>
    peers.receive(new Uint8Array(10), { host: '10.0.0.7', port: from }, instant(0))
  hear(1)
  hear(2)
  assert.equal(links[0].send(new Uint8Array(50)), true)
  assert.equal(links[1].send(new Uint8Array(11)), true)
  assert.equal(links[1].send(new Uint8Array(10)), true)
  assert.deepEqual(sent, ['1: 50', '2: 10'])
  assert.equal(peers.dropped.get('unproven'), 1)
  links[1].prove?.()
  links[1].send(new Uint8Array(1472))
  assert.equal(links[1].send(new Uint8Array(1473)), false)
  links[0].send(new Uint8Array(1))
  assert.deepEqual(sent.slice(2), ['2: 1472'])
})

test('[L83] what a protocol without a proof may send besides is bounded for an address, and for all together', () => {
  const unproven = { echo: 0, bytesPerSecond: 100, bytesPerSecondInAll: 250 }
  const { peers, sent, links, hear } = port({ unproven })
  for (const from of [1, 2, 3]) hear(from, 0)
  for (const link of links) for (let count = 0; count < 3; count++) link.send(new Uint8Array(50))
  assert.deepEqual(sent, ['1: 50', '1: 50', '2: 50', '2: 50', '3: 50'])
  assert.equal(peers.dropped.get('unproven'), 4)
  hear(2, 500)
  links[1].send(new Uint8Array(50))
  links[1].send(new Uint8Array(50))
  assert.deepEqual(sent.slice(5), ['2: 50'])
})

test('[L82] a flood of forged addresses makes no more links than the bound, and no memory of any of them', () => {
  const random = new Random(7)
  const { peers, sent, links, hear } = port({ unprovenMax: 50, silenceMs: 1000 })
  let now = 0
  for (let count = 0; count < 20_000; count++) {
    now += 1
    hear(random.integer(1, 60_000), now, new Array(random.integer(1, 30)).fill(0))
    for (const link of links.slice(-3)) link.send(new Uint8Array(60))
    if (count % 50 === 0) peers.poll(instant(now))
    assert.ok(peers.count <= 50)
  }
  assert.ok(links.length > 500 && sent.length > 0)
  peers.poll(instant(now + milliseconds(5000)))
  assert.equal(peers.count, 0)
})

test('[L19] of many who are heard at once a few are taken until the next poll, and what they said is kept', () => {
  const { peers, told, links, hear, wakes } = port()
  for (let from = 1; from <= 20; from++) hear(from, 0, [from])
  assert.equal(links.length, STRANGERS_PER_POLL)
  assert.ok(wakes() > 0)
  peers.poll(instant(1))
  assert.equal(links.length, 2 * STRANGERS_PER_POLL)
  peers.poll(instant(2))
  peers.poll(instant(3))
  assert.equal(links.length, 20)
  assert.equal(told.length, 20)
})
