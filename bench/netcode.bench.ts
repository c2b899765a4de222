/**
 * netcode: what a sealed packet costs above a bare one, in time and in bytes, and what a sealed link carries in each
 * weather beside TCP. Times are CPU time of the whole process, kernel included; each is the best of several rounds, in
 * which whatever is compared takes turns. For the weathers see sealed-relay.ts, and there how loss is modelled for TCP.
 */
import { ChannelPair } from '../src/channel/index.ts'
import { instant } from '../src/core/index.ts'
import { presets } from '../src/lab/index.ts'
import {
  type Address,
  addressOf,
  type Cipher,
  loadSodium,
  NetcodeClient,
  type NetcodeServer,
  nodeSodium,
} from '../src/netcode/index.node.ts'
import { now, openLanes, serverAt, throughput, tokenFor } from './netcode-lanes.ts'
import type { Row } from './row.ts'
import { sealedBesideTcp } from './sealed-relay.ts'

const row = (name: string, metric: string, value: number, unit: string): Row => ({
  bench: 'netcode',
  ...{ case: name, metric, value, unit },
})

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  const packets = quick ? 5_000 : 40_000
  for (const bytes of [20, 100, 600, 1200])
    rows.push(...sealing('sodium-native', nodeSodium, { bytes, packets }))
  rows.push(...sealing('libsodium-wrappers', await loadSodium(), { bytes: 100, packets }))
  rows.push(...overhead())
  rows.push(...connecting(500, quick ? 3 : 12))
  for (const bytes of [100, 1000]) rows.push(...(await sockets({ bytes, packets: quick ? 4_000 : 40_000 })))
  for (const [weather, { bytesPerSecond }] of Object.entries(presets))
    if (Number.isFinite(bytesPerSecond)) rows.push(...(await sealedBesideTcp(weather, quick ? 1.5 : 10)))
  return rows
}

/** A client and a server that are connected, with no network between. */
class Pair {
  readonly home = addressOf('127.0.0.1', 40_000)!
  readonly away = addressOf('127.0.0.1', 50_000)!
  readonly server: NetcodeServer
  readonly client: NetcodeClient

  constructor(cipher: Cipher) {
    this.server = serverAt(this.home, 4, cipher)
    this.client = new NetcodeClient({ cipher })
    this.client.connect(tokenFor(this.home, 1n), now)
    while (this.client.state !== 'connected') {
      for (const packet of drain(this.client)) this.server.receive(packet, this.away, now)
      for (const packet of drain(this.server)) this.client.receive(packet, this.home, now)
    }
    drain(this.server)
    drain(this.client)
  }

  seal(payload: Uint8Array): Uint8Array {
    this.client.send(payload, now)
    const output = this.client.poll(now)
    if (output?.do !== 'send') throw new Error('nothing was sent')
    return output.packet
  }

  open(packet: Uint8Array): void {
    this.server.receive(packet, this.away, now)
    if (this.server.poll(now)?.do !== 'payload') throw new Error('nothing arrived')
  }
}

function sealing(
  name: string,
  cipher: Cipher,
  { bytes, packets }: { bytes: number; packets: number },
): Row[] {
  const pair = new Pair(cipher)
  const payload = new Uint8Array(bytes)
  const batch = 2000
  const best = { seal: Number.POSITIVE_INFINITY, open: Number.POSITIVE_INFINITY }
  for (let done = 0; done < packets; done += batch) {
    const sealed: Uint8Array[] = []
    const seal = microseconds(() => {
      for (let i = 0; i < batch; i++) sealed.push(pair.seal(payload))
    })
    const open = microseconds(() => {
      for (const packet of sealed) pair.open(packet)
    })
    best.seal = Math.min(best.seal, seal / batch)
    best.open = Math.min(best.open, open / batch)
  }
  const label = `${bytes} bytes, ${name}`
  return [row(label, 'seal', best.seal, 'us'), row(label, 'open', best.open, 'us')]
}

/**
 * Says what one packet with a state payload consists of, in bytes: for a game that ticks 20 times a second both
 * ways.
 */
function overhead(): Row[] {
  const sessions = 200
  let sealed = 0
  for (let i = 0; i < sessions; i++) sealed += new Pair(nodeSodium).seal(new Uint8Array(100)).length - 100
  const [header, stateFrame, messageFrame] = [3, 3, 4]
  const acks = channelBytes() - header - stateFrame - 100
  const parts: [string, number][] = [
    ['IPv4 header', 20],
    ['UDP header', 8],
    ['netcode: kind', 1],
    ['netcode: sequence number', sealed / sessions - 1 - 16],
    ['netcode: seal (Poly1305 tag)', 16],
    ['channel: shape and number', header],
    ['channel: acknowledgements, mean', acks],
    ['channel: frame of a state payload', stateFrame],
  ]
  const all = parts.reduce((sum, [, bytes]) => sum + bytes, 0)
  return [
    ...parts.map(([part, bytes]) => row('overhead of a packet', part, bytes, 'bytes')),
    row('overhead of a packet', 'in all', all, 'bytes'),
    row('overhead of a packet', 'each reliable message in it besides', messageFrame, 'bytes'),
  ]
}

/** @returns the mean length of a channel packet that carries 100 bytes of state, 20 of them a second each way */
function channelBytes(): number {
  const later = (_length: number, at: number) => [instant(at + 30)]
  const options = { channels: [{ name: 'messages', kind: 'reliable-ordered' }] } as const
  const pair = new ChannelPair({ options, forth: later, back: later })
  let [bytes, packets] = [0, 0]
  pair.onPacket = (packet, from) => {
    if (from !== pair.near || packet.length < 100) return
    bytes += packet.length
    packets++
  }
  for (let at = 0; at < 20_000; at += 50) {
    pair.near.sendState(new Uint8Array(100))
    pair.far.send(0, new Uint8Array(12))
    pair.advance(instant(at))
  }
  return bytes / packets
}

/**
 * Measures what the server spends on one connection, from request to slot, and on those who try without a token.
 */
function connecting(clients: number, rounds: number): Row[] {
  const times = Array.from({ length: rounds }, () => connectAll(clients))
  const best = (pick: (time: (typeof times)[number]) => number): number =>
    Math.min(...times.map(pick)) / clients
  return [
    row(
      'connecting',
      'server time per connection',
      best(({ joined }) => joined),
      'us',
    ),
    row('connecting', 'connections on one core', 1e6 / best(({ joined }) => joined), 'per second'),
    row(
      'attacked',
      'time per forged request',
      best(({ forged }) => forged),
      'us',
    ),
    row(
      'attacked',
      'time per stray packet',
      best(({ stray }) => stray),
      'us',
    ),
  ]
}

function connectAll(clients: number): { joined: number; forged: number; stray: number } {
  const home = addressOf('127.0.0.1', 40_000)!
  const server = serverAt(home, clients, nodeSodium)
  const all = Array.from({ length: clients }, (_, i) => {
    const client = new NetcodeClient({ cipher: nodeSodium })
    client.connect(tokenFor(home, BigInt(i)), now)
    return { client, address: addressOf('10.0.0.1', i + 1)!, packets: drain(client) }
  })
  const bent = all.map(({ packets: [request] }) => request.with(500, request[500] ^ 1))
  const strangers = all.map((_, i) => addressOf('10.0.0.2', i + 1)!)
  const forged = microseconds(() => {
    for (let i = 0; i < clients; i++) server.receive(bent[i], strangers[i], now)
  })
  let joined = 0
  for (const _ of ['request', 'response']) {
    const answers = new Map<Address, Uint8Array>()
    joined += microseconds(() => {
      for (const { address, packets } of all) server.receive(packets[0], address, now)
      for (let out = server.poll(now); out; out = server.poll(now)) {
        if (out.do === 'send') answers.set(out.to, out.packet)
      }
    })
    for (const one of all) {
      one.client.receive(answers.get(one.address)!, home, now)
      one.packets = drain(one.client)
    }
  }
  if (server.connectedCount !== clients) throw new Error(`${server.connectedCount} of ${clients} connected`)
  const stray = microseconds(() => {
    for (let i = 0; i < clients; i++) server.receive(bent[0].subarray(1), strangers[i], now)
  })
  return { joined, forged, stray }
}

/** Measures one way through the kernel of this machine, with the protocol and without. */
async function sockets({ bytes, packets }: { bytes: number; packets: number }): Promise<Row[]> {
  const payload = new Uint8Array(bytes)
  const lanes = await openLanes()
  const best = {
    bare: Number.POSITIVE_INFINITY,
    udp: Number.POSITIVE_INFINITY,
    netcode: Number.POSITIVE_INFINITY,
  }
  const rounds = 20
  for (let i = 0; i < rounds; i++) {
    for (const name of ['bare', 'udp', 'netcode'] as const) {
      best[name] = Math.min(best[name], await throughput(lanes[name], payload, packets / rounds))
    }
  }
  for (const lane of Object.values(lanes)) await lane.close()
  const label = `${bytes} bytes through UDP`
  return [
    row(label, 'bare dgram, sent and received', best.bare, 'us'),
    row(label, 'netcode, sent and received', best.netcode, 'us'),
    row(label, 'netcode packets, both ends on one core', 1e6 / best.netcode, 'per second'),
    row(label, 'netcode over bare dgram', best.netcode / best.bare, 'ratio'),
    row(label, 'netcode over our socket without it', best.netcode / best.udp, 'ratio'),
  ]
}

/** Polls a side dry. @returns what it sends */
function drain(side: NetcodeClient | NetcodeServer): Uint8Array[] {
  const packets: Uint8Array[] = []
  for (let out = side.poll(now); out; out = side.poll(now)) if (out.do === 'send') packets.push(out.packet)
  return packets
}

function microseconds(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
