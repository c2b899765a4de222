import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { listenTcp } from '../index.node.ts'
import type { Link } from '../index.ts'
import { host, somewhere, until } from '../socket-stage.suite.ts'

/** Makes a listener for bare streams, and a plain socket that is connected to it. */
async function stage(context: { after(act: () => Promise<void>): void }) {
  const told: string[] = []
  const heard: string[] = []
  let link: Link | undefined
  const listener = await somewhere((port) =>
    listenTcp({
      host,
      port,
      carries: 'stream',
      packetBytesMax: 1000,
      admit: () => (link ? 'One is enough.' : undefined),
      accept: (one) => {
        link = one
        one.open({
          receive: (chunk) => void told.push(new TextDecoder().decode(chunk)),
          closed: (reason, hasLeft) => void told.push(`closed: ${reason} ${hasLeft}`),
        })
      },
    }),
  )
  context.after(() => listener.close('the test is over'))
  const call = () => {
    const socket = connect({ host, port: Number(new URL(listener.url).port) })
    socket.on('data', (chunk) => void heard.push(chunk.toString()))
    socket.on('end', () => void heard.push('(end)'))
    return socket
  }
  const socket = call()
  await until(() => link !== undefined)
  return { socket, call, link: link as unknown as Link, told, heard }
}

test('[L70] a bare stream goes both ways as it is, however it is cut', async (context) => {
  const { socket, link, told, heard } = await stage(context)
  socket.write('hello\n'.repeat(500))
  await until(() => told.join('').length === 3000)
  assert.equal(told.join(''), 'hello\n'.repeat(500))
  assert.ok(told.every((chunk) => chunk.length <= 1000))
  link.send(new TextEncoder().encode('a\n'))
  link.send(new TextEncoder().encode('b\n'))
  await until(() => heard.join('') === 'a\nb\n')
})

test('[L71] who ends a bare stream has left it; one that is closed here ends without a word', async (context) => {
  const first = await stage(context)
  first.socket.end('bye\n')
  await until(() => first.told.length === 2)
  assert.deepEqual(first.told, ['bye\n', 'closed:  true'])
  const second = await stage(context)
  second.link.send(new TextEncoder().encode('last'))
  second.link.close('enough')
  await until(() => second.heard.includes('(end)') && second.told.length === 1)
  assert.deepEqual(second.heard, ['last', '(end)'])
  assert.deepEqual(second.told, ['closed: enough false'])
})

test('[L71] who is not admitted to a bare stream finds it ended', async (context) => {
  const { call, heard } = await stage(context)
  call()
  await until(() => heard.length === 1)
  assert.deepEqual(heard, ['(end)'])
})
