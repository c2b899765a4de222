import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type NatsServer, natsMissing, startNats } from '../../../../test/outside/nats-server.node.ts'
import { pause, until } from '../../../transport/socket-stage.suite.ts'
import { openNatsBus } from '../../open-nats.node.ts'
import { busSuite } from '../bus.suite.ts'
import type { Bus } from '../bus.ts'
import type { OpenBus } from '../drive.node.ts'

const missing = natsMissing()
let worlds = 0

describe('NATS', { skip: missing ?? false }, () => {
  let server: NatsServer
  before(async () => {
    server = await startNats()
  })
  after(() => server.stop())

  busSuite({
    name: 'NATS',
    knowsFollowers: false,
    tellsDown: false,
    async stage(limits) {
      const world = `w${++worlds}`
      const joined = new Map<string, OpenBus>()
      return {
        async join(name) {
          const open = await openNatsBus({ url: server.url, world, me: name, limits })
          joined.set(name, open)
          return open.bus
        },
        async crash(name) {
          await joined.get(name)?.close()
          joined.delete(name)
        },
        async shake() {
          await server.kill()
          await server.restart()
        },
        until,
        pass: pause,
        async close() {
          await Promise.all([...joined.values()].map((open) => open.close()))
        },
      }
    },
  })

  const pair = async (
    t: { after(act: () => Promise<unknown>): void },
    pingMs?: number,
  ): Promise<[Bus, Bus]> => {
    const world = `w${++worlds}`
    const open = (me: string) => openNatsBus({ url: server.url, world, me, pingMs })
    const [a, b] = [await open('a'), await open('b')]
    t.after(() => Promise.all([a.close(), b.close()]))
    return [a.bus, b.bus]
  }

  test('[BUS30] publishing while the broker is away throws nothing, and nothing of it is missing unnoticed', async (t) => {
    const [a, b] = await pair(t)
    const log: string[] = []
    b.follow('a', 'x', {
      begun: () => void log.push('begun'),
      receive: (bytes) => void log.push(String(bytes[0])),
      broken: () => void log.push('broken'),
    })
    await until(() => log.length === 1)
    await server.kill()
    for (let count = 0; count < 5; count++) a.publish('x', Uint8Array.of(count))
    await server.restart()
    // Nothing more is published: it is the author who says how far the topic is.
    await until(() => log.filter((one) => one === 'begun').length >= 2)
    const from = log.length
    a.publish('x', Uint8Array.of(99))
    await until(() => log.at(-1) === '99')
    assert.ok(log.includes('broken'))
    assert.equal(log.length, from + 1)
  })

  test('[BUS30] what was asked while the broker was away is answered when it is back', async (t) => {
    const [a, b] = await pair(t)
    a.answer('count', (_question, _from, reply) => reply(Uint8Array.of(1)))
    await server.kill()
    let answer = ''
    b.ask('a', 'count', new Uint8Array(0), ({ is }) => void (answer = is), { patienceMs: 10_000 })
    await pause(50)
    await server.restart()
    await until(() => answer !== '')
    assert.equal(answer, 'answered')
  })

  test('[BUS31] a broker that hangs is noticed within three pings, and links go on when it is back', async (t) => {
    const [a, b] = await pair(t, 100)
    const heard: number[] = []
    a.accept((link) => link.open({ receive: ([one]) => void heard.push(one), closed: () => {} }))
    const link = b.connect('a')
    link.open({ receive: () => {}, closed: () => {} })
    link.send(Uint8Array.of(1))
    await until(() => heard.length === 1)
    server.pause()
    try {
      link.send(Uint8Array.of(2))
      await until(() => socketsOf(b) === 0)
    } finally {
      server.resume()
    }
    link.send(Uint8Array.of(3))
    await until(() => heard.length === 3)
    assert.deepEqual(heard, [1, 2, 3])
  })

  test('[BUS32] nobody subscribes to more than it needs, and whoever records all topics answers nothing', async (t) => {
    const [a, b] = await pair(t)
    a.answer('name', (_question, _from, reply) => reply(Uint8Array.of(7)))
    let begun = 0
    b.follow('a', 'cell.1', { begun: () => void begun++, receive: () => {}, broken: () => {} })
    await until(() => begun === 1)
    const { subscriptions_list: subjects } = (await (
      await fetch(`${server.monitorUrl}/subsz?subs=1`)
    ).json()) as {
      subscriptions_list: { subject: string }[]
    }
    const ours = subjects
      .map(({ subject }) => subject)
      .filter((one) => one.startsWith(`shardless.w${worlds}.`))
    assert.deepEqual(ours.sort(), [
      `shardless.w${worlds}.to.a`,
      `shardless.w${worlds}.to.b`,
      `shardless.w${worlds}.topic.a.cell.1`,
    ])
    const { connect } = await import('@nats-io/transport-node')
    const { jetstreamManager } = await import('@nats-io/jetstream')
    const recorder = await connect({ servers: server.url.slice(7) })
    t.after(() => recorder.close())
    const streams = await jetstreamManager(recorder)
    await streams.streams.add({ name: `all-${worlds}`, subjects: [`shardless.w${worlds}.topic.>`] })
    const answers: number[] = []
    for (let count = 0; count < 20; count++)
      b.ask(
        'a',
        'name',
        new Uint8Array(0),
        (answer) => void answers.push(answer.is === 'answered' ? answer.body[0] : -1),
      )
    await until(() => answers.length === 20)
    assert.deepEqual(new Set(answers), new Set([7]))
  })
})

test('an address that is none, and one where nobody listens, are a sentence each', async () => {
  const open = (url: string) => openNatsBus({ url, world: 'w', me: 'a' })
  await assert.rejects(open('http://127.0.0.1'), /is no address of NATS; write one like nats:/)
  await assert.rejects(open('nats://127.0.0.1:1'), /nobody listens there; is nats-server running\?/)
})

function socketsOf(bus: Bus): number {
  let sockets = 0
  const add = (metric: { name: string }, value: number): void => {
    if (metric.name === 'shardless_bus_sockets') sockets = value
  }
  bus.measure({ add, addAll() {} } as never)
  return sockets
}
