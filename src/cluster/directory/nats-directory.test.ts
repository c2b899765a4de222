import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type NatsServer, natsMissing, startNats } from '../../../test/outside/nats-server.node.ts'
import { OwnTime } from '../../../test/outside/own-time.ts'
import { pause } from '../../transport/socket-stage.suite.ts'
import { openNatsDirectory } from '../open-nats.node.ts'
import { directorySuite, memberOf } from './directory.suite.ts'
import type { OpenDirectory } from './nats-directory.node.ts'

let worlds = 0

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await isSo().catch(() => false)); await pause(20))
    assert.ok(performance.now() < end, `still not so after 20 s: ${isSo}`)
}

describe('a directory on NATS', { skip: natsMissing() ?? false }, () => {
  let server: NatsServer
  before(async () => {
    server = await startNats()
  })
  after(() => server.stop())

  const open = (world: string, listMs?: number): Promise<OpenDirectory> =>
    openNatsDirectory({ url: server.url, world, listMs })

  directorySuite({
    name: 'NATS',
    async stage() {
      const world = `d${++worlds}`
      const opened: OpenDirectory[] = []
      return {
        async open() {
          opened.push(await open(world))
          return opened[opened.length - 1].directory
        },
        pass: pause,
        until,
        async close() {
          await Promise.all(opened.map((one) => one.close()))
        },
      }
    },
  })

  test('a broker that is away makes every question fail in time, and what was kept is there when it is back', async (t) => {
    const { directory, close } = await open(`d${++worlds}`)
    await directory.assign({ district: 3, owner: 'a', epoch: 9, movingTo: '' }, 0)
    await directory.renew(memberOf('a'))
    await until(async () => (await directory.look()).members.length === 1)
    await server.kill()
    const own = new OwnTime(t)
    await assert.rejects(directory.look(), /does not answer/)
    await assert.rejects(directory.renew(memberOf('a')), /does not answer/)
    await assert.rejects(directory.lead('a'), /does not answer/)
    assert.ok(own.ms < 2000, `${own.ms} ms`)
    await server.restart()
    await until(async () => (await directory.look()).assignments[0]?.epoch === 9)
    assert.equal((await directory.look()).members.length, 1, 'whoever was there has the time to say so again')
    await until(async () => (await directory.look()).members.length === 0)
    await close()
  })

  test('another bucket behind an open watcher is noticed: nothing of the old one is believed', async () => {
    const { Kvm } = await import('@nats-io/kv')
    const { connect } = await import('@nats-io/transport-node')
    const world = `d${++worlds}`
    const [one, other] = [await open(world, 100), await open(world, 100)]
    await one.directory.assign({ district: 3, owner: 'a', epoch: 9, movingTo: '' }, 0)
    await until(async () => (await other.directory.look()).assignments.length === 1)
    const operator = await connect({ servers: server.url.slice(7) })
    const buckets = new Kvm(operator)
    await (await buckets.open(`shardless-${world}-districts`)).destroy()
    await buckets.create(`shardless-${world}-districts`, { history: 1 })
    await until(async () => (await other.directory.look()).assignments.length === 0)
    assert.equal(await one.directory.assign({ district: 3, owner: 'b', epoch: 10, movingTo: '' }, 0), true)
    await until(async () => (await other.directory.look()).assignments[0]?.owner === 'b')
    await Promise.all([one.close(), other.close(), operator.close()])
  })

  test('a bucket of this name that keeps its keys for longer is refused, with what to do', async () => {
    const { Kvm } = await import('@nats-io/kv')
    const { connect } = await import('@nats-io/transport-node')
    const world = `d${++worlds}`
    const operator = await connect({ servers: server.url.slice(7) })
    await new Kvm(operator).create(`shardless-${world}-alive`, { ttl: 5000, history: 1 })
    await assert.rejects(open(world), /keeps its keys for 5000 ms, not 2000; delete it/)
    await operator.close()
  })
})
