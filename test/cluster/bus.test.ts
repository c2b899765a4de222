/** The bus from its public door: what a program of several processes is made of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bus, BusNetwork } from 'shardless/cluster'
import { openTcpBus } from 'shardless/cluster/node'
import { instant } from 'shardless/core'
import { somewhere, until } from '../../src/transport/socket-stage.suite.ts'

function answerTo(bus: Bus, log: string[]): void {
  bus.answer('greet', (question, from, reply) => reply(Uint8Array.of(question[0] + 1, from.length)))
  bus.accept((link, from) =>
    link.open({
      receive: (packet) => void link.send(packet),
      closed: (reason) => void log.push(`${from} closed: ${reason}`),
    }),
  )
}

function talk(bus: Bus, log: string[]): void {
  bus.ask('region', 'greet', Uint8Array.of(1), (answer) => {
    log.push(answer.is === 'answered' ? `answer ${answer.body}` : answer.why)
  })
  const link = bus.connect('region')
  link.open({
    receive(packet) {
      log.push(`echo ${packet}`)
      link.close('enough')
    },
    closed: () => {},
  })
  link.send(Uint8Array.of(5))
}

const heard = ['answer 2,7', 'echo 5', 'gateway closed: enough']

test('two processes ask, answer and open links over sockets', async (t) => {
  const open = (me: string) =>
    somewhere((port) =>
      openTcpBus({ world: 'field', me, secret: 'a secret of this test', host: '127.0.0.1', port }),
    )
  const [region, gateway] = await Promise.all([open('region'), open('gateway')])
  t.after(() => Promise.all([region.close(), gateway.close()]))
  gateway.bus.meet('region', region.bus.address)
  const log: string[] = []
  answerTo(region.bus, log)
  talk(gateway.bus, log)
  await until(() => log.length === 3)
  assert.deepEqual(log, heard)
})

test('they do the same in one process, in virtual time', () => {
  const network = new BusNetwork()
  const log: string[] = []
  answerTo(network.join('region'), log)
  talk(network.join('gateway'), log)
  for (let now = 0; now < 100; now++) while (network.deliver(instant(now)));
  assert.deepEqual(log, heard)
})
