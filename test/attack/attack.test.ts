/** Attacks on a server that runs, over real UDP sockets, while players play. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { type Client, connect } from 'shardless/client'
import { type ServeOptions, type Server, serve } from 'shardless/server'
import { Random } from '../../src/core/index.ts'
import { pause, somewhere, until } from '../../src/transport/socket-stage.suite.ts'
import { field, fieldServer } from '../field/field.ts'
import { OwnTime } from '../outside/own-time.ts'

const host = '127.0.0.1'

interface Town {
  readonly server: Server<typeof field>
  readonly port: number
}

function open(t: TestContext, options: ServeOptions = {}): Promise<Town> {
  return somewhere(async (port) => {
    const server = await serve(fieldServer, { listen: [`udp://${host}:${port}`], ...options })
    t.after(() => server.close())
    return { server, port }
  })
}

async function join(t: TestContext, { port }: Town, name: string): Promise<Client<typeof field>> {
  const client = await connect(field, `udp://${host}:${port}`, { name })
  t.after(() => client.close())
  return client
}

async function socket(t: TestContext): Promise<Socket> {
  const made = createSocket('udp4')
  made.bind(0, host)
  await once(made, 'listening')
  t.after(() => made.close())
  return made
}

/** Someone on the way between the players and the server, who writes everything down. */
interface Relay {
  readonly publicAddress: string
  /** What players sent, in order. */
  readonly heard: Buffer[]
  /** By which the server hears of the first player. */
  own?: Socket
  serverPort: number
}

async function eavesdropper(t: TestContext): Promise<Relay> {
  let isOver = false
  t.after(() => {
    isOver = true
  })
  const front = await socket(t)
  const relay: Relay = { publicAddress: `${host}:${front.address().port}`, heard: [], serverPort: 0 }
  const onward = new Map<number, Socket>()
  front.on('message', async (bytes, { port }) => {
    if (isOver) return
    relay.heard.push(Buffer.from(bytes))
    let back = onward.get(port)
    if (!back) {
      back = await socket(t)
      onward.set(port, back)
      relay.own ??= back
      back.on('message', (answer) => {
        if (!isOver) front.send(Uint8Array.from(answer), port, host)
      })
    }
    back.send(Uint8Array.from(bytes), relay.serverPort, host)
  })
  return relay
}

/** Walks to and fro, asking now and then. @returns how the talk went */
async function play(client: Client<typeof field>, ms: number): Promise<{ ticks: number; stalls: number }> {
  const before = client.stats
  for (let turn = 0; turn < ms / 100; turn++) {
    client.command({ east: turn % 2 === 0 ? 1 : -1, north: 0 })
    if (turn % 5 === 0) assert.deepEqual(await client.ask('buy', { price: turn }), { left: 100 - turn })
    await pause(100)
  }
  const { ticksReceived, stalls } = client.stats
  return { ticks: ticksReceived - before.ticksReceived, stalls: stalls - before.stalls }
}

test('everything that was recorded on the way, played again, bent, or sent from elsewhere, changes nothing', async (t) => {
  const relay = await eavesdropper(t)
  const { heard, publicAddress } = relay
  const town = await open(t, { publicAddress })
  relay.serverPort = town.port
  const ada = await join(t, town, 'Ada')
  await play(ada, 500)
  const recorded = [...heard]
  assert.ok(recorded.length > 10)
  const before = town.server.host.stats
  const stranger = await socket(t)
  let answers = 0
  stranger.on('message', () => answers++)
  const dice = new Random(9)
  const own = new OwnTime(t)
  const playing = play(ada, 1500)
  for (const bytes of recorded) {
    const bent = Uint8Array.from(bytes)
    bent[dice.integer(0, bent.length - 1)] ^= 1 << dice.integer(0, 7)
    for (const from of [relay.own as Socket, stranger]) {
      from.send(Uint8Array.from(bytes), town.port, host)
      from.send(bent, town.port, host)
    }
    await pause(2)
  }
  const { stalls } = await playing
  assert.ok(stalls <= own.pauses, `${stalls} stalls, ${own.pauses} of our own`)
  assert.equal(answers, 0)
  assert.equal(ada.status, 'open')
  const after = town.server.host.stats
  assert.equal(after.players, 1)
  assert.deepEqual(after.closed, before.closed)
  assert.deepEqual(after.dropped, before.dropped)
  assert.deepEqual(await ada.ask('buy', { price: 1 }), { left: 99 })
})

test('a flood of connection requests: those who play go on playing, and another one still gets in', async (t) => {
  const relay = await eavesdropper(t)
  const { heard, publicAddress } = relay
  const town = await open(t, { publicAddress })
  relay.serverPort = town.port
  const ada = await join(t, town, 'Ada')
  const request = heard.find((bytes) => bytes[0] === 0)
  assert.ok(request)
  await play(ada, 1000)
  const flooders = await Promise.all(Array.from({ length: 8 }, () => socket(t)))
  const dice = new Random(11)
  let sent = 0
  // The head of a true request, so that each has to be opened to be known as false: 10,000 a second. At once go as many
  // as fit into what a socket holds; with more, a process that is given little time would send Ada's own after them, at
  // each turn, into a socket that is full.
  const flood = setInterval(() => {
    for (let i = 0; i < 10; i++) {
      const bent = Uint8Array.from(request)
      bent[dice.integer(54, bent.length - 1)] ^= 1 << dice.integer(0, 7)
      flooders[sent++ % flooders.length].send(bent, town.port, host)
    }
  }, 1)
  t.after(() => clearInterval(flood))
  const tick = town.server.world.tick
  const own = new OwnTime(t)
  const { ticks, stalls } = await play(ada, 2000)
  assert.ok(stalls <= own.pauses, `${stalls} stalls, ${own.pauses} of our own`)
  const made = town.server.world.tick - tick
  assert.ok(made >= (18 * own.ms) / 1000, `${made} ticks were made in ${own.ms} ms`)
  assert.ok(ticks >= (10 * own.ms) / 1000, `${ticks} ticks had news, in which Ada turned 20 times`)
  await until(() => sent > 5000)
  clearInterval(flood)
  const bob = await join(t, town, 'Bob')
  await until(() => [...bob.entities('walker')].length === 2)
})

test('requests are answered with nothing larger than they are, to whoever they claim to be from', async (t) => {
  const relay = await eavesdropper(t)
  const { heard, publicAddress } = relay
  const town = await open(t, { publicAddress })
  relay.serverPort = town.port
  const victim = await socket(t)
  let bytesToVictim = 0
  victim.on('message', (bytes) => {
    bytesToVictim += bytes.length
  })
  await join(t, town, 'Ada')
  const request = heard.find((bytes) => bytes[0] === 0)
  assert.ok(request)
  let bytesSent = 0
  for (let i = 0; i < 50; i++) {
    victim.send(Uint8Array.from(request), town.port, host)
    bytesSent += request.length
    await pause(1)
  }
  await pause(100)
  assert.ok(bytesToVictim <= bytesSent, `${bytesToVictim} bytes for ${bytesSent}`)
})
