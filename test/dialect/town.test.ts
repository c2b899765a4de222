/** Somebody with netcat and somebody with a client of ours, in the same village over real sockets. */
import assert from 'node:assert/strict'
import { connect as dial, type Socket } from 'node:net'
import { test } from 'node:test'
import text from '../../docs/examples/text-dialect/dialect.ts'
import { village } from '../../docs/examples/text-dialect/game.ts'
import definition from '../../docs/examples/text-dialect/server.node.ts'
import { connect } from '../../src/client/index.node.ts'
import { OutsideError } from '../../src/core/index.ts'
import { defineDialect } from '../../src/dialect/index.ts'
import { defineServer, type ServeOptions, type Server, serve } from '../../src/server/index.node.ts'
import { portOf } from '../../src/transport/index.ts'
import { until } from '../../src/transport/socket-stage.suite.ts'

const TEXT = 'text+tcp://127.0.0.1:0'

/** A socket, and the lines that came over it. */
function netcat(server: Server): {
  type: (line: string) => void
  lines: string[]
  socket: Socket
  isOver: () => boolean
} {
  const socket = dial({
    host: '127.0.0.1',
    port: portOf(server.urls.find((url) => url.startsWith('text+'))!),
  })
  const lines: string[] = []
  let rest = ''
  let isOver = false
  socket.on('error', () => {})
  socket.on('close', () => {
    isOver = true
  })
  socket.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  return { type: (line) => void socket.write(`${line}\n`), lines, socket, isOver: () => isOver }
}

test('one who types and one with a client see each other come, walk, talk and go', async (context) => {
  const server = await serve(definition, { listen: ['ws://127.0.0.1:0', TEXT], dialects: [text] })
  context.after(() => server.close())
  assert.match(server.urls[1], /^text\+tcp:\/\/127\.0\.0\.1:\d+$/)
  assert.deepEqual(server.host.listeners, [server.urls[0]], 'clients of ours are told of what they can use')
  const typist = netcat(server)
  typist.type('hello Ada')
  await until(() => typist.lines.includes('comes Ada 128.0 128.0'))
  const client = await connect(village, server.urls[0], { name: 'Bob' })
  context.after(() => client.close())
  await until(() => typist.lines.includes('comes Bob 128.0 128.0'))
  const heard: string[] = []
  client.on('said', ({ text }) => void heard.push(text))
  const ada = () => [...client.entities('villager')].find(({ name }) => name === 'Ada')

  client.command({ east: 1, north: 0 })
  typist.type('walk north')
  await until(() => {
    client.frame()
    return typist.lines.some((line) => /^moves Bob 13\d/.test(line)) && (ada()?.position.y ?? 0) > 131
  })
  typist.type('say It is a fine day.')
  await until(() => heard.includes('It is a fine day.') && typist.lines.includes('done {"heardBy":2}'))
  await client.ask('say', { text: 'Is\nit?' })
  await until(() => typist.lines.includes('says Bob: Is it?'))

  client.close()
  await until(() => typist.lines.includes('goes Bob'))
  typist.type('quit')
  await until(() => typist.isOver() && server.host.stats.players === 0)
})

test('an account of the engine is made and used by typing, with a wrong password told by name', async (context) => {
  const accounts = { guests: false }
  const options = { ...definition.options, accounts }
  const server = await serve(defineServer(village, options), {
    listen: [TEXT],
    dialects: [text],
    store: 'memory:',
  })
  context.after(() => server.close())
  const first = netcat(server)
  first.type('hello Ada')
  await until(() => first.lines.some((line) => line.startsWith('refused login: ')) && first.isOver())
  const second = netcat(server)
  second.type('register Ada correct horse battery')
  await until(() => second.lines.includes('comes Ada 128.0 128.0'))
  second.type('walk east')
  await until(() => second.lines.some((line) => line.startsWith('moves Ada 13')))
  second.socket.end()
  await until(() => server.host.stats.players === 0)
  const third = netcat(server)
  third.type('login Ada wrong horse')
  await until(() => third.lines.some((line) => line.startsWith('refused wrong: ')))
  third.type('login Ada correct horse battery')
  await until(() => third.lines.includes('in Green'))
})

test('[D2] [D3] what is spoken at an address is a sentence where it cannot be', async () => {
  const datagrams = defineDialect({ name: 'bare', carries: ['datagrams'], begin: () => ({}) as never })
  const refusals: readonly [ServeOptions, RegExp][] = [
    [
      { listen: ['opcode+tcp://127.0.0.1:0'] },
      /^Nobody speaks the dialect "opcode" here; there are text\+, and our own/,
    ],
    [
      { listen: ['text+udp://127.0.0.1:0'] },
      /^The dialect text does not go over udp:\/\/; use text\+ws:\/\/ or .*text\+tcp:\/\/\.$/,
    ],
    [{ listen: ['bare+tcp://127.0.0.1:0'], dialects: [text, datagrams] }, /use bare\+udp:\/\/\.$/],
    [
      { listen: ['text+tcp://0.0.0.0:0'] },
      /passwords that anybody on the way can read, .* --accept-risk clear-passwords\.$/,
    ],
  ]
  for (const [options, sentence] of refusals)
    await assert.rejects(serve(definition, { dialects: [text], ...options }), (error) => {
      assert.ok(error instanceof OutsideError)
      assert.match(error.message, sentence)
      return true
    })
  const listen = ['text+tcp://0.0.0.0:0']
  await (await serve(definition, { listen, dialects: [text], acceptRisks: ['clear-passwords'] })).close()
})
