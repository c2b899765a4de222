import assert from 'node:assert/strict'
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
