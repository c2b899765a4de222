import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { basicsDialect } from '../../../src/dialect/basics/index.ts'
import { defineServer, Sorry } from '../../../src/server/index.ts'
import { DialectStage } from '../dialect-stage.ts'
import { BasicsClient, framed, packet } from './basics-client.ts'

const UNITS = 50

interface State {
  readonly position: { readonly x: number; readonly y: number }
  readonly velocity: { readonly x: number; readonly y: number }
}

const definition = defineServer(village, {
  name: 'Green',
  join: ({ world, player: { name } }) =>
    world.spawn('villager', { position: { x: 128, y: 128 }, mood: 5, name }),
  requests: {
    say({ world, player, ask: { text } }) {
      if (text === 'nonsense' || !player.entity) throw new Sorry('Speak up.')
      world.tell('said', { who: player.entity.id, text }, { everyone: true })
      return { heardBy: world.players.size }
    },
  },
})

function open() {
  const dialect = basicsDialect(adapter, { metresPerSecond: 2 })
  const stage = new DialectStage(definition, dialect, (send) => new BasicsClient(send))
  const join = (name: string) => {
    const peer = stage.connect()
    peer.client.say('connect', { name })
    stage.run(200)
    return peer
  }
  return { stage, join }
}

/** The newest state that a client was told. */
function players({ packets }: BasicsClient): Record<string, State> {
  return packets.findLast(({ type }) => type === 'state')?.data.players as Record<string, State>
}

const acks = ({ packets }: BasicsClient): unknown[] =>
  packets.filter(({ type }) => type === 'ack').map(({ data }) => data.ack_seq)

const pongs = ({ packets }: BasicsClient): unknown[] =>
  packets.filter(({ type }) => type === 'pong').map(({ data }) => data.ping_time)

test('[NB1] frames come cut anywhere, and many at once; one of 4,096 bytes is read, one byte more is broken', () => {
  const { stage } = open()
  const { client, link } = stage.connect()
  const both = Uint8Array.of(...packet('ping', 0, { time: 1 }), ...packet('ping', 1, { time: 2 }))
  link.toServer(both)
  for (const byte of Uint8Array.of(...packet('ping', 2, { time: 3 }), ...packet('ping', 3, { time: 4 })))
    link.toServer(Uint8Array.of(byte))
  stage.run(20)
  assert.deepEqual(pongs(client), [1, 2, 3, 4])
  const sized = (bytes: number): Uint8Array => {
    const bare = packet('ping', 4, { time: 5, more: '' }).length - 4
    const frame = packet('ping', 4, { time: 5, more: 'a'.repeat(bytes - bare) })
    assert.equal(frame.length, 4 + bytes)
    return frame
  }
  link.toServer(sized(4096))
  stage.run(20)
  assert.deepEqual(pongs(client), [1, 2, 3, 4, 5])
  link.toServer(sized(4097))
  stage.run(20)
  assert.ok(stage.dropped['broken-frame'] >= 1)
})

test('[NB2] what is no packet is counted, and eight of them are too many', () => {
  const { stage } = open()
  const { client, link } = stage.connect()
  const bad = [...['', 'nonsense', '[1', '"\xff'].map(framed), ...['null', '5', '[]', '{}'].map(framed)]
  for (const bytes of bad.slice(0, 7)) link.toServer(bytes)
  stage.run(20)
  assert.deepEqual([stage.dropped['bad-json'], stage.dropped['bad-packet'], link.isOpen], [4, 3, true])
  // A packet without "rel" is not reliable, and a name of the language's own is no field.
  link.toServer(framed('{"type":"ping","seq":0,"time":1,"data":{"time":7,"__proto__":{"x":1}}}'))
  stage.run(20)
  assert.deepEqual(pongs(client), [7])
  link.toServer(bad[7])
  stage.run(20)
  assert.match(link.closedFor ?? '', /^8 messages made no sense/)
})

test('[NB2] types, numbers and data that are none are refused one by one', () => {
  const good = { type: 'ping', seq: 0, time: 1, data: { time: 1 }, rel: true }
  for (const odd of [
    { type: 'toString' },
    { type: 5 },
    { seq: -1 },
    { seq: 1.5 },
    { seq: '0' },
    { seq: 2 ** 53 },
    { data: [] },
    { data: null },
    { rel: 1 },
  ]) {
    const { stage } = open()
    const { client, link } = stage.connect()
    link.toServer(framed(JSON.stringify({ ...good, ...odd })))
    stage.run(20)
    assert.deepEqual([client.packets, stage.dropped['bad-packet']], [[], 1], JSON.stringify(odd))
  }
})

test('[NB3] [NB4] a reliable packet is acknowledged each time it comes, and taken once', () => {
  const { stage, join } = open()
  const { client, link } = join('Ada')
  for (let count = 0; count < 3; count++) link.toServer(packet('ping', 100, { time: 1 }, true))
  stage.run(20)
  assert.deepEqual([acks(client), pongs(client)], [[100, 100, 100], [1]])
  assert.equal(stage.dropped.repeated, 2)
  // In any order, with gaps, and not further behind than the window.
  for (const sequence of [5000, 4999, 3977, 3976, 5000])
    link.toServer(packet('ping', sequence, { time: sequence }))
  stage.run(20)
  assert.deepEqual(pongs(client), [1, 5000, 4999, 3977])
})

test('[NB4] each client has its own window: the first packets of the second are not those of the first', () => {
  const { join } = open()
  const [ada, bob] = [join('Ada'), join('Bob')]
  for (const { client } of [ada, bob]) assert.equal(client.events('connected').length, 1)
})

test('[NB5] an event is sent again until it is acknowledged, with the number that it had, six times at most', () => {
  const { stage } = open()
  const { client } = stage.connect()
  client.acknowledges = false
  client.say('connect', { name: 'Ada' })
  const times = (): number => client.events('connected').length
  const counts: number[] = []
  for (const ms of [500, 600, 2000, 4000, 6000, 8000, 10_000, 15_000]) {
    stage.run(ms)
    client.say('ping', { time: 1 })
    counts.push(times())
  }
  assert.deepEqual(counts, [1, 2, 3, 4, 5, 6, 6, 6])
  const numbers = client.packets.filter(({ data }) => data.event === 'connected').map(({ seq }) => seq)
  assert.equal(new Set(numbers).size, 1)
  assert.ok(stage.dropped.unacknowledged >= 1)

  const other = stage.connect()
  other.client.say('connect', { name: 'Bob' })
  stage.run(10_000)
  assert.equal(other.client.events('connected').length, 1)
})

test('[NB6] who connects comes in by a name, and who may not is told why', () => {
  const { stage, join } = open()
  const { client } = join('Ada')
  assert.deepEqual(client.events('connected'), [
    { event: 'connected', player_id: '10.0.0.1:1', server: 'Green' },
  ])
  const nobody = stage.connect()
  nobody.client.say('input', { move: { x: 1, y: 0 } })
  nobody.client.say('connect', { name: 5 })
  stage.run(50)
  assert.deepEqual([stage.dropped['not-in'], stage.dropped['bad-data']], [1, 1])
  nobody.client.say('connect', { name: '' })
  stage.run(50)
  assert.equal(nobody.client.events('refused')[0].code, 'name')
  assert.equal(nobody.link.isOpen, false)
  client.say('connect', { name: 'Ada' })
  stage.run(50)
  assert.equal(client.events('refused')[0].code, 'busy')
})

test('[NB7] each tick tells everybody in view; oneself by one’s own address, which nobody else learns', () => {
  const { stage, join } = open()
  const [ada, bob] = [join('Ada'), join('Bob')]
  ada.client.say('input', { move: { x: 1, y: 0 } })
  stage.run(1000)
  const bobId = stage.villager('Bob').id
  const seen = players(ada.client)
  assert.deepEqual(Object.keys(seen).sort(), ['10.0.0.1:1', `Bob:${bobId}`])
  assert.deepEqual(seen[`Bob:${bobId}`], {
    position: { x: 128 * UNITS, y: 128 * UNITS },
    velocity: { x: 0, y: 0 },
  })
  const own = seen['10.0.0.1:1']
  assert.ok(Math.abs(own.velocity.x - 100) < 5 && own.velocity.y === 0, JSON.stringify(own.velocity))
  assert.ok(Math.abs(own.position.x / UNITS - 130) < 0.3)
  assert.ok(!JSON.stringify(bob.client.packets).includes('10.0.0.1'))
  const states = ada.client.packets.filter(({ type }) => type === 'state').length
  stage.run(1000)
  const more = ada.client.packets.filter(({ type }) => type === 'state').length - states
  assert.ok(more >= 19 && more <= 21, `${more} states in a second`)
  const numbers = ada.client.packets.map(({ seq }) => seq)
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
  )
})

test('[NB7] a link that is full gets no state until there is room', () => {
  const { stage, join } = open()
  const { client, link } = join('Ada')
  link.bufferedBytes = 65_536
  const before = client.packets.length
  stage.run(1000)
  assert.equal(client.packets.length, before)
  assert.ok(stage.dropped['left-out'] >= 19)
  link.bufferedBytes = 0
  stage.run(100)
  assert.ok(client.packets.length > before)
})

test('[NB8] an input holds until the next, y is down, and a flood of them goes no faster', () => {
  const { stage, join } = open()
  const { client } = join('Ada')
  const { position } = stage.villager('Ada')
  client.say('input', { move: { x: 0, y: 1 } })
  stage.run(2000)
  assert.ok(Math.abs(position.y - 124) < 0.3 && position.x === 128, `${position.x} ${position.y}`)
  for (let ms = 0; ms < 2000; ms += 10) {
    client.say('input', { move: { x: 1e9, y: 0 } })
    stage.run(10)
  }
  assert.ok(position.x <= 132.11, `2 s at 2 m/s from 128 lead to ${position.x}`)
  for (const move of [5, null, { x: 'a', y: 0 }, { x: null }, []]) client.say('input', { move })
  client.say('input', {})
  stage.run(100)
  assert.equal(stage.dropped['bad-data'], 5)
  client.say('input', { move: { x: 0, y: 0 } })
  stage.run(100)
  const { x } = position
  stage.run(1000)
  assert.equal(position.x, x)
})

test('[NB9] who leaves is gone for all: out of their states, and told once', () => {
  const { stage, join } = open()
  const [ada, bob] = [join('Ada'), join('Bob')]
  const id = `Bob:${stage.villager('Bob').id}`
  assert.ok(id in players(ada.client))
  bob.client.say('disconnect', {})
  stage.run(200)
  assert.ok(!(id in players(ada.client)))
  assert.deepEqual(ada.client.events('player_disconnected'), [
    { event: 'player_disconnected', player_id: id },
  ])
})

test('[NB10] a ping is answered with its time, by who is in and who is not', () => {
  const { stage } = open()
  const { client, link } = stage.connect()
  client.say('ping', { time: 1234.5 })
  client.say('ping', { time: 'now' })
  // JSON that says a number which is none.
  link.toServer(framed('{"type":"ping","seq":7,"time":1,"data":{"time":9e308},"rel":false}'))
  stage.run(20)
  assert.deepEqual(pongs(client), [1234.5])
})

test('[NB11] words are heard with who says them, and answered', () => {
  const { stage, join } = open()
  const [ada, bob] = [join('Ada'), join('Bob')]
  const to = bob.client.say('event', { event: 'say', text: 'Hello' })
  const bad = bob.client.say('event', { event: 'say', text: 'nonsense' })
  bob.client.say('event', { event: 'dance' })
  stage.run(200)
  const said = (who: string) => [{ event: 'said', player_id: who, text: 'Hello' }]
  assert.deepEqual(ada.client.events('said'), said(`Bob:${stage.villager('Bob').id}`))
  assert.deepEqual(bob.client.events('said'), said('10.0.0.2:1'))
  assert.deepEqual(bob.client.events('answer'), [
    { event: 'answer', to, is_done: true },
    { event: 'answer', to: bad, is_done: false, reason: 'Speak up.' },
  ])
  assert.equal(stage.dropped['unknown-event'], 1)
})

test('[NB12] who stands still is asked now and then, and stays; who answers nothing is gone after a minute', () => {
  const { stage, join } = open()
  const [ada, bob] = [join('Ada'), join('Bob')]
  bob.client.acknowledges = false
  stage.run(59_000)
  assert.deepEqual([ada.link.isOpen, bob.link.isOpen], [true, true])
  stage.run(5000)
  assert.deepEqual([ada.link.isOpen, bob.link.isOpen], [true, false])
  assert.ok(ada.client.events('still_there').length >= 2)
})
