/** A server keeps its head, whatever a client says: the liar gains nothing, and the others notice nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NativeClient } from '../../src/dialect/native/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { PacketWriter } from '../../src/replication/index.ts'
import type { Link } from '../../src/transport/index.ts'
import { silent } from '../dialect/silent.ts'
import { field, fieldMap, fieldServer } from '../field/field.ts'

const nothing = new Uint8Array(0)
const CODE = { commands: 2, ask: 3, ping: 4, bye: 5, query: 6, askContent: 7, have: 8 }

/** Somebody who speaks the dialect well enough to get in, and then says what no client would. */
class Liar {
  readonly link: Link
  readonly native: NativeClient
  readonly tokens: Uint8Array[] = []
  resumed = ''
  reason = ''
  replies = 0

  constructor(pair: Pair<typeof field>) {
    this.native = new NativeClient(field, {
      ...silent,
      replied: () => this.replies++,
      welcomed: ({ token, resumed }) => {
        this.tokens.push(token)
        this.resumed = resumed
      },
      refused: (_code, reason) => {
        this.reason = reason
      },
    })
    this.link = pair.network.connect('server')
    this.link.open({ receive: (packet) => this.native.receive(packet), closed() {} })
  }

  greet(token: Uint8Array = nothing): void {
    this.native.greet('Eve', { token, heard: nothing, content: '', login: '', character: '' })
    this.flush()
  }

  flush(): void {
    const packet = new PacketWriter(40_000)
    if (this.native.write(packet)) this.link.send(packet.finish())
  }

  say(code: number, body: readonly number[], times = 1): void {
    const packet = new PacketWriter(60_000)
    for (let i = 0; i < times; i++) {
      packet.byte(code)
      packet.varint(body.length)
      packet.copy(Uint8Array.from(body), 0, body.length)
    }
    this.link.send(packet.finish())
  }
}

async function meet(seed: number) {
  const pair = new Pair(fieldServer, { seed })
  const ada = await pair.join({ name: 'Ada', map: fieldMap })
  const eve = new Liar(pair)
  return { pair, ada, eve }
}

/** Ada is connected, hears of her steps, and no tick was long in coming. */
async function isUndisturbed({
  pair,
  ada,
}: {
  pair: Pair<typeof field>
  ada: Awaited<ReturnType<Pair<typeof field>['join']>>
}) {
  const before = ada.stats.ticksReceived
  ada.command({ east: -1, north: 0 })
  await pair.run(500)
  ada.command({ east: 0, north: 0 })
  await pair.run(500)
  assert.deepEqual([ada.status, ada.stats.stalls, ada.stats.corrections], ['open', 0, 0])
  assert.ok(ada.stats.ticksReceived > before)
}

test('[N8] [N16] commands for the end of all time move nobody, and later ones count as if those had never come', async () => {
  const scene = await meet(1)
  const { pair, eve } = scene
  eve.greet()
  await pair.run(100)
  const walker = [...pair.host.world.entities('walker')].find(({ name }) => name === 'Eve')
  assert.ok(walker)
  const place = { ...(walker.position as { x: number; y: number }) }
  for (const newest of [2 ** 31, 2 ** 48, 2 ** 53 - 1]) {
    const changes = [{ tick: newest - 1, command: { east: 1, north: 0 } }]
    eve.native.commands({ newest, viewDelay: 31, changes })
    eve.flush()
    await pair.run(200)
  }
  assert.deepEqual(walker.position, place)
  const newest = pair.host.world.tick + 4
  eve.native.commands({ newest, viewDelay: 0, changes: [{ tick: newest, command: { east: 1, north: 0 } }] })
  eve.flush()
  await pair.run(500)
  assert.ok((walker.position as { x: number }).x > place.x)
  await isUndisturbed(scene)
})

test('[N11] [N14] thousands of messages in one packet are bounded: what is beyond is dropped and counted', async () => {
  for (const [code, body] of [
    [CODE.ping, [1]],
    [CODE.query, []],
    [CODE.ask, [1, 0, 0]],
    [CODE.askContent, Array(34).fill(1)],
    [CODE.have, [0]],
    [CODE.commands, [9, 0, 0, 0]],
  ] as const) {
    const scene = await meet(2)
    scene.eve.greet()
    await scene.pair.run(100)
    for (let i = 0; i < 4; i++) {
      scene.eve.say(code, body, Math.floor(9000 / (body.length + 2)))
      await scene.pair.run(50)
    }
    await isUndisturbed(scene)
    assert.ok(scene.eve.replies < 100, `${scene.eve.replies} replies`)
  }
})

test('[N4] a second hello is dropped, before the welcome and after it, and makes nobody twice', async () => {
  const scene = await meet(3)
  scene.eve.greet()
  scene.eve.greet()
  await scene.pair.run(100)
  scene.eve.greet()
  await scene.pair.run(100)
  assert.equal(scene.pair.host.stats.players, 2)
  assert.equal(scene.eve.tokens.length, 1)
  assert.equal(scene.pair.host.stats.dropped.nonsense, 2)
  await isUndisturbed(scene)
})

test('[N18] a token opens a session until the next is known to have come: guessed, bent and used up ones open nothing', async () => {
  const scene = await meet(4)
  const { pair, eve } = scene
  eve.greet()
  await pair.run(100)
  const [token] = eve.tokens
  const bent = token.slice()
  bent[15] ^= 1
  for (const wrong of [new Uint8Array(16), new Uint8Array(16).fill(255), bent]) {
    const other = new Liar(pair)
    other.greet(wrong)
    await pair.run(100)
    assert.equal(other.resumed, 'nothing')
    other.link.close('')
  }
  const again = new Liar(pair)
  again.greet(token)
  await pair.run(100)
  assert.equal(again.resumed, 'session')
  // Who gives a command has the next token.
  const { tick } = pair.host.stats
  again.native.commands({ newest: tick, viewDelay: 0, changes: [{ tick, command: { east: 0, north: 0 } }] })
  again.flush()
  await pair.run(100)
  const third = new Liar(pair)
  third.greet(token)
  await pair.run(100)
  assert.equal(third.resumed, 'nothing')
  await isUndisturbed(scene)
})

test('[N3] [N7] who says everything at once before hello is refused, and nothing of it was done', async () => {
  const scene = await meet(5)
  const { pair, eve } = scene
  eve.native.ask(1, 'say', { text: 'hello' })
  eve.native.commands({ newest: 5, viewDelay: 0, changes: [{ tick: 5, command: { east: 1, north: 0 } }] })
  for (let i = 0; i < 4; i++) eve.native.ask(2 ** 49 - 1, 'buy', { price: 3 })
  eve.flush()
  eve.say(CODE.ask, [], 3)
  await pair.run(200)
  assert.match(eve.reason, /messages made no sense/)
  assert.deepEqual([eve.replies, pair.host.stats.players], [0, 1])
  await isUndisturbed(scene)
})
