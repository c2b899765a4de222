/** A player whose address changes, as from wifi to 4G: how soon the same character is back, in every weather. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { Pair, parseWeather, presets, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { listenSealed, openSealed } from '../../src/sealed/index.node.ts'
import type { Link } from '../../src/transport/index.ts'
import { fieldMap, fieldServer } from '../field/field.ts'

/** The longest that nobody may be away, in milliseconds; in the worst weathers some are longer. */
const AWAY_MS_MAX = 1000
const MOVES = 40

interface Away {
  readonly ms: number[]
  readonly isSame: boolean
  readonly reconnects: number
}

/** Moves a player who walks to another address again and again. */
async function wander(weather: string, seed: number): Promise<Away> {
  const pair = new Pair(fieldServer, { seed, sealed: { cipher: nodeSodium } })
  let movedAt: Instant = instant(0)
  const dice = new Random(seed)
  const [out, back] = [0, 1].map(() => new Weather(parseWeather(weather), dice.fork()))
  const ada = await pair.join(
    { name: 'Ada', map: fieldMap },
    { toServer: out.path, toClient: back.path, movedAt: () => movedAt },
  )
  const { id } = ada.me!
  let reconnects = 0
  ada.onStatus((status) => {
    if (status === 'reconnecting') reconnects++
  })
  const player = () => [...pair.host.world.players.values()][0]
  const ms: number[] = []
  for (let i = 0; i < MOVES; i++) {
    ada.command({ east: i % 2 ? 1 : -1, north: 0 })
    await pair.run(1500 + ((i * 37) % 100))
    movedAt = pair.now
    // What was under way to either end may still come: it is of ticks before these.
    const { tick } = pair.host.world
    const ahead = tick + ada.stats.leadMs / 50
    const isBack = () => ada.stats.serverTick > tick && player().commands.said > ahead
    await pair.runUntil(isBack, 5000)
    ms.push(pair.now - movedAt)
  }
  await pair.run(1000)
  return { ms: ms.sort((a, b) => a - b), isSame: ada.me?.id === id, reconnects }
}

/** Seeds of the weathers in which luck decides: one alone says little. */
const SEEDS = [5, 6, 7, 8]

for (const weather of Object.keys(presets))
  test(`[S42] whose address changes is soon back as the same character (${weather})`, async () => {
    const isRough = weather === 'train' || weather === 'terrible'
    const all: number[] = []
    for (const seed of isRough ? SEEDS : SEEDS.slice(0, 1)) {
      const { ms, isSame, reconnects } = await wander(weather, seed)
      assert.deepEqual({ isSame, reconnects }, { isSame: true, reconnects: 0 }, `seed ${seed}`)
      all.push(...ms)
    }
    all.sort((a, b) => a - b)
    const share = all.filter((one) => one < AWAY_MS_MAX).length / all.length
    const told = `${all.map((one) => Math.round(one)).join()} ms`
    // A silence of 0.2 s and a round trip take 0.6 s of it in the terrible weather; what is lost, or meets a stall of
    // 0.8 s on the way, comes on top.
    if (weather === 'terrible') assert.ok(share >= 0.9 && all[all.length >> 1] < 800, told)
    // On the train one of fourteen moves meets a stall of 0.6 s.
    else if (weather === 'train') assert.ok(share >= 0.95 && all[all.length - 1] < 1500, told)
    else assert.equal(share, 1, told)
  })

/** What stands between a home and its server: each socket of the home's has a port of its own to the server. */
class Translator {
  readonly #front = createSocket('udp4')
  readonly #server: number
  readonly #ports = new Map<number, Socket>()
  readonly #dead = new Set<number>()

  constructor(server: number) {
    this.#server = server
    this.#front.on('message', (packet, { port }) => this.#out(packet, port))
  }

  async listen(): Promise<number> {
    this.#front.bind(0, '127.0.0.1')
    await once(this.#front, 'listening')
    return this.#front.address().port
  }

  /** The home has another network: what was open there leads nowhere any more. */
  change(): void {
    for (const [port, socket] of this.#ports) {
      this.#dead.add(port)
      socket.close()
    }
    this.#ports.clear()
  }

  close(): void {
    this.change()
    this.#front.close()
  }

  #out(packet: Uint8Array, port: number): void {
    if (this.#dead.has(port)) return
    let socket = this.#ports.get(port)
    if (!socket) {
      socket = createSocket('udp4')
      this.#ports.set(port, socket)
      socket.on('message', (answer) => this.#front.send(answer, port, '127.0.0.1'))
    }
    socket.send(packet, this.#server, '127.0.0.1')
  }
}

test('[S42] over real sockets a client whose network changes goes on over the same link', async () => {
  const accepted: Link[] = []
  const listener = await listenSealed({
    host: '127.0.0.1',
    port: 0,
    fingerprint: '0123456789abcdef',
    playersMax: 4,
    now: () => instant(performance.now()),
    accept: (link) => void accepted.push(link),
  })
  const translator = new Translator(Number(new URL(listener.url).port))
  const port = await translator.listen()
  const link = await openSealed(listener.token('127.0.0.1', port), { url: `udp://127.0.0.1:${port}` })
  const heard: number[] = []
  const closings: string[] = []
  accepted[0].open({ receive: (packet) => accepted[0].send(packet), closed: (why) => closings.push(why) })
  link.open({ receive: ([first]) => void heard.push(first), closed: (why) => closings.push(why) })
  for (let round = 1; round <= 3; round++) {
    translator.change()
    link.send(Uint8Array.of(round))
    const since = performance.now()
    while (!heard.includes(round) && performance.now() - since < 20_000)
      await new Promise((r) => setTimeout(r, 10))
  }
  assert.deepEqual(
    { heard, closings, accepted: accepted.length },
    { heard: [1, 2, 3], closings: [], accepted: 1 },
  )
  link.close('over')
  await listener.close('over')
  translator.close()
})
