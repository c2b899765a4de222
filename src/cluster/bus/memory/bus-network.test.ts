import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../../../core/index.ts'
import { type BusUnderTest, busSuite } from '../bus.suite.ts'
import { BusNetwork, type BusNetworkOptions } from './bus-network.ts'

/** Plays the suite in virtual time. */
function memory(name: string, options: BusNetworkOptions): BusUnderTest {
  return {
    name,
    knowsFollowers: true,
    tellsDown: true,
    async stage(limits = {}) {
      const network = new BusNetwork({ ...options, limits })
      const names: string[] = []
      let now = 0
      const step = async (ms: number): Promise<void> => {
        for (const end = now + ms; now < end; ) {
          now = Math.min(end, Math.max(now, network.wakeAt))
          for (let turns = 0; turns < 1000 && network.deliver(instant(now)); turns++);
          if (network.wakeAt <= now) now += 0.01
        }
        await undefined
      }
      const ways = (act: (from: string, to: string) => void): void => {
        for (const from of names) for (const to of names) if (from !== to) act(from, to)
      }
      return {
        async join(name) {
          names.push(name)
          return network.join(name)
        },
        async crash(name) {
          network.crash(name)
        },
        async shake() {
          ways((from, to) => network.cut(from, to))
          await step(100)
          ways((from, to) => network.heal(from, to))
        },
        async until(isSo) {
          for (const end = now + 60_000; !isSo(); await step(1)) assert.ok(now < end, `not so: ${isSo}`)
        },
        pass: step,
        async close() {},
      }
    },
  }
}

busSuite(memory('memory', {}))
const dice = new Random(7)
busSuite(memory('memory with delays', { delayMs: () => dice.integer(0, 30) }))

/** Two processes with a quiet link between them. */
function quiet(options: BusNetworkOptions = {}) {
  const network = new BusNetwork(options)
  const [a, b] = [network.join('a'), network.join('b')]
  const ended: string[] = []
  let carried = 0
  let now = 0
  const pass = (ms: number): void => {
    for (const end = now + ms; now < end; now++)
      for (let turns = 0; turns < 100 && network.deliver(instant(now)); turns++);
  }
  a.accept((link) =>
    link.open({ receive: () => void carried++, closed: (reason) => void ended.push(`a: ${reason}`) }),
  )
  const link = b.connect('a')
  link.open({ receive: () => {}, closed: (reason) => void ended.push(`b: ${reason}`) })
  pass(1000)
  return { network, a, b, link, ended, pass, carried: () => carried }
}

test('[BUS13] a link given up while the way was broken ends at the other end as soon as the way is there', () => {
  const { network, a, ended, pass } = quiet()
  network.sever('a', 'b')
  pass(1000)
  a.forget('b')
  pass(20_000)
  assert.deepEqual(ended, ['a: the peer is gone'])
  network.heal('a', 'b')
  network.heal('b', 'a')
  pass(10)
  assert.deepEqual(ended, ['a: the peer is gone', 'b: connection lost'])
})

test('[BUS13] a link on which nothing is said lasts, over a broken way too', () => {
  const { network, link, ended, pass, carried } = quiet()
  pass(60_000)
  network.sever('a', 'b')
  pass(60_000)
  network.heal('a', 'b')
  network.heal('b', 'a')
  pass(60_000)
  assert.deepEqual(ended, [])
  link.send(Uint8Array.of(1))
  pass(100)
  assert.equal(carried(), 1)
})

test('[BUS13] a link given up ends at the other end within seconds where nobody says that the way was broken', () => {
  let isBroken = false
  const { a, ended, pass } = quiet({ isLost: () => isBroken })
  isBroken = true
  a.forget('b')
  pass(20_000)
  assert.deepEqual(ended, ['a: the peer is gone'])
  isBroken = false
  pass(6000)
  assert.deepEqual(ended, ['a: the peer is gone', 'b: connection lost'])
})
