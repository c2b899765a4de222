import assert from 'node:assert/strict'
import { FOREVER, instant } from '../../core/index.ts'
import { type MemoryLink, MemoryNetwork } from '../index.ts'
import { type LinkUnderTest, linkSuite } from '../link.suite.ts'

for (const isReliable of [true, false]) linkSuite(memoryLink(isReliable))

/** Makes memory links with a driver that moves virtual time from one delivery to the next. */
function memoryLink(isReliable: boolean): LinkUnderTest {
  return {
    name: isReliable ? 'memory streams' : 'memory datagrams',
    isReliable,
    clientCanPause: true,
    async stage({ server: serverOptions = {}, client: clientOptions = {} } = {}) {
      const later = (_length: number, now: number) => [instant(now + 20)]
      const network = new MemoryNetwork({ isReliable, toServer: later, toClient: later })
      const accepted: MemoryLink[] = []
      const listen = () => network.listen('town', (link) => accepted.push(link), serverOptions)
      const step = () => {
        assert.notEqual(network.wakeAt, FOREVER, 'nothing more is going to happen')
        network.deliver(network.wakeAt)
      }
      const connect = () => {
        const client = network.connect('town', clientOptions)
        while (accepted.length === 0) step()
        return { client, server: accepted.shift()! }
      }
      return {
        listener: listen(),
        connect: async () => connect(),
        async connectMortal() {
          const { client, server } = connect()
          return { server, die: () => client.abort() }
        },
        async until(isSo) {
          while (!isSo()) step()
        },
        async settle() {
          while (network.wakeAt !== FOREVER) step()
        },
        listenAgain: async () => listen(),
      }
    },
  }
}
