/** Opcodes over real sockets: the script that pokes a server, people of both forms, and a client of ours among them. */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { poke } from '../../../docs/examples/opcode-poke/poke.node.ts'
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import definition from '../../../docs/examples/text-dialect/server.node.ts'
import { connect } from '../../../src/client/index.node.ts'
import { opcodeDialect } from '../../../src/dialect/opcode/index.ts'
import { defineServer, type Server, serve } from '../../../src/server/index.node.ts'
import { portOf } from '../../../src/transport/index.ts'
import { until } from '../../../src/transport/socket-stage.suite.ts'
import { OpcodeClient } from './client.ts'

const TCP = 'opcode+tcp://127.0.0.1:0'
const WS = 'opcode+ws://127.0.0.1:0'
const options = { tileMetres: 1, metresPerSecond: 2, tickMs: 100 }
const quick = opcodeDialect(adapter, options)

const portFor = (server: Server, scheme: string): number =>
  portOf(server.urls.find((url) => url.startsWith(`opcode+${scheme}:`))!)

interface Dialled {
  readonly client: OpcodeClient
  readonly close: () => void
  readonly isOver: () => boolean
}

function desktop(server: Server): Dialled {
  const socket = dial({ host: '127.0.0.1', port: portFor(server, 'tcp') })
  const client = new OpcodeClient('desktop', (bytes) => void socket.write(bytes))
  let isOver = false
  socket.on('data', (chunk) => client.receive(chunk))
  socket.on('error', () => {})
  socket.on('close', () => {
    isOver = true
  })
  return { client, close: () => socket.destroy(), isOver: () => isOver }
}

async function browser(server: Server): Promise<Dialled> {
  const socket = new WebSocket(`ws://127.0.0.1:${portFor(server, 'ws')}`, 'binary')
  // Borders of messages mean nothing: each byte is one.
  const client = new OpcodeClient('browser', (bytes) => {
    for (const byte of bytes) socket.send(Uint8Array.of(byte))
  })
  let isOver = false
  socket.on('message', (chunk: Buffer) => client.receive(chunk))
  socket.on('error', () => {})
  socket.on('close', () => {
    isOver = true
  })
  await until(() => socket.readyState === WebSocket.OPEN)
  assert.equal(socket.protocol, 'binary')
  return { client, close: () => socket.terminate(), isOver: () => isOver }
}

test('[OP10] [OP20] [OP50] [OP51] a script pokes the server: configuration, login, pushed state, logout or silence', async (context) => {
  const dialect = opcodeDialect(adapter, { ...options, limits: { silenceTimeoutMs: 2500 } })
  const server = await serve(definition, { listen: [TCP], dialects: [dialect] })
  context.after(() => server.close())
  const lines: string[] = []
  const visit = { port: portFor(server, 'tcp'), name: 'Ada', password: '', stayMs: 900, heartbeatMs: 200 }
  await poke({ ...visit, print: (line) => void lines.push(line) })
  await poke({ ...visit, fallsSilent: true, print: (line) => void lines.push(line) })
  const told = lines.map((line) => line.replace(/\d+ times/g, 'N times').replace(/[\d.]+ s/, 'N s'))
  const seen = ['the server is called Green, and has closed', 'in, as Ada']
  const pushed = 'pushed: N times 25, N times 191, N times 234'
  assert.deepEqual(told, [
    ...seen,
    pushed,
    'logged out: told so, and closed',
    ...seen,
    pushed,
    'silent for N s: told so, and closed',
  ])
})

test('[OP1] [OP21] [OP41] a desktop, a browser and a client of ours see each other come, walk, talk and go', async (context) => {
  const server = await serve(definition, { listen: ['ws://127.0.0.1:0', TCP, WS], dialects: [quick] })
  context.after(() => server.close())
  const [ada, bob] = [desktop(server), await browser(server)]
  ada.client.login('Ada', '')
  bob.client.login('Bob', '')
  const ours = await connect(village, server.urls[0], { name: 'Cy' })
  context.after(() => ours.close())
  const names = (client: OpcodeClient) =>
    client.people
      .map(({ index }) => client.nameOf(index))
      .sort()
      .join()
  await until(() => names(ada.client) === 'Bob,Cy' && names(bob.client) === 'Ada,Cy')

  const heard: string[] = []
  ours.on('said', ({ text }) => void heard.push(text))
  ada.client.walk(ada.client.column - 3, ada.client.row)
  ours.command({ east: 0, north: 1 })
  await until(() => {
    ours.frame()
    const walked = [...ours.entities('villager')].find(({ name }) => name === 'Ada')?.position.x ?? 0
    const north = bob.client.people.find(({ index }) => bob.client.nameOf(index) === 'Cy')
    return walked > 130.5 && north !== undefined && bob.client.row - north.row >= 3
  })
  ada.client.chat('Good morning.')
  await until(() => bob.client.said.includes('Ada: Good morning.') && heard.includes('Good morning.'))
  bob.client.chat('A fine day.')
  await until(() => ada.client.said.includes('Bob: A fine day.') && heard.includes('A fine day.'))

  ada.client.logout()
  await until(() => names(bob.client) === 'Cy' && ada.isOver())
  bob.close()
  await until(() => server.host.stats.players === 1)
})

test('[OP12] [OP14] [OP17] an account is made by one form, used by the other, and again after a restart', async (context) => {
  const accounts = { guests: false }
  const store = `${await mkdtemp(`${tmpdir()}/opcode-`)}/town.db`
  const open = () =>
    serve(defineServer(village, { ...definition.options, accounts }), {
      listen: [TCP, WS],
      dialects: [quick],
      store,
    })
  let server = await open()
  context.after(() => server.close())
  const first = await browser(server)
  first.client.register('Ada Byron', 'words1815')
  await until(() => first.client.answers.at(-1)?.join() === '2' && first.isOver())
  const guest = desktop(server)
  guest.client.login('Somebody', '')
  await until(() => guest.client.answers.join() === '3' && guest.isOver())
  const wrong = desktop(server)
  wrong.client.login('Ada Byron', 'words1816')
  await until(() => wrong.client.answers.join() === '3' && wrong.isOver())
  const second = desktop(server)
  second.client.login('Ada Byron', 'words1815')
  await until(() => second.client.ticks > 2)
  second.client.walk(second.client.column - 2, second.client.row)
  await until(() => [...server.host.world.entities('villager')].some(({ position }) => position.x > 129.5))
  const { x } = [...server.host.world.entities('villager')][0].position

  await server.close()
  await until(second.isOver)
  assert.ok(!second.client.opcodes.includes(4), 'who is not told that it is over comes back')
  server = await open()
  const back = await browser(server)
  back.client.login('Ada Byron', 'words1815', { isComingBack: true })
  await until(() => back.client.ticks > 0)
  const [ada] = [...server.host.world.entities('villager')]
  assert.ok(ada.name === 'Ada Byron' && Math.abs(x - 130.5) < 3)
})
