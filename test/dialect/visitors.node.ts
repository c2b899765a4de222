/** One person of each protocol in the village, over real sockets, each with a client that speaks its bytes. */
import { createSocket } from 'node:dgram'
import { connect as dial } from 'node:net'
import type { TestContext } from 'node:test'
import { village } from '../../docs/examples/text-dialect/game.ts'
import { connect } from '../../src/client/index.node.ts'
import { PickleTuple, type PickleValue } from '../../src/pickle/index.ts'
import { until } from '../../src/transport/socket-stage.suite.ts'
import { BasicsClient } from './basics/basics-client.ts'
import { OpcodeClient } from './opcode/client.ts'
import { PickleClient } from './pymmorpg/pickle-client.ts'

/** Somebody who plays over one of the protocols. */
export interface Visitor {
  readonly name: string
  isIn(): boolean
  /** Walks east, to a place or until told to stand. */
  walk(): void
  /** Stands still: who walks on is out of the others' sight in the end. Nothing in protocols that walk to a place. */
  stand?(): void
  /** Says something; nothing in protocols that have no words for it. */
  say?(words: string): void
  /** Where somebody is, in the protocol's own measure; undefined for who is not in sight. */
  placeOf(name: string): string | undefined
  /** What was heard, and of whom: "Ada: Hello." or "Ada:_Hello." */
  heard(): readonly string[]
}

/** Returns the port of the listener whose address begins so: "opcode+". */
type PortFor = (name: string) => number

/** Joins with one of each protocol; each is in before the next comes. */
export async function joinAll(context: TestContext, portFor: PortFor): Promise<Visitor[]> {
  const visitors: Visitor[] = []
  for (const join of [native, typist, miner, ghost, snake, pupil]) {
    visitors.push(await join(context, portFor))
    await until(visitors.at(-1)!.isIn)
  }
  return visitors
}

/** Has each walk and talk in turn, and waits until all others have seen and heard it. Fails with who missed whom. */
export async function meet(visitors: readonly Visitor[]): Promise<void> {
  const others = (one: Visitor): Visitor[] => visitors.filter((other) => other !== one)
  for (const one of visitors)
    for (const other of others(one))
      await until(() => other.placeOf(one.name) !== undefined, `${other.name} sees ${one.name}`)
  for (const one of visitors) {
    const before = others(one).map((other) => other.placeOf(one.name))
    one.walk()
    for (const [at, other] of others(one).entries())
      await until(
        () => ![before[at], undefined].includes(other.placeOf(one.name)),
        `${other.name} sees ${one.name} walk from ${before[at]}`,
      )
    one.stand?.()
    one.say?.(`I am ${one.name}.`)
    for (const other of one.say ? others(one) : [])
      await until(
        () => other.heard().some((line) => line.replaceAll('_', ' ') === `${one.name}: I am ${one.name}.`),
        `${other.name} hears ${one.name}`,
      )
  }
}

async function native(context: TestContext, portFor: PortFor): Promise<Visitor> {
  const client = await connect(village, `ws://127.0.0.1:${portFor('ws:')}`, { name: 'Nia' })
  context.after(() => client.close())
  const named = (name: string) => [...client.entities('villager')].find((one) => one.name === name)
  const heard: string[] = []
  client.on('said', ({ who, text }) => {
    const speaker = [...client.entities('villager')].find(({ id }) => id === who)
    heard.push(`${speaker?.name}: ${text}`)
  })
  return {
    name: 'Nia',
    isIn: () => client.me !== undefined,
    walk: () => client.command({ east: 1, north: 0 }),
    stand: () => client.command({ east: 0, north: 0 }),
    say: (words) => void client.ask('say', { text: words }),
    placeOf(name) {
      client.frame()
      return named(name)?.position.x.toFixed(0)
    },
    heard: () => heard,
  }
}

async function typist(context: TestContext, portFor: PortFor): Promise<Visitor> {
  const socket = dial({ host: '127.0.0.1', port: portFor('text+') })
  context.after(() => socket.destroy())
  const lines: string[] = []
  let rest = ''
  socket.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  const type = (line: string): void => void socket.write(`${line}\n`)
  type('hello Tom')
  return {
    name: 'Tom',
    isIn: () => lines.includes('in Green'),
    walk: () => type('walk east'),
    stand: () => type('stop'),
    say: (words) => type(`say ${words}`),
    placeOf: (name) =>
      lines.findLast((line) => line.startsWith(`comes ${name} `) || line.startsWith(`moves ${name} `)),
    heard: () => lines.filter((line) => line.startsWith('says ')).map((line) => line.slice(5)),
  }
}

async function miner(context: TestContext, portFor: PortFor): Promise<Visitor> {
  const socket = dial({ host: '127.0.0.1', port: portFor('opcode+') })
  context.after(() => socket.destroy())
  const client = new OpcodeClient('desktop', (bytes) => void socket.write(bytes))
  socket.on('data', (bytes: Buffer) => client.receive(bytes))
  client.login('Moe', '')
  return {
    name: 'Moe',
    isIn: () => client.column >= 0,
    // West is where the columns grow.
    walk: () => client.walk(client.column - 6, client.row),
    say: (words) => client.chat(words),
    placeOf(name) {
      const one = client.people.find(({ index }) => client.nameOf(index) === name)
      return one && `${one.column} ${one.row}`
    },
    heard: () => client.said,
  }
}

/** A request waits for the answer to the one before. */
async function snake(context: TestContext, portFor: PortFor): Promise<Visitor> {
  const socket = dial({ host: '127.0.0.1', port: portFor('pymmorpg+') })
  context.after(() => socket.destroy())
  const client = new PickleClient((bytes) => void socket.write(bytes))
  socket.on('data', (bytes: Buffer) => client.receive(bytes))
  let isIn = false
  const places = new Map<string, string>()
  const heard: string[] = []
  const look = ([all]: PickleValue[]): void => {
    for (const one of all as Map<string, PickleValue>[]) {
      const name = String(one.get('name'))
      places.set(name, (one.get('pos') as PickleTuple).items.map((part) => Number(part).toFixed(0)).join())
      for (const words of (one.get('says') ?? []) as string[]) heard.push(`${name}: ${words}`)
    }
    client.ask(['update'], look)
  }
  client.ask(['login', 'Pia', ''], ([answer]) => {
    isIn = answer === true
    client.ask(['update'], look)
  })
  return {
    name: 'Pia',
    isIn: () => isIn,
    walk: () => client.ask(['move', new PickleTuple([8, 0])]),
    say: (words) => client.ask(['edit', ['say', words]]),
    placeOf: (name) => places.get(name),
    heard: () => heard,
  }
}

async function pupil(context: TestContext, portFor: PortFor): Promise<Visitor> {
  const socket = dial({ host: '127.0.0.1', port: portFor('basics+') })
  context.after(() => socket.destroy())
  const client = new BasicsClient((bytes) => void socket.write(bytes))
  socket.on('data', (bytes: Buffer) => client.receive(bytes))
  client.say('connect', { name: 'Bea' })
  type Players = Record<string, { readonly position: { readonly x: number } }>
  const states = (): Players[] =>
    client.packets.filter(({ type }) => type === 'state').map(({ data }) => data.players as Players)
  return {
    name: 'Bea',
    isIn: () => states().length > 0,
    walk: () => void client.say('input', { move: { x: 1, y: 0 } }),
    stand: () => void client.say('input', { move: { x: 0, y: 0 } }),
    say: (words) => void client.say('event', { event: 'say', text: words }),
    placeOf(name) {
      const [, player] = Object.entries(states().at(-1) ?? {}).find(([id]) => id.startsWith(`${name}:`)) ?? []
      return player?.position.x.toFixed(0)
    },
    heard: () => client.events('said').map((said) => `${String(said.player_id).split(':')[0]}: ${said.text}`),
  }
}

async function ghost(context: TestContext, portFor: PortFor): Promise<Visitor> {
  const socket = createSocket('udp4')
  context.after(() => socket.close())
  let [state, isIn, input] = ['', false, '.']
  const heard: string[] = []
  socket.on('message', (datagram) => {
    const said = String(datagram)
    if (said.startsWith('CONNECTED ')) isIn = true
    if (said.includes(' STATE ')) state = said
    const [, words] = / TRANSITION_LOBBY_GAME (\S+) /.exec(said) ?? []
    if (words !== undefined) heard.push(words)
  })
  const say = (message: string): void => socket.send(message, portFor('haunted+'), '127.0.0.1')
  say('CONNECT Gus END')
  const playing = setInterval(() => isIn && say(`INPUT Gus ${input} END`), 50)
  context.after(() => clearInterval(playing))
  return {
    name: 'Gus',
    isIn: () => isIn,
    walk() {
      input = 'RIGHT'
    },
    stand() {
      input = '.'
    },
    placeOf: (name) => new RegExp(`\\(0,${name},\\(200,200,200\\),(\\(-?\\d+,-?\\d+\\))`).exec(state)?.[1],
    heard: () => heard,
  }
}
