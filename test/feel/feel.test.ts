import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../src/client/index.ts'
import { after, FOREVER, type Instant, instant, milliseconds, Random } from '../../src/core/index.ts'
import { NativeClient } from '../../src/dialect/native/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Pair, parseWeather, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { PacketWriter } from '../../src/replication/index.ts'
import type { Link, LinkHandler } from '../../src/transport/index.ts'
import { silent } from '../dialect/silent.ts'
import { type field, fieldMap, fieldServer } from '../field/field.ts'

/** Every packet takes so many ms, either way. */
function late(ms: number) {
  const path = (_bytes: number, now: Instant) => [after(now, milliseconds(ms))]
  return { toServer: path, toClient: path }
}

/** Walks about at random, drawing 60 pictures a second. */
async function walk(
  pair: Pair<typeof field>,
  client: Client<typeof field>,
  options: { seconds: number; seed: number },
) {
  const dice = new Random(options.seed)
  for (let i = 0; i < options.seconds * 60; i++) {
    if (dice.chance(1 / 40)) client.command({ east: dice.integer(-1, 1), north: dice.integer(-1, 1) })
    await pair.run(1000 / 60)
    client.frame()
  }
}

for (const rtt of [0, 300])
  test(`[P4] a walk of ten minutes at ${rtt} ms round trip has no corrections`, async () => {
    const pair = new Pair(fieldServer, { seed: 1, network: late(rtt / 2) })
    const ada = await pair.join({ name: 'Ada', map: fieldMap })
    await walk(pair, ada, { seconds: 600, seed: 7 })
    assert.deepEqual([ada.stats.isPredicting, ada.stats.corrections], [true, 0])
    assert.equal(pair.host.stats.commandsLate, 0)
  })

test('[T16] the own character is always there, however bad the network and however many borders it crosses', async () => {
  const dice = new Random(11)
  const figures = parseWeather('terrible loss=25%')
  const sealed = {
    cipher: nodeSodium,
    toServer: new Weather(figures, dice.fork()).path,
    toClient: new Weather(figures, dice.fork()).path,
  }
  const pair = new Pair(fieldServer, { seed: 6, sealed })
  const ada = await pair.join({ name: 'Ada', map: fieldMap })
  assert.ok(await pair.runUntil(() => ada.me !== undefined, 20_000))
  const { id } = ada.me!
  // To and fro over a border between cells, twenty metres from where she began.
  for (let second = 0; second < 60; second++) {
    ada.command({ east: 0, north: second % 8 < 4 ? 1 : -1 })
    for (let picture = 0; picture < 60; picture++) {
      await pair.run(1000 / 60)
      ada.frame()
      assert.equal(ada.me?.id, id)
    }
  }
})

test('[P4] the own character answers in the next picture, at any round trip', async () => {
  const pair = new Pair(fieldServer, { seed: 2, network: late(150) })
  const ada = await pair.join({ name: 'Ada', map: fieldMap })
  await pair.run(2000)
  ada.frame()
  const before = ada.me!.position.x
  ada.command({ east: -1, north: 0 })
  ada.frame()
  await pair.run(1000 / 60)
  ada.frame()
  assert.ok(ada.me!.position.x < before, `${before} ${ada.me!.position.x}`)
})

test('[P5] a client that walks through the wall is corrected at the wall, and can say by how much', async () => {
  const pair = new Pair(fieldServer, { seed: 3, network: late(50) })
  // The map is the server's; the sums made on it are not.
  const map = { ...fieldMap, slide: emptyMap(256, 256).slide }
  const ada = await pair.join({ name: 'Ada', map })
  ada.command({ east: 1, north: 0 })
  await pair.run(8000)
  const { corrections, lastCorrection } = ada.stats
  assert.ok(corrections > 0)
  assert.equal(lastCorrection?.part, 'position')
  assert.ok(lastCorrection.by! > 0.1 && lastCorrection.tick > 0)
})

/** A way on which, while it is cut, nothing arrives. */
function cuttable(ms: number) {
  const way = { isCut: false }
  const path = (_bytes: number, now: Instant) => [way.isCut ? FOREVER : after(now, milliseconds(ms))]
  return { way, place: { toServer: path, toClient: path } }
}

for (const [seconds, isNoticed] of [
  [8, false],
  [10, true],
  [25, true],
] as const)
  test(`[N18] a connection that is lost for ${seconds} s goes on: same character, same place, nothing told twice`, async () => {
    const pair = new Pair(fieldServer, { seed: 4 })
    const { way, place } = cuttable(30)
    const ada = await pair.join({ name: 'Ada', map: fieldMap }, place)
    const bob = await pair.join({ name: 'Bob' })
    ada.command({ east: -1, north: 0 })
    await pair.run(3000)
    const { id } = ada.me!
    const told: string[] = []
    ada.onEnter('walker', ({ name }) => told.push(`Ada sees ${name}`))
    bob.onLeave('walker', ({ name }) => told.push(`Bob loses ${name}`))
    // The first listener hears of those who are in view already.
    await pair.run(100)
    assert.deepEqual(told.sort(), ['Ada sees Ada', 'Ada sees Bob'])
    told.length = 0
    way.isCut = true
    await pair.run(seconds * 1000)
    assert.deepEqual([pair.host.stats.players, pair.host.stats.playersAway], [2, isNoticed ? 1 : 0])
    way.isCut = false
    assert.ok(await pair.runUntil(() => ada.status === 'open', 10_000))
    ada.command({ east: 0, north: 0 })
    await pair.run(2000)
    ada.frame()
    const { position } = pair.host.world.get(id)!
    assert.deepEqual([ada.me?.id, ada.me?.position, told], [id, position, []])
    assert.ok(ada.stats.isPredicting)
    const { corrections } = ada.stats
    ada.command({ east: 1, north: 0 })
    await pair.run(2000)
    assert.equal(ada.stats.corrections, corrections)
  })

test('[N18] after the grace time it was a clean leave, and who comes back is somebody new', async () => {
  const pair = new Pair(fieldServer, { seed: 5, limits: { graceMs: 3000 } })
  const { way, place } = cuttable(30)
  const ada = await pair.join({ name: 'Ada', map: fieldMap }, place)
  const bob = await pair.join({ name: 'Bob' })
  const left: string[] = []
  bob.onLeave('walker', ({ name }, why) => left.push(`${name} ${why}`))
  const { id } = ada.me!
  way.isCut = true
  await pair.run(14_000)
  assert.deepEqual([pair.host.stats.players, left], [1, ['Ada removed']])
  way.isCut = false
  assert.ok(await pair.runUntil(() => ada.me !== undefined && ada.me.id !== id, 20_000))
})

for (const [hasLeft, limits, graceMs] of [
  [true, {}, 2500],
  [true, { graceMs: 1000 }, 1000],
  [true, { leavingGraceMs: 6000 }, 6000],
  [false, {}, 30_000],
] as const)
  test(`[N18] whose page ${hasLeft ? 'went away itself' : 'is lost'} is waited for ${graceMs} ms, of ${JSON.stringify(limits)}`, async () => {
    let end = (_reason: string, _hasLeft: boolean): void => {}
    const wrap = (link: Link, whose: 'server' | 'client'): Link => {
      if (whose === 'client') return link
      const open = link.open.bind(link)
      link.open = (handler: LinkHandler): void => {
        open(handler)
        end = (reason, hasLeft) => handler.closed(reason, hasLeft)
      }
      return link
    }
    const pair = new Pair(fieldServer, { seed: 6, limits, wrap })
    await pair.join({ name: 'Ada', reconnects: false })
    const at = pair.now
    end('the peer went away', hasLeft)
    assert.equal(pair.host.stats.playersAway, 1)
    await pair.runUntil(() => pair.host.stats.players === 0, 60_000)
    const waited = pair.now - at
    assert.ok(waited >= graceMs && waited <= graceMs + 50, `${waited} ms`)
  })

for (const loss of [0, 0.2])
  test(`[N17] what the player cannot have foreseen is told at once, and again where it gets lost (${loss * 100} %)`, async () => {
    const figures = parseWeather(`40ms loss=${loss * 100}%`)
    const dice = new Random(9)
    const sealed = {
      cipher: nodeSodium,
      toServer: new Weather(figures, dice.fork()).path,
      toClient: new Weather(figures, dice.fork()).path,
    }
    const pair = new Pair(fieldServer, { seed: 7, ...(loss > 0 ? { sealed } : { network: late(40) }) })
    const ada = await pair.join({ name: 'Ada', map: fieldMap })
    ada.command({ east: 0, north: 0 })
    await pair.run(3000)
    for (let i = 1; i <= 20; i++) {
      const { corrections } = ada.stats
      pair.host.world.get(ada.me!.id)!.position.y += 0.25
      const isTold = await pair.runUntil(() => ada.stats.corrections > corrections, loss > 0 ? 1500 : 100)
      assert.ok(isTold, `push ${i} was not told`)
      assert.equal(ada.stats.lastCorrection?.part, 'position')
      assert.ok(Math.abs(ada.stats.lastCorrection.by! - 0.25) < 1e-9)
    }
  })

test('[N18] a token opens its session until the player is known to have the next, and another opens nothing', async () => {
  const pair = new Pair(fieldServer, { seed: 8 })
  const ada = await pair.join({ name: 'Ada', map: fieldMap })
  const tokens: Uint8Array[] = []
  const come = async (token: Uint8Array, says?: 'command'): Promise<string> => {
    let resumed = ''
    const native = new NativeClient(fieldServer.game, {
      ...silent,
      welcomed: (welcome) => {
        resumed = welcome.resumed
        tokens.push(welcome.token)
      },
    })
    const link = pair.network.connect('server')
    link.open({ receive: (packet) => native.receive(packet), closed() {} })
    native.greet('Eve', { token, heard: new Uint8Array(0), content: '' })
    const packet = new PacketWriter(4096)
    native.write(packet)
    link.send(packet.finish())
    await pair.run(200)
    if (says === undefined) return resumed
    const { tick } = pair.host.stats
    native.commands({ newest: tick, viewDelay: 0, changes: [{ tick, command: { east: 0, north: 0 } }] })
    packet.length = 0
    native.write(packet)
    link.send(packet.finish())
    await pair.run(200)
    return resumed
  }
  assert.equal(await come(new Uint8Array(0)), 'nothing')
  assert.equal(await come(tokens[0]), 'session')
  // The welcome may have got lost, or a hello of before may have overtaken it: either token has to do.
  assert.equal(await come(tokens[0]), 'session')
  assert.equal(await come(tokens[1], 'command'), 'session')
  assert.equal(await come(tokens[0]), 'nothing')
  assert.equal(await come(tokens[1]), 'nothing')
  assert.equal(await come(tokens[2]), 'nothing')
  assert.equal(await come(new Uint8Array(16)), 'nothing')
  assert.equal(await come(tokens[3]), 'session')
  assert.equal(ada.status, 'open')
  assert.notDeepEqual(tokens[0], tokens[3])
})

test('[P2] a page in the background, whose timers come once a second, keeps its session and its time', async () => {
  const pair = new Pair(fieldServer, { seed: 10 })
  let isBehind = false
  const frozenUntil = (now: Instant) => (isBehind ? instant(Math.ceil(now / 1000) * 1000) : now)
  const ada = await pair.join({ name: 'Ada', map: fieldMap }, { ...late(40), frozenUntil })
  const states: string[] = []
  ada.onStatus((status) => states.push(status))
  ada.command({ east: -1, north: 0 })
  await pair.run(2000)
  isBehind = true
  await pair.run(60_000)
  isBehind = false
  await pair.run(3000)
  const { corrections } = ada.stats
  await walk(pair, ada, { seconds: 20, seed: 3 })
  assert.deepEqual([states, ada.stats.corrections], [[], corrections])
})

test('[P2] a laptop that slept goes on with its session when it wakes', async () => {
  const pair = new Pair(fieldServer, { seed: 11 })
  let until = 0
  const { way, place } = cuttable(40)
  const ada = await pair.join(
    { name: 'Ada', map: fieldMap },
    { ...place, frozenUntil: (now) => instant(Math.max(now, until)) },
  )
  const { id } = ada.me!
  until = pair.now + 20_000
  way.isCut = true
  await pair.run(20_000)
  way.isCut = false
  assert.ok(
    await pair.runUntil(() => ada.status === 'open' && ada.me?.id === id && ada.stats.isPredicting, 15_000),
  )
  ada.command({ east: -1, north: 0 })
  await pair.run(3000)
  const { corrections } = ada.stats
  await walk(pair, ada, { seconds: 20, seed: 3 })
  assert.equal(ada.stats.corrections, corrections)
})
