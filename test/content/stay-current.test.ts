/** Server information, content versions, flags and content in-band, in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManifest, manifestBytes, sha256 } from '../../src/content/index.node.ts'
import { type ContentAnswer, type ContentAsk, readAnswer, writeAsk } from '../../src/content/index.ts'
import { Random } from '../../src/core/index.ts'
import { PROTOCOL_VERSION, serverInformation } from '../../src/dialect/native/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { PacketReader } from '../../src/replication/index.ts'
import { type ClientContent, defineServer } from '../../src/server/index.ts'
import type { Link } from '../../src/transport/index.ts'
import { decode } from '../../src/wire/index.ts'
import { field, fieldServer } from '../field/field.ts'

/** Content in memory, of one file. */
class Shelf implements ClientContent {
  #file = new Uint8Array(0)
  #manifest = createManifest([], sha256)

  constructor(text: string) {
    this.put(text)
  }

  get manifest() {
    return this.#manifest
  }

  put(text: string): void {
    this.#file = new TextEncoder().encode(text)
    const hash = sha256()
    hash.update(this.#file)
    this.#manifest = createManifest(
      [{ path: 'map.json', size: this.#file.length, sha256: hash.digest() }],
      sha256,
    )
  }

  bytesOf(digest: string): Uint8Array | undefined {
    if (digest === this.#manifest.version) return manifestBytes(this.#manifest)
    return digest === this.#manifest.files[0].sha256 ? this.#file : undefined
  }

  sizeOf(digest: string): number | undefined {
    return this.bytesOf(digest)?.length
  }

  async read({ sha256: digest, offset, length }: ContentAsk): Promise<ContentAnswer> {
    const all = this.bytesOf(digest)
    if (all === undefined) return { is: 'gone', sha256: digest }
    const bytes = all.subarray(offset, offset + length)
    return { is: 'piece', sha256: digest, offset, total: all.length, bytes }
  }
}

const old = 'a'.repeat(64)
const strict = defineServer(field, {
  ...fieldServer.options,
  outdated: 'refuse',
  welcome: 'Come in.',
  levelCap: 60,
})
const QUERY = Uint8Array.of(6, 0)

/** A link without a client, and the messages that came over it. */
function stranger(pair: Pair<typeof field>) {
  const link: Link = pair.network.connect('server')
  const messages: { code: number; body: Uint8Array }[] = []
  const told: string[] = []
  link.open({
    receive(packet) {
      const reader = new PacketReader().reset(packet.slice())
      while (reader.left > 0) messages.push({ code: reader.byte(), body: reader.take(reader.varint()) })
    },
    closed: (reason) => told.push(reason),
  })
  const ask = (one: ContentAsk): void => {
    const body = writeAsk(one)
    link.send(Uint8Array.of(7, body.length, ...body))
  }
  const answers = (): ContentAnswer[] =>
    messages.filter(({ code }) => code === 25).map(({ body }) => readAnswer(body) as ContentAnswer)
  return { link, messages, told, ask, answers }
}

test('[N40] whoever asks is told what the server is, and may say hello afterwards', async () => {
  const content = new Shelf('one')
  const pair = new Pair(strict, { seed: 1, content })
  const ada = await pair.join({ name: 'Ada' })
  const { link, messages } = stranger(pair)
  link.send(QUERY)
  await pair.run(50)
  const [{ code, body }] = messages
  assert.equal(code, 24)
  assert.deepEqual(decode(serverInformation, body), {
    protocol: PROTOCOL_VERSION,
    name: 'field',
    welcome: 'Come in.',
    game: 'field',
    version: '1',
    fingerprint: field.fingerprint,
    content: content.manifest.version,
    players: 1,
    playersMax: 5000,
    levelCap: 60,
    listeners: [],
  })
  const asked = ada.query()
  await pair.run(100)
  assert.equal((await asked)?.players, 1)
  assert.equal(ada.status, 'open')
})

test('[N40] queries beyond the rate of requests are dropped and counted, and do not keep the link open', async () => {
  const pair = new Pair(fieldServer, { seed: 2 })
  const { link, messages, told } = stranger(pair)
  for (let i = 0; i < 40; i++) link.send(QUERY)
  await pair.run(50)
  assert.equal(messages.length, 30)
  assert.equal(pair.host.stats.dropped['too-many-requests'], 10)
  for (let i = 0; i < 60; i++) {
    link.send(QUERY)
    await pair.run(100)
  }
  assert.deepEqual(told, ['No hello came in time.'])
})

test('[N40] a welcome text that is too long is the program’s mistake, at once', () => {
  const definition = defineServer(field, { ...fieldServer.options, welcome: 'x'.repeat(501) })
  assert.throws(() => new Pair(definition, { seed: 1 }), { code: 'wire/out-of-range' })
})

test('[N41] who has other content than the server is refused by name, with the version that is wanted', async () => {
  const content = new Shelf('one')
  const pair = new Pair(strict, { seed: 3, content })
  const client = pair.connect({ name: 'Old', content: old })
  await pair.run(500)
  assert.equal(client.status, 'closed')
  assert.equal(client.refusal?.code, 'content')
  assert.equal(client.refusal?.content, content.manifest.version)
  for (const version of [content.manifest.version, undefined])
    assert.equal((await pair.join({ name: 'New', content: version })).flags.client, false)
})

test('[N41] a server that tells lets them in, and the welcome has the flag', async () => {
  const pair = new Pair(fieldServer, { seed: 4, content: new Shelf('one') })
  const ada = await pair.join({ name: 'Ada', content: old })
  assert.equal(ada.flags.client, true)
  assert.throws(() => pair.connect({ name: 'Bob', content: 'newest' }), { code: 'client/bad-content' })
})

test('[N42] [N44] an idle client hears within a second and a half that there is a newer one, until it has it', async () => {
  const content = new Shelf('one')
  const pair = new Pair(strict, { seed: 5, content })
  const ada = await pair.join({ name: 'Ada', content: content.manifest.version })
  const bob = await pair.join({ name: 'Bob' })
  const told: string[] = []
  ada.onFlag('client', () => told.push('Ada'))
  bob.onFlag('client', () => told.push('Bob, who said no version'))
  await pair.run(3000)
  content.put('two')
  await pair.run(1500)
  assert.deepEqual(told, ['Ada'])
  await pair.run(3000)
  assert.deepEqual(told, ['Ada'], 'once')
  assert.equal(ada.flags.client, true)
  ada.content = content.manifest.version
  await pair.run(1500)
  assert.equal(ada.flags.client, false)
  content.put('three')
  await pair.run(1500)
  assert.deepEqual(told, ['Ada', 'Ada'])
  ada.close()
  await pair.run(100)
})

test('[N42] each change of the map is told once, with a reply when one comes before the next pong', async () => {
  const pair = new Pair(fieldServer, { seed: 6 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  const told: string[] = []
  for (const client of [ada, bob]) client.onFlag('map', () => told.push(client === ada ? 'Ada' : 'Bob'))
  pair.host.raise('map', ({ name }) => name === 'Ada')
  const reply = ada.ask('buy', { price: 1 })
  await pair.run(110)
  assert.deepEqual(await reply, { left: 99 })
  assert.deepEqual(told, ['Ada'])
  assert.deepEqual({ ...ada.flags }, { map: true, client: false })
  ada.lower('map')
  assert.equal(ada.flags.map, false)
  await pair.run(3000)
  assert.deepEqual(told, ['Ada'])
  pair.host.raise('map')
  await pair.run(1500)
  assert.deepEqual(told.sort(), ['Ada', 'Ada', 'Bob'])
})

test('[N42] a change of the map that was told over a connection that is lost is told again over the next', async () => {
  const links: Link[] = []
  const pair = new Pair(fieldServer, {
    seed: 7,
    wrap(link, at) {
      if (at === 'client') links.push(link)
      return link
    },
  })
  const ada = await pair.join({ name: 'Ada' })
  const told: string[] = []
  ada.onFlag('map', () => told.push(ada.status))
  links[0].close('gone')
  await pair.run(20)
  pair.host.raise('map')
  await pair.run(3000)
  assert.equal(ada.status, 'open')
  assert.deepEqual(told.length, 1)
})

test('[N43] content comes before hello, in order, for longer than a hello is waited for, and not for ever', async () => {
  const content = new Shelf('x'.repeat(700_000))
  const limits = { contentBytesPerSecond: 100_000, contentTimeoutMs: 6500 }
  const pair = new Pair(strict, { seed: 8, content, limits })
  const { ask, answers, told } = stranger(pair)
  const [{ sha256: digest }] = content.manifest.files
  let next = 0
  const more = (): void => ask({ sha256: digest, offset: 10_000 * next++, length: 10_000 })
  for (let i = 0; i < 8; i++) more()
  let got = 0
  for (let ms = 0; ms < 14_000 && told.length === 0; ms += 50) {
    await pair.run(50)
    for (; got < answers().length && next < 70; got++) more()
  }
  assert.deepEqual(told, ['No hello came in time.'])
  const pieces = answers() as (ContentAnswer & { is: 'piece' })[]
  assert.ok(pieces.length > 60, `${pieces.length} pieces`)
  for (const [i, { offset, total }] of pieces.entries())
    assert.deepEqual([offset, total], [10_000 * i, 700_000])
})

test('[N43] endless asks, asks of nothing and asks beyond the end cost no memory and disturb nobody', async () => {
  const content = new Shelf('x'.repeat(100_000))
  const pair = new Pair(strict, {
    seed: 9,
    content,
    limits: { contentAsksPerSecond: 10, packetsPerSecond: 100_000, bytesPerSecond: 10_000_000 },
  })
  const ada = await pair.join({ name: 'Ada' })
  const before = ada.stats.ticksReceived
  const { ask, answers } = stranger(pair)
  const [{ sha256: digest }] = content.manifest.files
  for (let i = 0; i < 2000; i++) ask({ sha256: digest, offset: 0, length: 16_384 })
  await pair.run(1000)
  assert.ok(answers().length <= 30 + 10, `${answers().length} answers`)
  assert.ok(pair.host.stats.dropped['too-many-content-asks'] >= 1950)
  const other = stranger(pair)
  other.ask({ sha256: old, offset: 0, length: 1 })
  other.ask({ sha256: digest, offset: 100_000, length: 1 })
  other.ask({ sha256: digest, offset: 99_990, length: 100 })
  await pair.run(1000)
  assert.deepEqual(
    other.answers().map((answer) => (answer.is === 'gone' ? 'gone' : answer.bytes.length)),
    ['gone', 10],
  )
  assert.equal(ada.status, 'open')
  assert.ok(ada.stats.ticksReceived > before)
})

test('[N43] bytes that are no ask are nonsense', async () => {
  const pair = new Pair(strict, { seed: 10, content: new Shelf('one') })
  const { link, messages } = stranger(pair)
  const random = new Random(10)
  for (let i = 0; i < 8; i++) {
    link.send(Uint8Array.of(7, 5, ...Array.from({ length: 5 }, () => random.integer(0, 255))))
    await pair.run(20)
  }
  assert.equal(messages.at(-1)?.code, 17)
  assert.equal(pair.host.stats.dropped.nonsense, 8)
})

test('[N43] where there is no content, every ask is answered with that', async () => {
  const pair = new Pair(fieldServer, { seed: 11 })
  const { ask, answers } = stranger(pair)
  ask({ sha256: old, offset: 0, length: 1 })
  await pair.run(50)
  assert.deepEqual(answers(), [{ is: 'gone', sha256: old }])
})
