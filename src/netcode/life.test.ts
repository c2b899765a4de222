import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../core/index.ts'
import { counting, Fixture } from './fixture.suite.ts'
import { kinds } from './packet/protocol.ts'

/** Returns a sealed packet's sequence number, which is its nonce. */
function nonceOf(packet: Uint8Array): bigint {
  let number = 0n
  for (let i = packet[0] >> 4; i > 0; i--) number = (number << 8n) | BigInt(packet[i])
  return number
}

test('[S13] one token in every life it can have never repeats a nonce, in either direction', () => {
  const fixture = new Fixture()
  const servers = [fixture.home(1), fixture.home(2)]
  const start = (n: number) => fixture.server({ addresses: [fixture.home(n)] })
  const token = fixture.token({ servers, lifeSeconds: 1000, timeoutSeconds: 2 })
  const stories = [
    // The first server challenges and hears no answer; the second takes over, with the same keys.
    () => {
      start(1)
      start(2)
      const deaf = fixture.home(1)
      fixture.net.weather = ({ from }) => (from.equals(deaf) ? [] : [10])
      const { client } = fixture.joined(token)
      fixture.net.run(3000)
      fixture.net.weather = () => [10]
      fixture.net.run(1000)
      assert.ok(client.server?.equals(fixture.home(2)))
    },
    // Both servers are started anew and have forgotten the token; so has the client.
    () => {
      start(1)
      start(2)
      const { client } = fixture.joined(token)
      fixture.net.run(1000)
      assert.equal(client.state, 'connected')
      // A client that keeps its memory and connects with the token again, to a server that has lost its own.
      start(1)
      client.connect(token, fixture.now)
      fixture.net.run(1000)
      assert.equal(client.state, 'connected')
      client.disconnect(fixture.now)
      fixture.net.run(50)
    },
  ]
  for (const story of stories) story()
  const seen = new Set<string>()
  let sealed = 0
  for (const { packet, from } of fixture.net.sent) {
    if (packet[0] === kinds.request) continue
    sealed++
    seen.add(`${from.equals(servers[0]) || from.equals(servers[1])} ${nonceOf(packet)}`)
  }
  assert.ok(sealed > 80)
  assert.equal(seen.size, sealed)
})

test('[S14] what a server says before a slot is given and after never meets: one half of the space each', () => {
  const fixture = new Fixture()
  fixture.server({ maxClients: 1 })
  fixture.joined()
  fixture.joined()
  fixture.net.run(500)
  const half = new Map<number, Set<boolean>>()
  for (const { packet, from } of fixture.net.sent.filter(({ from }) => from.equals(fixture.home()))) {
    const kind = packet[0] & 15
    half.set(kind, (half.get(kind) ?? new Set()).add(nonceOf(packet) >= 2n ** 63n))
    assert.ok(from)
  }
  assert.deepEqual(half.get(kinds.challenge), new Set([true]))
  assert.deepEqual(half.get(kinds.denied), new Set([true]))
  assert.deepEqual(half.get(kinds.keepAlive), new Set([false]))
})

test('[S41] in loss, repetition and disorder everyone gets in, and nothing arrives twice or out of nowhere', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const fixture = new Fixture(seed)
    const random = new Random(seed)
    const server = fixture.server({ maxClients: 16 })
    fixture.net.weather = () => {
      const delays = random.chance(0.25) ? [] : [random.integer(5, 250)]
      return random.chance(0.1) ? [...delays, random.integer(5, 400)] : delays
    }
    const all = Array.from({ length: 16 }, () => fixture.joined())
    fixture.net.run(4000)
    assert.deepEqual(new Set(all.map(({ client }) => client.state)), new Set(['connected']), `seed ${seed}`)
    const sent = new Set<string>()
    for (let i = 0; i < 40; i++) {
      all.forEach(({ client, address }, n) => {
        if (client.send(Uint8Array.of(n, i), fixture.now)) sent.add(`10.0.0.1:40000 ${n} ${i}`)
        if (server.send(client.place!.slot, Uint8Array.of(n, i), fixture.now))
          sent.add(`${address.text} ${n} ${i}`)
      })
      fixture.net.run(20)
    }
    fixture.net.run(500)
    const arrived = fixture.net.told.flatMap(({ by, output }) =>
      output.do === 'payload' ? [`${by.text} ${output.bytes.join(' ')}`] : [],
    )
    assert.equal(new Set(arrived).size, arrived.length, `seed ${seed}`)
    for (const one of arrived) assert.ok(sent.has(one), `seed ${seed}: ${one}`)
    assert.ok(arrived.length > sent.size * 0.6, `seed ${seed}`)
    server.close(fixture.now)
    fixture.net.run(6000)
    assert.ok(
      all.every(({ client }) => client.state === 'disconnected' || client.state === 'connection timed out'),
    )
  }
})

test('[S33] whoever runs a server in real time may sleep until wakeAt: nothing is due before, something is due then', () => {
  const fixture = new Fixture()
  const server = fixture.server()
  assert.equal(server.wakeAt, Number.POSITIVE_INFINITY)
  fixture.joined()
  const wake = server.wakeAt
  assert.ok(wake > fixture.now && wake <= fixture.now + 100)
  assert.equal(server.poll(fixture.now), undefined)
  server.send(0, counting(3), fixture.now)
  assert.ok(server.wakeAt <= fixture.now)
})
