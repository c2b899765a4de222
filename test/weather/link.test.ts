import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, instant, Random } from '../../src/core/index.ts'
import { parseWeather, WatchedLink, WeatherAir } from '../../src/lab/index.ts'
import {
  type Link,
  type LinkHandler,
  type LinkOptions,
  type MemoryLink,
  MemoryNetwork,
} from '../../src/transport/index.ts'
import { type LinkUnderTest, linkSuite } from '../../src/transport/link.suite.ts'

for (const weather of ['100ms±20', '40ms±10 loss=10% burst=2%x60ms repeat=5% stall=2s/300ms rate=800kB/s'])
  linkSuite(inWeather(weather, true))
linkSuite(inWeather('50ms', false))

linkSuite(watched())

for (const hasLeft of [true, false])
  test(`[L18] that the peer has ${hasLeft ? '' : 'not '}left is told through weather and watchers, as late as the closing`, () => {
    const network = new MemoryNetwork({ isReliable: true })
    network.listen('town', () => {})
    const inner = network.connect('town')
    let end = (_hasLeft: boolean): void => {}
    inner.open = ({ closed }: LinkHandler): void => {
      end = (hasLeft) => closed('the peer went away', hasLeft)
    }
    const figures = parseWeather('100ms')
    const air = new WeatherAir(
      { out: figures, in: figures },
      { random: new Random(1), now: () => network.now, wake() {} },
    )
    const told: unknown[] = []
    const link = new WatchedLink(air.wrap(inner), { sent() {}, received() {} })
    link.open({ receive() {}, closed: (...ending) => told.push(...ending) })
    end(hasLeft)
    network.deliver(instant(99))
    air.poll()
    assert.deepEqual(told, [])
    network.deliver(instant(100))
    air.poll()
    assert.deepEqual(told, ['the peer went away', hasLeft])
  })

/** Memory links whose two ends are watched. */
function watched(): LinkUnderTest {
  const inner = inWeather('20ms', true)
  const watch = (link: Link): Link => new WatchedLink(link, { sent() {}, received() {} })
  return {
    ...inner,
    name: 'watched streams',
    async stage(options) {
      const stage = await inner.stage(options)
      const connect = async () => {
        const { client, server } = await stage.connect()
        return { client: watch(client), server: watch(server) }
      }
      return { ...stage, connect }
    },
  }
}

/** Memory links whose two ends are both in weather. */
function inWeather(weather: string, isReliable: boolean): LinkUnderTest {
  return {
    name: `${isReliable ? 'streams' : 'datagrams'} in "${weather}"`,
    isReliable,
    clientCanPause: true,
    async stage({ server: serverOptions = {}, client: clientOptions = {} } = {}) {
      const network = new MemoryNetwork({ isReliable })
      const figures = parseWeather(weather)
      const random = new Random(16)
      const airOf = (options: Partial<LinkOptions>) =>
        new WeatherAir(
          { out: figures, in: figures },
          { ...options, random: random.fork(), now: () => network.now, wake() {} },
        )
      const airs = { server: airOf(serverOptions), client: airOf(clientOptions) }
      const accepted: Link[] = []
      const listen = () =>
        network.listen('town', (link) => void accepted.push(airs.server.wrap(link)), serverOptions)
      const step = () => {
        const at = Math.min(network.wakeAt, airs.server.wakeAt, airs.client.wakeAt)
        assert.notEqual(at, FOREVER, 'nothing more is going to happen')
        network.deliver(instant(Math.max(at, network.now)))
        airs.server.poll()
        airs.client.poll()
      }
      const connect = () => {
        const inner = network.connect('town', clientOptions)
        const client = airs.client.wrap(inner)
        while (accepted.length === 0) step()
        return { client, inner, server: accepted.shift() as Link }
      }
      return {
        listener: listen(),
        connect: async () => connect(),
        async connectMortal() {
          const { inner, server } = connect()
          return { server, die: () => (inner as MemoryLink).abort() }
        },
        async until(isSo) {
          for (let steps = 0; !isSo(); steps++) {
            assert.ok(steps < 1_000_000, 'still not so')
            step()
          }
        },
        async settle() {
          for (let end = network.now + 200; network.now < end; ) {
            const at = Math.min(network.wakeAt, airs.server.wakeAt, airs.client.wakeAt)
            if (at > end) return
            step()
          }
        },
        listenAgain: async () => listen(),
      }
    },
  }
}
