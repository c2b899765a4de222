/** One account of the engine, over one protocol after the other: whoever logs in last has the character. */
import assert from 'node:assert/strict'
import { connect as dial } from 'node:net'
import { type TestContext, test } from 'node:test'
import { village } from '../../docs/examples/text-dialect/game.ts'
import { accountsAt, connect } from '../../src/client/index.node.ts'
import { defineServer, serve } from '../../src/server/index.node.ts'
import { portOf } from '../../src/transport/index.ts'
import { until } from '../../src/transport/socket-stage.suite.ts'
import definition, { carriers, dialects } from './every-dialect.node.ts'
import { OpcodeClient } from './opcode/client.ts'
import { PickleClient } from './pymmorpg/pickle-client.ts'

const NAME = 'Ada'
const PASSWORD = 'correct horse'

/** Somebody who is in, until somebody else is with the same account. */
interface Person {
  isIn(): boolean
  isOver(): boolean
  /** Walks east until told otherwise, where the protocol can. */
  walk(): void
}

/** Opens a socket to a listener; `received` is given what comes. */
function open(context: TestContext, port: number, received: (bytes: Buffer) => void) {
  const socket = dial({ host: '127.0.0.1', port })
  context.after(() => socket.destroy())
  let isOver = false
  socket.on('error', () => {})
  socket.on('close', () => {
    isOver = true
  })
  socket.on('data', received)
  return { send: (bytes: Uint8Array | string) => void socket.write(bytes), isOver: () => isOver }
}

function typist(context: TestContext, port: number): Person {
  let heard = ''
  const { send, isOver } = open(context, port, (bytes) => {
    heard += bytes
  })
  send(`login ${NAME} ${PASSWORD}\n`)
  return { isIn: () => heard.includes('in Green'), isOver, walk: () => send('walk east\n') }
}

function miner(context: TestContext, port: number): Person {
  const { send, isOver } = open(context, port, (bytes) => client.receive(bytes))
  const client = new OpcodeClient('desktop', send)
  client.login(NAME, PASSWORD)
  return {
    isIn: () => client.column >= 0,
    isOver,
    walk: () => client.walk(client.column - 6, client.row),
  }
}

function snake(context: TestContext, port: number): Person {
  const { send, isOver } = open(context, port, (bytes) => client.receive(bytes))
  const client = new PickleClient(send)
  let isIn = false
  client.ask(['login', NAME, PASSWORD], ([answer]) => {
    isIn = answer === true
  })
  return { isIn: () => isIn, isOver, walk: () => client.ask(['move', [8, 0]]) }
}

test('an account that logs in over another protocol has its character there, where it was, and no second one', async (context) => {
  const listen = ['ws', ...carriers].map((carrier) => `${carrier}://127.0.0.1:0`)
  const withAccounts = defineServer(village, { ...definition.options, accounts: { guests: false } })
  const server = await serve(withAccounts, { listen, dialects, store: 'memory:' })
  context.after(() => server.close())
  const portFor = (name: string) => portOf(server.urls.find((url) => url.startsWith(name))!)
  const page = `127.0.0.1:${portFor('ws:')}`
  const accounts = accountsAt(`http://${page}`)
  await accounts.register(NAME, PASSWORD)
  const native = async (): Promise<Person> => {
    const { token } = await accounts.login(NAME, PASSWORD)
    const client = await connect(village, `ws://${page}`, { name: NAME, token, reconnects: false })
    context.after(() => client.close())
    return {
      isIn: () => client.me !== undefined,
      isOver: () => client.status === 'closed',
      walk: () => client.command({ east: 1, north: 0 }),
    }
  }
  const comers = [
    native,
    () => typist(context, portFor('text+')),
    () => miner(context, portFor('opcode+')),
    () => snake(context, portFor('pymmorpg+')),
    () => miner(context, portFor('opcode+')),
    native,
  ]
  const villagers = () => [...server.world.entities('villager')]
  let before: Person | undefined
  let body: number | undefined
  for (const [at, come] of comers.entries()) {
    const one = await come()
    await until(() => one.isIn() && before?.isOver() !== false)
    body ??= villagers()[0].id
    assert.deepEqual(
      villagers().map(({ id, name }) => [id, name]),
      [[body, NAME]],
      `${at}: the body that was there, and no other`,
    )
    assert.equal(server.host.stats.players, 1)
    const { x } = villagers()[0].position
    one.walk()
    await until(() => Math.abs(villagers()[0].position.x - x) > 1)
    before = one
  }
})
