/**
 * The other end of a server: everybody of a case, a few real clients among them, who say what they see:
 * node walkers.node.ts PORT ORDER.
 */
import { pack } from 'msgpackr'
import { type Client, connect } from '../../src/client/index.node.ts'
import { instant } from '../../src/core/index.ts'
import { connectSealed } from '../../src/sealed/index.node.ts'
import { gameOf, Steering } from './game.ts'
import { Person } from './person.node.ts'
import { type Case, type Order, TICKS_PER_SECOND } from './plan.ts'
import { RawSocket } from './raw-socket.node.ts'

/** How many real clients there are: they read all that they are told. */
const WITNESSES = 3
/** How many come at the same time, and how often a real client tries. */
const COMING = 32
const TRIES = 12

/** What Colyseus has its clients say: that they have joined, and messages with a name. */
const JOINED = 10
const SAID = 13

interface Walking {
  tick(now: number): void
}

// Whoever started this may be killed, and then nobody watches it any more.
process.on('disconnect', () => process.exit())

const port = Number(process.argv[2])
const { driver, scene } = JSON.parse(process.argv[3]) as Order
const isOurs = driver === 'ours' || driver === 'beside' || driver === 'over ws'
const walkers: Walking[] = []
let lost = 0
const witnesses: Client<ReturnType<typeof gameOf>>[] = []

// A tick of everybody is spread over its time, as players are; what a busy machine leaves out is made up for. Whoever
// has come walks while others come, so that nobody is taken to have left.
const PARTS = 10
/** How much is made up for at a time, in ms. */
const LATE_MOST = 500
let turn = 0
/** How many parts of ticks were made since all had come, and since when. */
let parts = 0
let since = 0
let due = performance.now()
setInterval(() => {
  const now = performance.now()
  due = Math.max(due, now - LATE_MOST)
  for (; due <= now; due += 1000 / TICKS_PER_SECOND / PARTS) {
    for (let i = turn; i < walkers.length; i += PARTS) walkers[i].tick(now)
    turn = (turn + 1) % PARTS
    parts++
  }
}, 1)
if (driver !== 'dgram') {
  let next = 0
  await Promise.all(
    Array.from({ length: COMING }, async () => {
      while (next < scene.people) walkers.push(await come(next++))
    }),
  )
}
parts = 0
since = performance.now()
process.send?.('all are connected')
process.on('message', () => {
  const seen = witnesses.map((client) => client.stats.entitiesInView - 1)
  const steered = (parts / PARTS / (performance.now() - since)) * 1000
  process.send?.({
    lost,
    steered,
    seen: seen.reduce((sum, count) => sum + count, 0) / Math.max(1, seen.length),
  })
})

function come(number: number): Promise<Walking> {
  if (!isOurs) return comeTo(number)
  if (number >= scene.people - WITNESSES) return comeAsWitness(number)
  return scene.over === 'udp' ? comeSealed(number, scene) : comeOver(number)
}

/** Comes to our own server as a player. */
async function comeOver(number: number): Promise<Walking> {
  const socket = await RawSocket.open(port)
  const person = new Person(gameOf(scene), socket, { number, scene })
  socket.receive = (packet) => person.receive(packet)
  socket.closed = () => void lost++
  await person.welcomed
  return { tick: (now) => person.tick(instant(now)) }
}

async function comeSealed(number: number, to: Case): Promise<Walking> {
  const link = await patiently(() => connectSealed(`udp://127.0.0.1:${port}`))
  const person = new Person(gameOf(to), link, { number, scene: to })
  link.open({
    receive: (packet) => person.receive(packet),
    receiveState: (payload) => person.receiveState(payload),
    settleState: (id, isAcknowledged) => person.settled(id, isAcknowledged),
    closed(reason) {
      lost++
      console.error(reason)
    },
  })
  await person.welcomed
  return { tick: (now) => person.tick(instant(now)) }
}

async function comeAsWitness(number: number): Promise<Walking> {
  const url = `${scene.over}://127.0.0.1:${port}`
  const client = await patiently(() => connect(gameOf(scene), url, { name: `Walker ${number}` }))
  const steering = new Steering(scene.steering, 100 + number)
  witnesses.push(client)
  return {
    tick() {
      steering.tick()
      client.command({ heading: steering.heading, walks: steering.walks })
    },
  }
}

/** Tries again where a busy machine leaves a server without time to answer. */
async function patiently<T>(come: () => Promise<T>): Promise<T> {
  for (let tries = 1; tries < TRIES; tries++)
    try {
      return await come()
    } catch (error) {
      console.error(`${(error as Error).message} It is tried again.`)
    }
  return come()
}

/** Comes to another server: says by msgpack where to walk, whenever that changes, and asks once a second. */
async function comeTo(number: number): Promise<Walking> {
  if (driver === 'colyseus') return comeToRoom(number)
  const socket = await RawSocket.open(port, `/${number}`)
  socket.closed = () => void lost++
  const steering = new Steering(scene.steering, 100 + number)
  let said = Number.NaN
  let pingAt = 0
  return {
    tick(now) {
      if (driver === 'floor') return
      steering.tick()
      const step = Math.round((steering.heading * 256) / (2 * Math.PI))
      if (step !== said) socket.send(pack([1, steering.heading, steering.walks]))
      said = step
      if (now - pingAt < 1000) return
      pingAt = now
      socket.send(pack([2, now]))
    },
  }
}

/** Comes to a room of Colyseus, and says by messages what others say by msgpack. */
async function comeToRoom(number: number): Promise<Walking> {
  const reserved = await fetch(`http://127.0.0.1:${port}/matchmake/joinOrCreate/town`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: '{}',
  })
  const seat = (await reserved.json()) as { processId: string; roomId: string; sessionId: string }
  const path = `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`
  const { promise: joined, resolve: join } = Promise.withResolvers<void>()
  const socket = await RawSocket.open(port, path, (message) => {
    if (message[0] === JOINED) join()
  })
  socket.closed = () => void lost++
  await joined
  socket.send(Uint8Array.of(JOINED))
  const say = (name: string, value: unknown): void =>
    socket.send(Buffer.concat([Uint8Array.of(SAID), pack(name), pack(value)]))
  const steering = new Steering(scene.steering, 100 + number)
  let said = Number.NaN
  let pingAt = 0
  return {
    tick(now) {
      steering.tick()
      const step = Math.round((steering.heading * 256) / (2 * Math.PI))
      if (step !== said) say('steer', [steering.heading, steering.walks])
      said = step
      if (now - pingAt < 1000) return
      pingAt = now
      say('ping', now)
    },
  }
}
