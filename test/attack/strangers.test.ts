import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '../../src/client/index.ts'
import { Random } from '../../src/core/index.ts'
import { writeCommands } from '../../src/dialect/native/commands.ts'
import { PROTOCOL_VERSION, refused } from '../../src/dialect/native/messages.ts'
import { defineGame, entity, integer } from '../../src/index.ts'
import { Pair } from '../../src/lab/index.ts'
import type { Link } from '../../src/transport/index.ts'
import { bytes, decode, encode, type Infer, record, text, varint } from '../../src/wire/index.ts'
import { field, fieldServer } from '../field/field.ts'

/** A link without a client behind it: what a stranger with a socket can do. */
class Stranger {
  readonly link: Link
  readonly packets: Uint8Array[] = []
  closedFor: string | undefined

  constructor(pair: Pair<typeof field>) {
    this.link = pair.network.connect('server')
    this.link.open({
      receive: (packet) => this.packets.push(packet.slice()),
      closed: (reason) => {
        this.closedFor = reason
      },
    })
  }

  /** What the server said when it refused. */
  get refusal(): { code: string; reason: string } | undefined {
    const said = this.#refused
    return said && { code: said.code, reason: said.reason }
  }

  /** The server's description, as it came with a refusal. */
  get description(): string {
    return new TextDecoder().decode(this.#refused?.description)
  }

  get #refused(): Infer<typeof refused> | undefined {
    for (const packet of this.packets)
      if (packet[0] === 17) {
        const isLong = packet[1] >= 128
        const said = decode(refused, packet.subarray(isLong ? (packet[2] >= 128 ? 4 : 3) : 2))
        assert.ok(said)
        return said
      }
    return undefined
  }
}

const hello = record({
  protocol: varint(),
  fingerprint: text({ bytesMax: 16 }),
  name: text({ bytesMax: 64 }),
  token: bytes({ bytesMax: 16 }),
  heard: bytes({ bytesMax: 3072 }),
  content: bytes({ bytesMax: 32 }),
  instance: varint(),
  login: text({ bytesMax: 512 }),
  character: text({ bytesMax: 64 }),
})

const nothing = new Uint8Array(0)
const newcomer = {
  protocol: PROTOCOL_VERSION,
  name: 'Eve',
  token: nothing,
  heard: nothing,
  content: nothing,
  instance: 0,
  login: '',
  character: '',
}

function helloOf(parts: { protocol?: number; fingerprint?: string; name?: string }): Uint8Array {
  const body = encode(hello, { ...newcomer, fingerprint: field.fingerprint, ...parts })
  return Uint8Array.of(1, body.length, ...body)
}

async function meet(seed: number) {
  const pair = new Pair(fieldServer, { seed })
  const ada = await pair.join({ name: 'Ada' })
  return { pair, ada, stranger: new Stranger(pair) }
}

/** The others notice nothing: Ada is connected and still hears each tick that has news. */
async function isUndisturbed({ pair, ada }: Awaited<ReturnType<typeof meet>>): Promise<void> {
  const before = ada.stats.ticksReceived
  ada.command({ east: -1, north: 0 })
  await pair.run(400)
  ada.command({ east: 0, north: 0 })
  await pair.run(400)
  assert.equal(ada.status, 'open')
  assert.ok(ada.stats.ticksReceived > before)
}

test('[N3] bytes that make no sense are dropped and counted, then the stranger is refused', async () => {
  const scene = await meet(1)
  const random = new Random(5)
  for (let i = 0; i < 40 && scene.stranger.closedFor === undefined; i++) {
    scene.stranger.link.send(Uint8Array.from({ length: 30 }, () => random.integer(0, 255)))
    await scene.pair.run(50)
  }
  assert.equal(scene.stranger.refusal?.code, 'nonsense')
  assert.ok((scene.pair.host.stats.dropped.nonsense ?? 0) >= 8)
  await isUndisturbed(scene)
})

test('[N3] a message cut short is dropped', async () => {
  const scene = await meet(2)
  scene.stranger.link.send(helloOf({}).subarray(0, 5))
  await scene.pair.run(100)
  assert.equal(scene.pair.host.stats.dropped.nonsense, 1)
  assert.equal(scene.pair.host.stats.players, 1)
  await isUndisturbed(scene)
})

test('[N4] a stranger who says nothing is closed after five seconds', async () => {
  const scene = await meet(3)
  await scene.pair.run(4900)
  assert.equal(scene.stranger.closedFor, undefined)
  await scene.pair.run(300)
  assert.equal(scene.stranger.refusal?.code, 'silent')
  await isUndisturbed(scene)
})

test('[N1] a hello of another protocol version is refused in words, whatever follows the version', async () => {
  const scene = await meet(4)
  scene.stranger.link.send(Uint8Array.of(1, 4, 9, 255, 255, 255))
  await scene.pair.run(100)
  assert.deepEqual(scene.stranger.refusal, {
    code: 'protocol',
    reason: `The server speaks protocol ${PROTOCOL_VERSION} and the client 9; update the older of the two.`,
  })
})

test('[N5] a hello with another fingerprint is refused, with the whole description', async () => {
  const scene = await meet(5)
  scene.stranger.link.send(helloOf({ fingerprint: '0123456789abcdef' }))
  await scene.pair.run(100)
  assert.equal(scene.stranger.refusal?.code, 'game')
  assert.equal(scene.stranger.description, field.description)
})

test('[N5] a client of a game whose records differ is told which record and field', async () => {
  const pair = new Pair(fieldServer, { seed: 5 })
  const other = defineGame({
    ...field,
    entities: { ...field.entities, sky: entity({ rain: integer({ min: 0, max: 5 }) }) },
  })
  const client = new Client(
    other,
    { name: 'Ada' },
    { openLink: async () => pair.network.connect('server'), now: () => pair.now, random: new Random(1) },
  )
  await pair.run(100)
  client.poll()
  await pair.run(100)
  assert.equal(client.status, 'closed')
  assert.equal(client.refusal?.code, 'game')
  assert.match(client.refusal?.message ?? '', /sky.*rain.*0\.\.5.*0\.\.9/)
})

test('[N6] names of no visible characters, of too many, and with control characters are refused', async () => {
  for (const name of ['', '   ', 'x'.repeat(25), 'a\u0007b', 'a\u202eb', '\u0958'.repeat(12)]) {
    const scene = await meet(6)
    scene.stranger.link.send(helloOf({ name }))
    await scene.pair.run(100)
    assert.equal(scene.stranger.refusal?.code, 'name', JSON.stringify(name))
  }
  const scene = await meet(6)
  scene.stranger.link.send(helloOf({ name: `  ${'x'.repeat(24)} ` }))
  await scene.pair.run(100)
  assert.equal(scene.stranger.refusal, undefined)
  assert.equal(scene.pair.host.stats.players, 2)
})

test('[N2] one packet may hold several messages', async () => {
  const scene = await meet(19)
  scene.stranger.link.send(Uint8Array.of(...helloOf({}), 4, 1, 7, 4, 1, 8))
  await scene.pair.run(100)
  const pongs = scene.stranger.packets.flatMap((packet) => [...packet]).filter((byte) => byte === 21)
  assert.ok(pongs.length >= 2)
  assert.equal(scene.pair.host.stats.players, 2)
})

test('[N9] when nothing happens, the tick still goes on twice a second where nobody moves', async () => {
  const { pair, ada } = await meet(20)
  await pair.run(2000)
  const { serverTick, ticksReceived } = ada.stats
  await pair.run(4000)
  assert.ok(ada.stats.serverTick >= serverTick + 76)
  assert.ok(ada.stats.ticksReceived - ticksReceived >= 8 && ada.stats.ticksReceived - ticksReceived <= 13)
})

test('[N7] commands and requests before welcome are out of order', async () => {
  const scene = await meet(7)
  scene.stranger.link.send(Uint8Array.of(2, 2, 1, 0))
  await scene.pair.run(100)
  assert.equal(scene.pair.host.stats.dropped.nonsense, 1)
})

test('[N14] a valid message a thousand times a second is too fast', async () => {
  const scene = await meet(8)
  scene.stranger.link.send(helloOf({}))
  for (let i = 0; i < 2000 && scene.stranger.closedFor === undefined; i++) {
    scene.stranger.link.send(Uint8Array.of(4, 1, 7))
    await scene.pair.run(1)
  }
  assert.equal(scene.stranger.refusal?.code, 'too-fast')
  assert.equal(scene.pair.host.stats.players, 1)
  await isUndisturbed(scene)
})

test('[N14] a packet above the limit is refused, one of exactly the limit is not', async () => {
  const scene = await meet(9)
  const large = new Uint8Array(4096)
  large.set(helloOf({}))
  scene.stranger.link.send(large)
  await scene.pair.run(60)
  assert.notEqual(scene.stranger.refusal?.code, 'too-fast')
  const other = new Stranger(scene.pair)
  other.link.send(new Uint8Array(4097))
  await scene.pair.run(60)
  assert.equal(other.refusal?.code, 'too-fast')
  await isUndisturbed(scene)
})

test('[N14] more bytes a second than the limit are too fast, however few packets carry them', async () => {
  const scene = await meet(21)
  scene.stranger.link.send(helloOf({}))
  await scene.pair.run(60)
  const pings = Uint8Array.from({ length: 3999 }, (_, i) => [4, 1, 7][i % 3])
  for (let i = 0; i < 40 && scene.stranger.closedFor === undefined; i++) {
    scene.stranger.link.send(pings)
    await scene.pair.run(100)
  }
  assert.equal(scene.stranger.refusal?.code, 'too-fast')
  assert.match(scene.stranger.refusal?.reason ?? '', /^More than 16384 bytes a second came\.$/)
  assert.equal(scene.pair.host.stats.dropped['too-many-bytes'], 1)
  await isUndisturbed(scene)
})

test('as much is said as the game describes; a byte more never leaves a client, and is nonsense from a stranger', async () => {
  const scene = await meet(22)
  const said = scene.ada.ask('say', { text: 'x'.repeat(64) })
  await assert.rejects(scene.ada.ask('say', { text: 'x'.repeat(65) }), { code: 'wire/out-of-range' })
  scene.stranger.link.send(helloOf({}))
  await scene.pair.run(100)
  assert.deepEqual(await said, { heardBy: 1 })
  const wider = record({ text: text({ bytesMax: 65 }) })
  const ask = (words: string): void => {
    const body = encode(wider, { text: words })
    scene.stranger.link.send(Uint8Array.of(3, body.length + 2, 1, 1, ...body))
  }
  ask('x'.repeat(64))
  await scene.pair.run(100)
  assert.equal(scene.pair.host.stats.dropped.nonsense, undefined)
  ask('x'.repeat(65))
  await scene.pair.run(100)
  assert.equal(scene.pair.host.stats.dropped.nonsense, 1)
  await isUndisturbed(scene)
})

test('connections from one address are limited', async () => {
  const pair = new Pair(fieldServer, {
    seed: 10,
    limits: { connectionsPerAddress: 2 },
    network: { from: 'one' },
  })
  const strangers = [new Stranger(pair), new Stranger(pair), new Stranger(pair)]
  await pair.run(100)
  assert.deepEqual(
    strangers.map(({ refusal }) => refusal?.code),
    [undefined, undefined, 'full'],
  )
  strangers[0].link.close('enough')
  await pair.run(100)
  const next = new Stranger(pair)
  await pair.run(100)
  assert.equal(next.refusal, undefined)
})

test('[N18] players who are away count as connected from where they were: coming and going makes no room for more', async () => {
  const limits = { connectionsPerAddress: 2, graceMs: 5000 }
  const pair = new Pair(fieldServer, { seed: 23, limits, network: { from: 'one' } })
  for (const name of ['Eve', 'Eva']) {
    const eve = new Stranger(pair)
    eve.link.send(helloOf({ name }))
    await pair.run(100)
    eve.link.close('')
    await pair.run(100)
  }
  assert.deepEqual([pair.host.stats.connections, pair.host.stats.playersAway], [0, 2])
  const refused = new Stranger(pair)
  await pair.run(100)
  assert.equal(refused.refusal?.code, 'full')
  await pair.run(6000)
  assert.equal(pair.host.stats.players, 0)
  const welcome = new Stranger(pair)
  await pair.run(100)
  assert.equal(welcome.refusal, undefined)
})

test('a full server says so', async () => {
  const pair = new Pair(fieldServer, { seed: 11, limits: { players: 1 } })
  await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  assert.equal(bob.status, 'closed')
  assert.equal(bob.refusal?.code, 'full')
})

test('[N8] [N16] repeated commands change nothing, late ones are used late, and those too far ahead not at all', async () => {
  const scene = await meet(12)
  scene.stranger.link.send(helloOf({}))
  await scene.pair.run(100)
  const player = [...scene.pair.host.world.players.values()].find(({ name }) => name === 'Eve')
  assert.ok(player)
  const { world } = scene.pair.host
  const command = (tick: number): void => {
    const changes = [{ tick, command: { east: 0, north: 0 } }]
    const body = writeCommands(field.command, { newest: tick, viewDelay: 0, changes })
    scene.stranger.link.send(Uint8Array.of(2, body.length, ...body))
  }
  const present = world.tick
  command(present + 2)
  command(present + 2)
  command(present + 1)
  await scene.pair.run(10)
  assert.equal(player.commands.late, 0)
  await scene.pair.run(500)
  command(present + 3)
  command(present + 1000)
  await scene.pair.run(10)
  assert.equal(player.commands.late, 1)
  assert.equal(player.commands.dropped.get('command-early'), 1)
})

test('[N11] requests beyond the rate get a sentence and change nothing', async () => {
  const { pair, ada } = await meet(13)
  const answers = Array.from({ length: 40 }, () =>
    ada.ask('buy', { price: 1 }).then(
      () => 'yes',
      (error) => error.message,
    ),
  )
  await pair.run(500)
  const heard = await Promise.all(answers)
  assert.ok(heard.includes('yes'))
  assert.ok(heard.includes('Too many requests; wait a moment.'))
  assert.equal(ada.status, 'open')
})

test('[N15] a reader that stalls gets the newest state afterwards, and one that stalls for good is closed', async () => {
  const pair = new Pair(fieldServer, { seed: 14, limits: { slowBytes: 250 } })
  const ada = await pair.join({ name: 'Ada' })
  let isStalled = false
  const held: Uint8Array[] = []
  const link = pair.network.connect('server', {
    windowBytes: 0,
    toClient: (_length, now) => [isStalled ? now + 60_000 : now] as never,
  })
  link.open({ receive: (packet) => held.push(packet.slice()), closed() {} })
  link.send(helloOf({ name: 'Slow' }))
  await pair.run(500)
  isStalled = true
  ada.command({ east: -1, north: 0 })
  const keepAlive = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1000) {
      link.send(Uint8Array.of(4, 1, 7))
      ada.command({ east: passed % 2000 === 0 ? 1 : -1, north: 0 })
      await pair.run(1000)
    }
  }
  await keepAlive(40_000)
  assert.equal(pair.host.stats.closed.slow, 1)
  assert.equal(ada.status, 'open')
})

test('[N12] a server that closes says why to everyone', async () => {
  const { pair, ada } = await meet(16)
  const reasons: string[] = []
  ada.onStatus((_status, reason) => reasons.push(reason))
  await pair.stopServer()
  assert.deepEqual(reasons, ['The server is closing.'])
})

test('[N13] a player who says bye is gone at once', async () => {
  const { pair, ada } = await meet(17)
  ada.close()
  await pair.run(60)
  assert.equal(pair.host.stats.players, 0)
  assert.equal(pair.host.world.entityCount, 0)
})

test('[N10] [N18] a client that falls silent is lost after ten seconds, and its character half a minute later', async () => {
  const scene = await meet(18)
  scene.stranger.link.send(helloOf({}))
  await scene.pair.run(9000)
  assert.equal(scene.pair.host.stats.players, 2)
  await scene.pair.run(1500)
  assert.equal(scene.pair.host.stats.playersAway, 1)
  assert.equal(scene.stranger.refusal?.code, 'silent')
  await scene.pair.run(30_000)
  assert.equal(scene.pair.host.stats.players, 1)
})
