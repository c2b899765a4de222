/**
 * Futures: the four improvements that the first authors of Haunted Chronicles wished for, each against their own
 * design, in virtual time over the same network (25 ms each way, give or take 5).
 *
 *     request and reply   every 50 ms a client sends its input and waits for the state; the server answers one after
 *                         the other, and works out shadows for each answer: 7.6 ms, as its authors' program took
 *     shardless           as many people in the same house: state is pushed, input is sent when it changes
 *
 * Bytes are what one player's two ends say, without headers of UDP and IP, and ours before they are sealed. The ping
 * of request and reply is what its authors showed as such: from sending an input to having its answer.
 */
import bots from '../demo/haunted/game/bot.ts'
import type { haunted, Soul } from '../demo/haunted/game/haunted.ts'
import { houseMap, newHouse, places } from '../demo/haunted/visit.ts'
import type { Client } from '../src/client/index.ts'
import { type Instant, instant, Random } from '../src/core/index.ts'
import { Pair } from '../src/lab/index.ts'
import { nodeSodium } from '../src/netcode/index.node.ts'
import type { Row } from './row.ts'

const CROWDS = [3, 10, 40]
const LATENCY_MS = 25
const JITTER_MS = 5
/** How long the first design takes for an answer in the hunt: measured on its authors' program. */
const SHADOWS_MS = 7.6
const INPUT_MS = 50
/** How many bytes its messages take: "INPUT name LEFT END", and a state of names, colours, boxes and shadows. */
const INPUT_BYTES = 24
const STATE_BYTES = 60
const PERSON_BYTES = 46
const SHADE_BYTES = 900

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const seconds = quick ? 8 : 25
  const rows: Row[] = []
  const row = (name: string, metric: string, value: number, unit: string): void => {
    rows.push({ bench: 'futures', case: name, metric, value, unit })
  }
  for (const crowd of CROWDS) {
    const old = requestAndReply(crowd, seconds)
    row(`request and reply, ${crowd} players`, 'ping', old.pingMs, 'ms')
    row(`request and reply, ${crowd} players`, 'to the server', old.up, 'bytes/s')
    row(`request and reply, ${crowd} players`, 'to the player', old.down, 'bytes/s')
    const now = await hunt(crowd, seconds)
    row(`shardless, ${crowd} players`, 'ping', now.pingMs, 'ms')
    row(`shardless, ${crowd} players`, 'to the server', now.up, 'bytes/s')
    row(`shardless, ${crowd} players`, 'to the player', now.down, 'bytes/s')
  }
  for (const loss of [0, 0.05, 0.2]) {
    const { arrived, up } = await changes(loss)
    row(`changed input, ${loss * 100} of 100 packets lost`, 'changes made as given', arrived, 'ratio')
    row(`changed input, ${loss * 100} of 100 packets lost`, 'to the server', up, 'bytes/s')
  }
  row(
    'a key is pressed',
    'request and reply shows it after',
    requestAndReply(3, seconds).pingMs + INPUT_MS / 2,
    'ms',
  )
  row('a key is pressed', 'without foretelling it is shown after', await answer(false), 'ms')
  row('a key is pressed', 'foretold it is shown after', await answer(true), 'ms')
  return rows
}

/** Replays the first design: clients that wait for an answer, and a server that works on one after the other. */
function requestAndReply(crowd: number, seconds: number): { pingMs: number; up: number; down: number } {
  const random = new Random(1)
  const oneWay = (): number => LATENCY_MS + random.between(-JITTER_MS, JITTER_MS)
  // When the next input of each gets to the server, and when it was sent.
  const clients = Array.from({ length: crowd }, () => {
    const sentAt = random.between(0, INPUT_MS)
    return { sentAt, arrivesAt: sentAt + oneWay() }
  })
  let freeAt = 0
  const pings: number[] = []
  const bytes = STATE_BYTES + PERSON_BYTES * crowd + SHADE_BYTES
  for (;;) {
    const next = clients.reduce((one, other) => (other.arrivesAt < one.arrivesAt ? other : one))
    const begins = Math.max(freeAt, next.arrivesAt)
    if (begins > seconds * 1000) break
    freeAt = begins + SHADOWS_MS
    const answeredAt = freeAt + oneWay()
    pings.push(answeredAt - next.sentAt)
    next.sentAt = Math.max(next.sentAt + INPUT_MS, answeredAt)
    next.arrivesAt = next.sentAt + oneWay()
  }
  pings.sort((a, b) => a - b)
  const each = pings.length / crowd / seconds
  return { pingMs: pings[pings.length >> 1], up: each * INPUT_BYTES, down: each * bytes }
}

/** A way through the air that loses some, each way. */
function air(random: Random, loss = 0): (length: number, now: Instant) => Instant[] {
  return (_length, now) =>
    random.chance(loss) ? [] : [instant(now + LATENCY_MS + random.between(-JITTER_MS, JITTER_MS))]
}

function openHouse(loss: number): Pair<typeof haunted> {
  const random = new Random(2)
  const house = newHouse({ huntSeconds: 3600, headStartSeconds: 0, fillTo: 0 })
  const sealed = {
    cipher: nodeSodium,
    toServer: air(random.fork(), loss),
    toClient: air(random.fork(), loss),
  }
  return new Pair(house.definition, { seed: 3, sealed })
}

/** Seats people in a room of a running hunt; the first seeks far from the others. */
async function seat(pair: Pair<typeof haunted>, crowd: number): Promise<Client<typeof haunted>[]> {
  const clients: Client<typeof haunted>[] = []
  const ask = async (client: Client<typeof haunted>, request: string, body: object): Promise<void> => {
    let isAnswered = false
    const settle = (): void => {
      isAnswered = true
    }
    client.ask(request as never, body as never).then(settle, settle)
    await pair.runUntil(() => isAnswered, 5000)
  }
  for (let i = 0; i < crowd; i++) {
    const map = (name: string) => (name === 'house' ? houseMap : undefined)
    const client = pair.connect({ name: `Guest ${i + 1}`, map })
    await pair.runUntil(() => client.status === 'open' && client.map !== undefined, 10_000)
    clients.push(client)
    await ask(client, 'quickMatch', {})
    await ask(client, 'chooseTeam', { team: i === 0 ? 'seekers' : 'hiders' })
  }
  for (const client of clients) await ask(client, 'sayReady', { isReady: true })
  await pair.runUntil(() => [...clients[0].entities('match')].some(({ phase }) => phase === 'hunt'), 20_000)
  await pair.run(500)
  return clients
}

/** Plays a hunt in which all go about. */
async function hunt(crowd: number, seconds: number): Promise<{ pingMs: number; up: number; down: number }> {
  const pair = openHouse(0)
  const clients = await seat(pair, crowd)
  const random = new Random(4)
  const minds = clients.map((_, number) => bots.begin({ number, random: random.fork() }))
  const before = clients.map(({ stats: { bytesIn, bytesOut } }) => ({ bytesIn, bytesOut }))
  for (let at = 0; at < seconds; at += 0.05) {
    for (const [i, client] of clients.entries()) {
      client.frame()
      const { me } = client
      if (me) client.command(minds[i]({ client, me, random, seconds: at }))
    }
    await pair.run(50)
  }
  const mean = (of: (client: Client<typeof haunted>, i: number) => number): number =>
    clients.reduce((sum, client, i) => sum + of(client, i), 0) / crowd
  return {
    pingMs: mean(({ stats }) => stats.pingMs),
    up: mean(({ stats }, i) => (stats.bytesOut - before[i].bytesOut) / seconds),
    down: mean(({ stats }, i) => (stats.bytesIn - before[i].bytesIn) / seconds),
  }
}

/** Changes input four times a second, and looks whether the server has made every change. */
async function changes(loss: number): Promise<{ arrived: number; up: number }> {
  const pair = openHouse(loss)
  const [seeker, hider] = await seat(pair, 2)
  seeker.frame()
  const { world } = [...pair.host.realm.instances].at(-1) as { world: typeof pair.host.world }
  const souls = [...world.entities('soul' as never)] as unknown as Soul[]
  const soul = souls.find(({ name }) => name === 'Guest 2') as Soul
  world.teleport(soul as never, places.dark)
  await pair.run(1000)
  const before = hider.stats.bytesOut
  const seconds = 20
  let [given, made, { heading }] = [0, 0, soul]
  for (let at = 0; at < seconds; at += 0.05) {
    hider.frame()
    // To and fro, four times a second: what the server has made of it is seen by where the soul heads.
    if (Math.round(at * 20) % 5 === 0) hider.command({ east: given++ % 2 === 0 ? -1 : 1, north: 0 })
    await pair.run(50)
    if (soul.heading === heading) continue
    heading = soul.heading
    made++
  }
  await pair.run(1000)
  if (soul.heading !== heading) made++
  return { arrived: made / given, up: (hider.stats.bytesOut - before) / seconds }
}

/** How many milliseconds after a key the own soul is shown to move. */
async function answer(isForetold: boolean): Promise<number> {
  const pair = openHouse(0)
  const [, hider] = await seat(pair, 2)
  hider.switches.prediction = isForetold
  // Somebody who has played for a while.
  for (let pictures = 0; pictures < 180; pictures++) {
    hider.command({ east: 0, north: 0 })
    hider.frame()
    await pair.run(1000 / 60)
  }
  const from = { ...hider.me?.position }
  const began = pair.now
  hider.command({ east: 1, north: 0 })
  for (;;) {
    hider.frame()
    const { x = from.x, y = from.y } = hider.me?.position ?? {}
    if (Math.abs((x as number) - (from.x as number)) + Math.abs((y as number) - (from.y as number)) > 0.05)
      break
    if (pair.now - began > 3000) break
    await pair.run(1000 / 60)
  }
  return pair.now - began
}
