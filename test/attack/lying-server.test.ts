/** A client keeps its head, whatever a server says: it goes on, or it closes and says why. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '../../src/client/index.ts'
import { instant, Random } from '../../src/core/index.ts'
import { NativeConversation } from '../../src/dialect/native/index.ts'
import { Author, Desk, PacketWriter, View } from '../../src/replication/index.ts'
import { type Link, MemoryNetwork } from '../../src/transport/index.ts'
import { encode } from '../../src/wire/index.ts'
import { World } from '../../src/world/index.ts'
import { field, fieldMap } from '../field/field.ts'
import { exact, welcome, where } from '../field/welcome.ts'

const walker = { position: { x: 100, y: 128 }, facing: 0, health: 100 }
const MESSAGE = { state: 18, event: 19, reply: 20, pong: 21, own: 22, map: 23, information: 24, content: 25 }
const HAS_OWN = 2
const NONSENSE = 'The server said what makes no sense.'

/** A client of a server that says whatever it likes, in virtual time. */
async function deceived() {
  let now = 1000
  const network = new MemoryNetwork()
  const links: Link[] = []
  network.listen('liar', (link) => {
    links.push(link)
    link.open({ receive() {}, closed() {} })
  })
  const client = new Client(
    field,
    { name: 'Ada', map: fieldMap, reconnects: false },
    { openLink: async () => network.connect('liar'), now: () => instant(now), random: new Random(1) },
  )
  let reason = ''
  client.onStatus((_status, why) => {
    reason = why
  })
  const run = async (ms: number): Promise<void> => {
    for (const end = now + ms; now < end; now += 10) {
      network.deliver(instant(now))
      client.poll()
      client.frame()
      for (let i = 0; i < 6; i++) await Promise.resolve()
    }
  }
  const server = new NativeConversation(field)
  const packet = new PacketWriter(60_000)
  /** Says what the conversation has to say, or these bytes. */
  const say = async (bytes?: Uint8Array): Promise<void> => {
    packet.length = 0
    if (bytes === undefined) server.write(packet, undefined)
    links.at(-1)!.send(bytes ?? packet.finish())
    await run(50)
  }
  await run(50)
  return { client, server, run, say, reason: () => reason }
}

/** The same, welcomed, with its own walker in view and foreseen, wanting to go east. */
async function playing() {
  const all = await deceived()
  const { client, server, say } = all
  const world = new World(field, { map: fieldMap, random: new Random(1) })
  const author = new Author(world)
  const desk = new Desk(author)
  const view = new View(desk)
  server.welcome(welcome)
  await say()
  const self = world.spawn('walker', { position: { ...walker.position }, name: 'Ada' })
  world.spawn('secret', { position: { x: 101, y: 128 }, code: 1 })
  const packet = new PacketWriter(1000)
  for (let i = 0; i < 5; i++) {
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view.lookAt(100, 128, 48)
    packet.length = 0
    const own = { spawned: [], exact: encode(exact, self) }
    server.write(packet, { view, tick: world.tick, isUrgent: true, takeNotes: () => ({ own }) })
    await say(packet.finish())
    world.endTick()
  }
  client.command({ east: 1, north: 0 })
  await all.run(200)
  assert.deepEqual([client.status, client.stats.isPredicting, client.me?.name], ['open', true, 'Ada'])
  return { ...all, world }
}

/** A state of `tick` with what the server says of the own character, and nothing else. */
function ownState(tick: number, bytes: Uint8Array): Uint8Array {
  const packet = new PacketWriter(2000)
  packet.byte(MESSAGE.state)
  packet.varint(tick)
  packet.byte(HAS_OWN)
  packet.varint(0)
  packet.varint(bytes.length)
  packet.copy(bytes, 0, bytes.length)
  return packet.finish()
}

function message(code: number, body: readonly number[]): Uint8Array {
  const packet = new PacketWriter(body.length + 8)
  packet.byte(code)
  packet.varint(body.length)
  packet.copy(Uint8Array.from(body), 0, body.length)
  return packet.finish()
}

/** The exact state of a walker at this place: bytes that `encode` would refuse to make. */
function exactAt(x: number, y: number): Uint8Array {
  const bytes = encode(exact, walker).slice()
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, x, true)
  view.setFloat64(8, y, true)
  return bytes
}

const finite = (place: { x: number; y: number } | undefined): boolean =>
  place !== undefined && Number.isFinite(place.x) && Number.isFinite(place.y)

for (const tick of [2 ** 31, 2 ** 40, 2 ** 53 - 1])
  test(`[N46] a welcome at tick ${tick}, beyond all worlds, ends the connection`, async () => {
    const { client, server, say, reason } = await deceived()
    server.welcome({ ...welcome, tick })
    await say()
    assert.deepEqual([client.status, reason()], ['closed', NONSENSE])
  })

test('[N46] another world at a tick beyond all worlds ends the connection', async () => {
  const { client, server, say, reason } = await playing()
  server.map({ ...where, instance: 2 }, 2 ** 31)
  await say()
  assert.deepEqual([client.status, reason()], ['closed', NONSENSE])
})

test('[N46] news of a tick beyond all worlds ends the connection, before anything is made of it', async () => {
  const { client, say, reason } = await playing()
  const before = client.stats.serverTick
  await say(ownState(2 ** 31, exactAt(1, 1)))
  assert.deepEqual([client.status, reason(), client.stats.serverTick], ['closed', NONSENSE, before])
})

test('[N46] news that leap to the last tick there is cost no more than others, and those that go back end the connection', async () => {
  const { client, run, say, reason } = await playing()
  const began = process.cpuUsage().user
  await say(ownState(2 ** 31 - 1, exactAt(100, 128)))
  client.command({ east: 0, north: 0 })
  await run(500)
  assert.ok(finite(client.me?.position))
  await say(ownState(7, exactAt(90, 128)))
  assert.deepEqual([client.status, reason()], ['closed', NONSENSE])
  // Microseconds: two thousand million ticks, made one by one, take far longer.
  assert.ok(process.cpuUsage().user - began < 5e6)
})

for (const [x, y] of [
  [Number.NaN, 1],
  [1, Number.POSITIVE_INFINITY],
  [1e308, -1e308],
])
  test(`[N46] an own character at ${x}, ${y} is left at that`, async () => {
    const { client, run, say } = await playing()
    const { corrections } = client.stats
    for (let tick = 6; tick < 12; tick++) await say(ownState(tick, exactAt(x, y)))
    await run(500)
    assert.deepEqual([client.status, client.stats.corrections], ['open', corrections])
    assert.ok(finite(client.me?.position), JSON.stringify(client.me?.position))
  })

test('[N46] an own character that is off the map is put back onto it by its next step', async () => {
  const { client, run, say } = await playing()
  await say(ownState(6, exactAt(-5000, 9e5)))
  await run(500)
  const { x, y } = client.me!.position
  assert.ok(x >= 0 && x <= 256 && y >= 0 && y <= 256, `${x}, ${y}`)
})

test('[N46] what is of another kind is not the own character, whatever the server says', async () => {
  const { client, run, say } = await playing()
  const secret = [...client.entities('secret')][0]
  await say(message(MESSAGE.own, [secret.id]))
  await say(ownState(9, encode(exact, walker)))
  await run(500)
  assert.deepEqual([client.status, client.me], ['open', undefined])
  assert.deepEqual(Object.keys(secret).sort(), ['code', 'id', 'kind', 'position'])
  await say(message(MESSAGE.own, [1]))
  assert.equal(client.me?.name, 'Ada')
})

test('[N46] lengths and counts that are not there end the connection', async () => {
  const lies: [string, Uint8Array][] = [
    ['a message longer than its packet', Uint8Array.of(MESSAGE.event, 200, 1, 0)],
    ['a message of 2^48 bytes', Uint8Array.of(MESSAGE.reply, 255, 255, 255, 255, 255, 255, 127)],
    ['a number without end', Uint8Array.of(MESSAGE.state, ...Array(20).fill(255))],
    ['33 things spawned by one step', Uint8Array.of(MESSAGE.state, 9, HAS_OWN, 33, ...Array(200).fill(0))],
    [
      'an own state of 1025 bytes',
      Uint8Array.of(MESSAGE.state, 9, HAS_OWN, 0, 129, 8, ...Array(1100).fill(0)),
    ],
    ['an own state longer than its packet', Uint8Array.of(MESSAGE.state, 9, HAS_OWN, 0, 100, 1)],
    ['an event that the game has not', message(MESSAGE.event, [77])],
    ['an event without a number', message(MESSAGE.event, [])],
    ['once-told fields longer than their packet', Uint8Array.of(MESSAGE.state, 9, 0, 230, 9, 0, 255, 127)],
    [
      'a chunk far beyond those there may be',
      Uint8Array.of(MESSAGE.state, 9, 0, 225, 0, 6, 255, 255, 255, 15, 0),
    ],
    ['a cell that the map has not', Uint8Array.of(MESSAGE.state, 9, 0, 225, 225, 255, 127, 4, 0)],
  ]
  for (const [what, bytes] of lies) {
    const { client, say, reason } = await playing()
    await say(bytes)
    assert.deepEqual([client.status, reason()], ['closed', NONSENSE], what)
  }
})

test('[N46] what nobody asked for is not kept: replies, pongs, answers about content, information, flags', async () => {
  const { client, run, say } = await playing()
  for (let i = 0; i < 100; i++) {
    await say(message(MESSAGE.reply, [i, i & 1 ? 7 : 0, 1, 2, 3]))
    await say(message(MESSAGE.content, [2, ...Array(60).fill(i)]))
    await say(message(99, [1, 2, 3]))
  }
  assert.equal(client.status, 'open')
  const reply = client.ask('buy', { price: 1 }).catch((error: Error) => error.message)
  client.close()
  await run(20)
  assert.equal(await reply, 'The player left.')
})

test('[N46] news before the welcome, and a second welcome, end the connection', async () => {
  const early = await deceived()
  await early.say(ownState(3, encode(exact, walker)))
  assert.deepEqual([early.client.status, early.reason()], ['closed', NONSENSE])
  const twice = await playing()
  twice.server.welcome(welcome)
  await twice.say()
  assert.deepEqual([twice.client.status, twice.reason()], ['closed', NONSENSE])
})
