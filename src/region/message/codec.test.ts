import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { Random } from '../../core/index.ts'
import { type Down, MessageCodec, MessageStream, PlayerNews, type Up } from './index.ts'

const codec = new MessageCodec(field)
const account = { id: 'a1', role: 'staff', isGuest: false } as const
const world = {
  map: 'cave',
  instance: 3,
  width: 64,
  height: 64.5,
  ticksPerSecond: 20,
  hash: '0123456789abcdef',
}

const ups: readonly Up[] = [
  {
    is: 'enter',
    session: 7,
    name: 'Ada',
    account: undefined,
    character: undefined,
    key: '',
    isStandIn: false,
  },
  { is: 'reclaim', session: 8, key: '0123456789abcdef', isHere: false },
  {
    is: 'enter',
    session: 8,
    name: 'Zoë',
    account,
    character: {
      id: 'c1',
      name: 'Zoë',
      epoch: 4,
      map: 'cave',
      position: [1.25, 7, 3],
      state: new Uint8Array([1, 2, 3]),
      items: [{ id: 'i', kind: 'bell', quantity: 2, data: new Uint8Array([9]) }],
    },
    key: 'fedcba9876543210',
    isStandIn: true,
  },
  { is: 'speak', session: 7 },
  { is: 'away', session: 2 ** 40 },
  {
    is: 'commands',
    session: 7,
    instance: 3,
    newest: 1000,
    viewDelay: 2.125,
    changes: [
      { tick: 990, command: { east: 1, north: -1 } },
      { tick: 1000, command: { east: 0, north: 0 } },
    ],
  },
  { is: 'intend', session: 7, instance: 3, command: { east: -1, north: 1 } },
  { is: 'ask', session: 7, ask: 12, request: 'say', body: { text: 'hello' } },
  { is: 'settled', session: 7, tick: 999, fate: 'untold' },
  { is: 'account', session: 7, account },
  { is: 'leave', session: 7, how: 'lost' },
  { is: 'watch', session: 7, instance: 3, x: 1.5, y: 2, radius: 48, extras: [3, 9], isRegion: true },
  {
    ...{ is: 'affect', session: 0, entity: 9, instance: 3, what: 'move', passedOn: 2 },
    ...{ fields: new Uint8Array([1]), x: 2.5, y: 3 },
  },
]

const downs: readonly Down[] = [
  { is: 'opened', world, tick: 5 },
  { is: 'closed', instance: 3 },
  { is: 'map', world, tick: 6 },
  { is: 'entered', session: 7, player: 1, own: 22, instance: 3 },
  {
    ...{ is: 'reclaimed', session: 7, player: 1, own: 22, instance: 3 },
    ...{ name: 'Ada', account, character: { accountId: 'a', characterId: 'c', epoch: 4 } },
  },
  {
    ...{ is: 'reclaimed', session: 7, player: 1, own: 22, instance: 3 },
    ...{ name: 'Zoë', account: undefined, character: undefined },
  },
  { is: 'unclaimed', session: 7 },
  { is: 'refused', session: 7, code: 'busy', reason: 'No.' },
  { is: 'reply', ask: 12, answer: { body: new Uint8Array([5, 6]) } },
  { is: 'reply', ask: 13, answer: { body: new Uint8Array(0) } },
  { is: 'reply', ask: 14, answer: { sorry: 'Not here.' } },
  { is: 'heard', session: 7, events: [{ event: 0, body: new Uint8Array([4]), sessions: [7] }] },
  { is: 'moved', session: 7, instance: 4, tick: 9 },
  { is: 'taken', session: 7, player: 1, own: 22, instance: 3, tick: 90, isStandIn: true },
  { is: 'returned', message: { is: 'ask', session: 7, ask: 12, request: 'say', body: { text: 'hello' } } },
  { is: 'released', session: 7 },
  { is: 'speaks', district: 3, epoch: 8 },
  { is: 'holds', entities: [{ entity: 7, hop: 2, district: 3 }] },
  { is: 'stands', entities: [{ entity: 7, tick: 900 }] },
  { is: 'ended', session: 7, code: 'taken-over', reason: 'Elsewhere.' },
  { is: 'gone', session: 7 },
  { is: 'ticked', times: { workMs: 1.5, worstMs: 9, lateMs: 0.25 } },
  { is: 'leftOut', ms: 750 },
]

test('every message of a gateway comes back as it was', () => {
  for (const message of ups) assert.deepEqual(codec.readUp(codec.writeUp(message)), message)
})

test('every message of a region comes back as it was, pieces of maps along', () => {
  const pieces = [new Uint8Array([1]), new Uint8Array([2, 3])]
  for (const message of downs) {
    const read = codec.readDown(codec.writeDown(message, { pieces }), () => undefined)
    assert.deepEqual(read?.message, message)
    if (message.is === 'opened' || message.is === 'map') assert.deepEqual(read?.pieces, pieces)
  }
})

test('of a tick what is new is told of each player, the rest stays; of players who are not in nothing is', () => {
  const known = new PlayerNews(7)
  Object.assign(known, { hasPlace: true, x: 1, y: 2, radius: 48, own: 5 })
  const ownState = { spawned: [{ back: 1, ordinal: 0, id: 9 }], exact: new Uint8Array([1]) }
  const rows = [
    { session: 7, own: 6, follow: [3, 30], unfollow: [{ key: 8, isGone: true }], margin: -12.5, ownState },
    {
      session: 9,
      look: { x: 1, y: 1, radius: 1 },
      follow: [],
      unfollow: [],
      margin: undefined,
      ownState: undefined,
    },
  ]
  const events = [
    { event: 0, body: new Uint8Array([1]), sessions: [7, 9] },
    { event: 0, body: new Uint8Array([2]), sessions: undefined },
  ]
  const state = new Uint8Array([7, 7])
  const tick: Down = { is: 'tick', instance: 3, tick: 70, players: [], events }
  const read = codec.readDown(codec.writeDown(tick, { state }, rows), (session) =>
    session === 7 ? known : undefined,
  )
  assert.ok(read?.message.is === 'tick')
  assert.deepEqual(read.state, state)
  assert.deepEqual(read.message.events, events)
  assert.deepEqual(read.message.players, [known])
  assert.deepEqual(
    { ...known },
    {
      ...{ session: 7, hasPlace: true, x: 1, y: 2, radius: 48, own: 6 },
      ...{ follow: [3, 30], unfollow: [{ key: 8, isGone: true }], margin: -12.5, ownState },
    },
  )
})

test('bytes that make no sense are no message, and throw nothing', () => {
  const random = new Random(5)
  const all = [...ups.map((one) => codec.writeUp(one)), ...downs.map((one) => codec.writeDown(one))]
  for (let i = 0; i < 3000; i++) {
    const bytes = random.pick(all).slice(0, random.integer(0, 60))
    for (let bends = random.integer(0, 3); bends > 0 && bytes.length > 0; bends--)
      bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255)
    codec.readUp(bytes)
    codec.readDown(bytes, () => new PlayerNews(1))
  }
  for (const bytes of [[], [200], [3], [0, 1]]) {
    assert.equal(codec.readUp(new Uint8Array(bytes)), undefined)
    assert.equal(
      codec.readDown(new Uint8Array(bytes), () => undefined),
      undefined,
    )
  }
})

test('messages pass a pipe whole, however packets cut them', () => {
  for (const packetBytesMax of [1, 3, 64, 65_536]) {
    const packets: Uint8Array[] = []
    const pipe = {
      packetBytesMax,
      send: (packet: Uint8Array) => packets.push(packet.slice()) > 0,
      close() {},
    }
    const out = new MessageStream(pipe)
    const messages = [0, 1, 127, 128, 5000].map((length) => new Uint8Array(length).fill(length))
    for (const message of messages) out.write(message)
    out.flush()
    const back = new MessageStream(pipe)
    assert.deepEqual(
      packets.flatMap((packet) => back.read(packet)),
      messages,
    )
    assert.ok(packets.every(({ length }) => length <= packetBytesMax))
  }
})

test('a stream whose lengths make no sense, or whose pipe takes no more, ends with a reason and is silent', () => {
  const reasons: string[] = []
  const pipe = {
    packetBytesMax: 100,
    send: () => false,
    close: (reason: string) => void reasons.push(reason),
  }
  const broken = new MessageStream(pipe)
  assert.deepEqual(broken.read(new Uint8Array(8).fill(255)), [])
  assert.deepEqual([broken.isWhole, broken.read(new Uint8Array([1, 1]))], [false, []])
  const full = new MessageStream(pipe)
  full.write(new Uint8Array(10))
  full.flush()
  full.flush()
  assert.equal(full.isWhole, false)
  assert.deepEqual(reasons, [
    'It does not speak as a half of a server.',
    'The other half takes in too little.',
  ])
})
