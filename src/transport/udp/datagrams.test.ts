import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { listenDatagrams } from '../index.node.ts'
import { host, somewhere, until } from '../socket-stage.suite.ts'

test('[L80] a port of bare datagrams answers each peer at its own address', async (context) => {
  const listener = await somewhere((port) =>
    listenDatagrams({
      host,
      port,
      now: () => instant(performance.now()),
      accept: (link) => link.open({ receive: (packet) => void link.send(packet), closed() {} }),
    }),
  )
  context.after(() => listener.close('the test is over'))
  const heard: string[] = []
  const sockets = ['one', 'two'].map((name) => {
    const socket = createSocket('udp4')
    socket.on('message', (packet) => void heard.push(`${name}: ${packet}`))
    socket.send(name, Number(new URL(listener.url).port), host)
    return socket
  })
  await until(() => heard.length === 2)
  assert.deepEqual(heard.sort(), ['one: one', 'two: two'])
  assert.deepEqual(listener.dropped(), {})
  for (const socket of sockets) socket.close()
})
