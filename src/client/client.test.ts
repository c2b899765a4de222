import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field, fieldMap, fieldServer } from '../../test/field/field.ts'
import { instant, Random } from '../core/index.ts'
import { Pair } from '../lab/index.ts'
import type { Link } from '../transport/index.ts'
import { Client } from './client.ts'
import type { ClientOptions } from './session/options.ts'

/** Makes a client alone in virtual time; notes its every attempt to connect, which `openLink` answers. */
async function alone(options: Partial<ClientOptions>, openLink: () => Promise<Link>) {
  let now = 0
  const attempts: number[] = []
  const client = new Client(
    field,
    { name: 'Ada', ...options },
    {
      openLink() {
        attempts.push(now)
        return openLink()
      },
      now: () => instant(now),
      random: new Random(3),
    },
  )
  const run = async (until: number): Promise<void> => {
    for (; now < until; now++) {
      client.poll()
      for (let i = 0; i < 4; i++) await Promise.resolve()
    }
  }
  await run(1)
  return { client, attempts, run }
}

const nobody = (): Promise<Link> => Promise.reject(new Error('Nobody listens there.'))

test('a first connection that fails is for the program to try again: it ends with the reason', async () => {
  const { client, attempts, run } = await alone({}, nobody)
  await run(20_000)
  assert.equal(client.status, 'closed')
  assert.deepEqual(attempts, [0])
  assert.equal(client.wakeAt, Number.POSITIVE_INFINITY)
})

test('a lost connection is tried again after growing waits, for as long as nobody answers', async () => {
  const pair = new Pair(fieldServer, { seed: 1 })
  let isDown = false
  const attempts: number[] = []
  const client = new Client(
    field,
    { name: 'Ada' },
    {
      async openLink() {
        attempts.push(pair.now)
        if (isDown) throw new Error('Nobody listens there.')
        return pair.network.connect('server')
      },
      now: () => pair.now,
      random: new Random(3),
    },
  )
  const run = async (ms: number): Promise<void> => {
    for (let i = 0; i < ms; i += 10) {
      await pair.run(10)
      client.poll()
    }
  }
  await run(500)
  assert.equal(client.status, 'open')
  isDown = true
  await pair.stopServer()
  const lostAt = pair.now
  await run(40_000)
  assert.equal(client.status, 'reconnecting')
  const times = [lostAt, ...attempts.slice(1)]
  const waits = times.slice(1).map((at, i) => at - times[i])
  assert.ok(waits.length >= 7 && waits.length <= 11, `${waits.length} attempts in 40 s`)
  for (const [i, wait] of waits.entries()) {
    const longest = Math.min(8000, 250 * 2 ** i)
    assert.ok(wait >= longest / 2 - 10 && wait <= longest + 20, `wait ${i} is ${wait} of ${longest} ms`)
  }
  isDown = false
  pair.startServer()
  await run(9000)
  assert.equal(client.status, 'open')
  assert.equal(client.me?.name, 'Ada')
})

test('with reconnects: false a lost connection is the end', async () => {
  const pair = new Pair(fieldServer, { seed: 2 })
  const ada = await pair.join({ name: 'Ada', reconnects: false })
  const told: string[] = []
  ada.onStatus((status, reason) => told.push(`${status}: ${reason}`))
  await pair.stopServer()
  await pair.run(1000)
  assert.deepEqual(told, ['closed: The server is closing.'])
})

test('what no server takes is refused at once, in its words, and nothing is sent', async () => {
  const tooLong = { name: 'Ada', token: 'x'.repeat(513) }
  const noId = { name: 'Ada', character: 'a\ud800' }
  const cases: [ClientOptions, string][] = [
    [{ name: '   ' }, 'name'],
    [{ name: '\u6c34'.repeat(22) }, 'name'],
    [{ name: 'a\udc00' }, 'name'],
    [tooLong, 'login'],
    [noId, 'login'],
  ]
  for (const [options, code] of cases) {
    const { client, attempts, run } = await alone({ ...options, retry: true }, nobody)
    await run(20_000)
    assert.deepEqual([client.status, client.refusal?.code, client.refusal?.isFinal], ['closed', code, true])
    assert.deepEqual(attempts, [])
    assert.equal(client.wakeAt, Number.POSITIVE_INFINITY)
  }
})

test('with retry: true a first connection is tried again after growing waits, until it is there', async () => {
  const pair = new Pair(fieldServer, { seed: 3 })
  let isDown = true
  const { client, attempts, run } = await alone({ retry: true, reconnects: false }, async () => {
    if (isDown) throw new Error('Nobody listens there.')
    return pair.network.connect('server')
  })
  await run(10_000)
  assert.equal(client.status, 'connecting')
  const waits = attempts.slice(1).map((at, i) => at - attempts[i])
  assert.ok(waits.length >= 5 && waits.length <= 8, `${waits.length} more attempts in 10 s`)
  for (const [i, wait] of waits.entries()) {
    const longest = 250 * 2 ** i
    assert.ok(wait >= longest / 2 - 1 && wait <= longest + 2, `wait ${i} is ${wait} of ${longest} ms`)
  }
  isDown = false
  for (let at = 10_000; client.status === 'connecting' && at < 20_000; at += 50) {
    await run(at + 50)
    await pair.run(50)
  }
  assert.equal(client.status, 'open')
})

test('with retry: true a server that refuses for now is asked again, one that refuses for good is not', async () => {
  const pair = new Pair(fieldServer, { seed: 3, limits: { players: 1 } })
  const ada = await pair.join({ name: 'Ada' })
  const waiting = pair.connect({ name: 'Bea', retry: true })
  const impatient = pair.connect({ name: 'Cid' })
  await pair.run(5000)
  assert.deepEqual(
    [waiting.status, impatient.status, impatient.refusal?.code],
    ['connecting', 'closed', 'full'],
  )
  assert.ok((pair.host.stats.closed.full ?? 0) >= 5)
  ada.close()
  await pair.run(10_000)
  assert.equal(waiting.status, 'open')
})

test('a server that says nothing for five seconds counts as lost', async () => {
  let isMute = false
  const pair = new Pair(fieldServer, { seed: 4 })
  const toClient = (_length: number, now: number) => [isMute ? now + 100_000 : now] as never
  const ada = await pair.join({ name: 'Ada' }, { toClient })
  const told: string[] = []
  ada.onStatus((status, reason) => told.push(`${status}: ${reason}`))
  isMute = true
  await pair.run(4900)
  assert.deepEqual(told, [])
  await pair.run(400)
  assert.deepEqual(told, ['reconnecting: Nothing was heard from the server.'])
})

test('whoever asks without a connection, or what the game lacks, has a rejection for an answer', async () => {
  const pair = new Pair(fieldServer, { seed: 5 })
  const ada = await pair.join({ name: 'Ada' })
  for (const unknown of ['fly', 'toString', 'constructor'])
    await assert.rejects(ada.ask(unknown as never, {} as never), { code: 'client/unknown-request' })
  await assert.rejects(ada.ask('buy', { price: 101 }), { code: 'wire/out-of-range' })
  ada.close()
  await assert.rejects(ada.ask('buy', { price: 1 }), /There is no connection/)
})

test('a question that is open when the connection is lost is answered by that', async () => {
  const pair = new Pair(fieldServer, { seed: 6 })
  const ada = await pair.join({ name: 'Ada' })
  const asked = ada.ask('buy', { price: 1 })
  asked.catch(() => {})
  await pair.stopServer()
  await pair.run(100)
  await assert.rejects(asked, /The server is closing/)
})

test('close leaves at once, says goodbye once, and nothing is told afterwards', async () => {
  const pair = new Pair(fieldServer, { seed: 7 })
  const ada = await pair.join({ name: 'Ada' })
  const told: string[] = []
  ada.onStatus((status, reason) => told.push(`${status}: ${reason}`))
  ada.close()
  ada.close()
  await pair.run(5000)
  assert.deepEqual(told, ['closed: The player left.'])
  assert.equal(pair.host.stats.closed.bye, 1)
})

test('the figures tell ping, bytes both ways, and what is in view', async () => {
  const pair = new Pair(fieldServer, { seed: 8 })
  const slow = (_length: number, now: number) => [now + 30] as never
  const ada = await pair.join({ name: 'Ada' }, { toClient: slow, toServer: slow })
  for (let i = 0; i < 10; i++) {
    ada.command({ east: i % 2 === 0 ? 1 : -1, north: 0 })
    await pair.run(500)
  }
  const { stats } = ada
  // What is sent along is a whole number of ms.
  assert.ok(stats.pingMs >= 59.5 && stats.pingMs <= 61, `${stats.pingMs} ms`)
  assert.ok(stats.jitterMs < 1)
  assert.ok(stats.bytesPerSecondIn > 10 && stats.bytesPerSecondOut > 5)
  assert.equal(stats.entitiesInView, 1)
  assert.equal(stats.stalls, 0)
})

test('while the own character runs ahead, it is told where the server has it, and which cells are followed', async () => {
  const pair = new Pair(fieldServer, { seed: 9 })
  const slow = (_length: number, now: number) => [now + 100] as never
  const ada = await pair.join({ name: 'Ada', map: fieldMap }, { toClient: slow, toServer: slow })
  ada.command({ east: -1, north: 0 })
  await pair.run(1000)
  ada.frame()
  const { me, toldPlace } = ada
  const ahead = toldPlace!.x - me!.position.x
  assert.ok(ahead > 0.8 && ahead < 2, `the server's word is ${ahead} m behind`)
  ada.switches.prediction = false
  ada.frame()
  assert.deepEqual(ada.toldPlace, ada.me!.position)
  const { columns } = pair.host.world.grid
  assert.ok(ada.cells.includes(3 + 4 * columns), 'the cell one stands in')
  assert.equal(new Set(ada.cells).size, ada.cells.length)
})
