import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { connectTcp } from '../../../transport/index.node.ts'
import { pause, somewhere, until } from '../../../transport/socket-stage.suite.ts'
import { busSuite } from '../bus.suite.ts'
import type { Bus } from '../bus.ts'
import type { OpenBus } from '../drive.node.ts'
import { openTcpBus, type TcpBusOptions } from './tcp.node.ts'

const host = '127.0.0.1'
const secret = 'nobody guesses this one'

/** A relay before each process, which can cut what goes through it. */
async function relay(target: () => number): Promise<{ port: number; cut(): void; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ port: target(), host })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
      one.on('data', (part) => other.write(part))
    }
  })
  const port = await somewhere(
    (port) =>
      new Promise<number>((resolve, reject) =>
        server.once('error', reject).listen(port, host, () => resolve(port)),
      ),
  )
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port,
    cut,
    close: () => {
      cut()
      server.close()
    },
  }
}

const open = (me: string, options: Partial<TcpBusOptions> = {}): Promise<OpenBus> =>
  somewhere((port) => openTcpBus({ world: 'field', me, secret, host, port, ...options }))

busSuite({
  name: 'TCP',
  knowsFollowers: true,
  tellsDown: true,
  async stage(limits) {
    const joined = new Map<string, { open: OpenBus; relay: Awaited<ReturnType<typeof relay>> }>()
    return {
      async join(name) {
        const mine = await open(name, { limits })
        const front = await relay(() => Number(new URL(mine.bus.address).port))
        for (const [other, { open, relay }] of joined) {
          open.bus.meet(name, `tcp://${host}:${front.port}`)
          mine.bus.meet(other, `tcp://${host}:${relay.port}`)
        }
        joined.set(name, { open: mine, relay: front })
        return mine.bus
      },
      async crash(name) {
        const { open, relay } = joined.get(name)!
        joined.delete(name)
        relay.close()
        await open.close()
      },
      async shake() {
        for (const { relay } of joined.values()) relay.cut()
        await pause(5)
      },
      until,
      pass: pause,
      async close() {
        await Promise.all([...joined.values()].map(({ open, relay }) => [relay.close(), open.close()][1]))
      },
    }
  },
})

async function pair(
  t: { after(act: () => Promise<unknown>): void },
  other: Partial<TcpBusOptions> = {},
): Promise<[Bus, Bus, string[]]> {
  const trouble: string[] = []
  const a = await open('a', { trouble: (sentence) => void trouble.push(sentence) })
  const b = await open('b', other)
  t.after(() => Promise.all([a.close(), b.close()]))
  b.bus.meet('a', a.bus.address)
  return [a.bus, b.bus, trouble]
}

/** What becomes of a question, which waits for so many ms: long enough for every answer, where there is to be one. */
const ask = (bus: Bus, patienceMs = 20_000): Promise<string> =>
  new Promise((resolve) =>
    bus.ask(
      'a',
      'hello',
      new Uint8Array(0),
      (answer) => resolve(answer.is === 'failed' ? answer.why : answer.is),
      { patienceMs },
    ),
  )

test('[BUS20] who does not know the secret, or is of another world, is not listened to and listens to nobody', async (t) => {
  for (const other of [{ secret: 'something else altogether' }, { world: 'town' }]) {
    const [a, b, trouble] = await pair(t, other)
    let asked = 0
    a.answer('hello', (_question, _from, reply) => reply(new Uint8Array(++asked)))
    assert.equal(await ask(b, 300), 'late')
    assert.equal(asked, 0)
    if (other.world) assert.ok(trouble.includes('It belongs to another world.'))
  }
  const [a, b] = await pair(t)
  a.answer('hello', (_question, _from, reply) => reply(new Uint8Array(0)))
  assert.equal(await ask(b), 'answered')
})

test('[BUS20] nothing that comes before the proof is taken, and noise closes the socket', async (t) => {
  const [a] = await pair(t)
  for (const noise of [[8, 1, 2], [1], [3, ...new Array(32).fill(0)], [255], new Array(600).fill(1)]) {
    const link = await connectTcp(a.address)
    const reasons: string[] = []
    link.open({
      receive: () => assert.fail('it was answered'),
      closed: (reason) => void reasons.push(reason),
    })
    link.send(Uint8Array.from(noise))
    await until(() => reasons.length === 1)
    assert.deepEqual(reasons, ['It does not speak as a process of a cluster.'])
  }
})

test('[BUS21] an address where another process listens now is not taken for the one that was dialed', async (t) => {
  const [a, b] = await pair(t)
  a.answer('hello', (_question, _from, reply) => reply(new Uint8Array(0)))
  b.meet('a-2', a.address)
  const answer = await new Promise((resolve) =>
    b.ask('a-2', 'hello', new Uint8Array(0), ({ is }) => resolve(is), { patienceMs: 20_000 }),
  )
  assert.equal(answer, 'failed')
  assert.equal(await ask(b), 'answered')
})

test('[BUS22] only what is followed crosses a socket', async (t) => {
  const [a, b] = await pair(t)
  let begun = 0
  const nothing = { begun: () => void begun++, receive: () => {}, broken: () => {} }
  b.follow('a', 'cell.1', nothing)
  await until(() => begun === 1)
  const before = bytesIn(b)
  for (let cell = 2; cell < 100; cell++) a.publish(`cell.${cell}`, new Uint8Array(1000))
  a.publish('cell.1', new Uint8Array(10))
  await until(() => bytesIn(b) > before)
  await pause(20)
  assert.ok(bytesIn(b) < before + 100, `${bytesIn(b) - before} bytes came`)
})

test('a secret that is short is refused with what to do', async () => {
  await assert.rejects(open('a', { secret: 'short' }), /openssl rand/)
})

function bytesIn(bus: Bus): number {
  let bytes = 0
  bus.measure({
    add: (metric: { name: string }, value: number) =>
      void (metric.name === 'shardless_bus_bytes_in_total' && (bytes = value)),
    addAll() {},
  } as never)
  return bytes
}
