import { type Instant, instant, Random } from '../../core/index.ts'
import { Agenda } from '../../transport/index.ts'
import type { Field } from '../../wire/index.ts'
import { Weather } from '../weather.ts'
import { parseWays } from '../weather-ways.ts'
import { type PeerPacket, PeerPackets, RELAY } from './peer-packet.ts'
import { type PeerSaying, peerSaying, readSaying } from './peer-saying.ts'
import { INPUTS_MAX, RollbackPeer } from './rollback-peer.ts'
import { NO_INPUT, type TagInput } from './tag-game.ts'
import { type Disagreement, ToldHashes } from './told-hashes.ts'

/** Each peer to each, or all through one relay, which only passes on inputs and compares hashes. */
export type PeerTopology = 'peer-to-peer' | 'hybrid'

/** Ticks per second of the game of tag. */
export const PEER_TICKS_PER_SECOND = 60
/** What a packet between peers costs besides its length: IPv4 20 and UDP 8. */
export const PEER_HEADER_BYTES = 28

export interface PeerRunOptions {
  readonly topology: PeerTopology
  readonly count: number
  readonly seed: number
  /** The weather of both directions of each player's line, dealt out in turn. */
  readonly weather: readonly string[]
  /** By how many ticks own inputs wait; 2 when left out. */
  readonly delayTicks?: number
}

/** What one player's line carried; what is up set out, what is down came, and what is lost did on this line. */
export interface PeerTraffic {
  packetsUp: number
  bytesUp: number
  packetsDown: number
  bytesDown: number
  lost: number
  /** On the way on this line now. */
  underway: number
}

/**
 * A game of tag between players' own machines, in virtual time and weather, without a server that knows better: inputs
 * travel, states are computed by everybody.
 *
 *     const run = new PeerRun({ topology: 'peer-to-peer', count: 4, seed: 7, weather: ['wifi'] })
 *     run.advance(5000);  run.peers[0].state
 */
export class PeerRun {
  readonly peers: readonly RollbackPeer[]
  readonly traffic: readonly PeerTraffic[]
  readonly #packets = new PeerPackets()
  /** What the machines told the relay. */
  readonly #told = new ToldHashes()
  readonly #message: Field<PeerSaying>
  readonly #read = new WeakMap<Uint8Array, PeerSaying>()
  readonly options: PeerRunOptions
  readonly #lines: readonly { readonly up: Weather; readonly down: Weather }[]
  readonly #minds: readonly Random[]
  readonly #held: TagInput[]
  readonly #agenda = new Agenda()
  /** What each line had carried both ways, in bytes, at the end of each tick of the last second. */
  readonly #carried: number[][] = []
  /** How long the last packet took from each to each, in ms; 0 before the first. */
  readonly #took: number[][]
  #ticks = 0
  #now: Instant = instant(0)

  constructor(options: PeerRunOptions) {
    const { count, seed, weather, delayTicks = 2 } = options
    this.options = options
    this.#message = peerSaying(count, INPUTS_MAX)
    const random = new Random(seed)
    this.peers = Array.from({ length: count }, (_, index) => new RollbackPeer({ index, count, delayTicks }))
    this.traffic = this.peers.map(() => ({
      ...{ packetsUp: 0, bytesUp: 0, packetsDown: 0, bytesDown: 0 },
      ...{ lost: 0, underway: 0 },
    }))
    this.#took = this.peers.map(() => this.peers.map(() => 0))
    this.#lines = this.peers.map((_, index) => {
      const ways = parseWays(weather[index % weather.length])
      return { up: new Weather(ways.out, random.fork()), down: new Weather(ways.in, random.fork()) }
    })
    this.#minds = this.peers.map(() => random.fork())
    this.#held = this.peers.map(() => NO_INPUT)
  }

  get now(): number {
    return this.#now
  }

  /** How many connections there are: N(N-1)/2 between peers, N with a relay. */
  get connections(): number {
    const { count, topology } = this.options
    return topology === 'hybrid' ? count : (count * (count - 1)) / 2
  }

  /** Lets time pass up to so many ms from the beginning. */
  advance(ms: number): void {
    // Divided last: a second has no remainder.
    const nextAt = (): number => (this.#ticks * 1000) / PEER_TICKS_PER_SECOND
    while (nextAt() < ms) {
      const at = instant(nextAt())
      this.#ticks++
      // What arrives in between is taken in its turn.
      while (this.#agenda.wakeAt <= at) {
        this.#now = instant(Math.max(this.#now, this.#agenda.wakeAt))
        this.#agenda.run(this.#now)
      }
      this.#now = at
      for (const peer of this.peers) this.#play(peer)
      this.#carried.push(this.traffic.map(({ bytesUp, bytesDown }) => bytesUp + bytesDown))
      if (this.#carried.length > PEER_TICKS_PER_SECOND + 1) this.#carried.shift()
    }
  }

  /** Changes the weather of each player's line from now on. */
  setWeather(weather: readonly string[]): void {
    for (const [index, { up, down }] of this.#lines.entries()) {
      const ways = parseWays(weather[index % weather.length])
      up.change(ways.out, this.#now)
      down.change(ways.in, this.#now)
    }
  }

  /** Returns what a player's line carried both ways in the last second, in bytes with headers. */
  bytesPerSecond(player: number): number {
    const carried = this.#carried
    return carried.length < 2 ? 0 : carried[carried.length - 1][player] - carried[0][player]
  }

  /** Returns how many bytes wait before the bottlenecks of a player's line. */
  queuedBytes(player: number): number {
    const { up, down } = this.#lines[player]
    return up.queuedBytes(this.#now) + down.queuedBytes(this.#now)
  }

  /** Returns how long packets took to the others and back, in ms: the mean of the last ones; undefined before. */
  pingMs(player: number): number | undefined {
    let [sum, others] = [0, 0]
    for (const other of this.peers.keys()) {
      const [there, back] = [this.#took[player][other], this.#took[other][player]]
      if (other === player || there === 0 || back === 0) continue
      sum += there + back
      others++
    }
    return others === 0 ? undefined : sum / others
  }

  /** The last packets, in the order in which they set out. */
  get packets(): readonly PeerPacket[] {
    return this.#packets.all
  }

  /** Returns what a packet says, read as the machines read it; undefined for bytes that say nothing. */
  read({ bytes }: PeerPacket): PeerSaying | undefined {
    // What one sends to all is read once.
    let said = this.#read.get(bytes)
    if (said === undefined) {
      said = readSaying(this.#message, bytes)
      if (said) this.#read.set(bytes, said)
    }
    return said
  }

  /**
   * Whose hashes differ from most others', as far as the machines have told them: as the relay has heard it, between
   * peers as the first of them has. Undefined while all say the same.
   */
  get disagreement(): Disagreement | undefined {
    return (this.options.topology === 'hybrid' ? this.#told : this.peers[0].told).disagreement
  }

  #play(peer: RollbackPeer): void {
    const { index } = peer
    const random = this.#minds[index]
    if (random.chance(1 / 25))
      this.#held[index] = { east: random.integer(-1, 1), north: random.integer(-1, 1) }
    const packet = peer.tick(this.#held[index])
    if (packet === undefined) return
    const at = { author: index, from: index, sentAt: this.#now, saidAt: this.#now, bytes: packet }
    if (this.options.topology === 'hybrid') this.#sendUp(this.#packets.depart({ ...at, to: RELAY }))
    else
      for (const other of this.peers)
        if (other !== peer) this.#sendUp(this.#packets.depart({ ...at, to: other.index }))
  }

  /** Sends a packet up the line of its sender. */
  #sendUp(packet: PeerPacket): void {
    const { from, to, bytes } = packet
    const traffic = this.traffic[from]
    traffic.packetsUp++
    traffic.bytesUp += bytes.length + PEER_HEADER_BYTES
    for (const [at, one] of this.#paths(packet, 'up')) {
      traffic.underway++
      if (to === RELAY) this.#packets.willArrive(one, at)
      else one.middleAt = at
      this.#agenda.note(at, () => {
        traffic.underway--
        if (to === RELAY) this.#passOn(one)
        else this.#sendDown(one)
      })
    }
  }

  /** Has the relay hear what a packet says of its author's state, and pass it on to all others. */
  #passOn(packet: PeerPacket): void {
    const { author, saidAt, bytes } = packet
    this.#packets.arrive(packet)
    const confirmed = this.read(packet)?.confirmed
    if (confirmed) this.#told.tell(author, confirmed.tick, confirmed.hash)
    const passed: PeerPacket[] = []
    for (const { index: to } of this.peers)
      if (to !== author)
        passed.push(this.#packets.depart({ author, from: RELAY, to, sentAt: this.#now, saidAt, bytes }))
    packet.passedOn = [passed[0].number, passed[passed.length - 1].number]
    for (const one of passed) this.#sendDown(one)
  }

  /** Sends a packet down the line of its receiver. */
  #sendDown(packet: PeerPacket): void {
    const { author, to, saidAt, bytes } = packet
    const traffic = this.traffic[to]
    for (const [at, one] of this.#paths(packet, 'down')) {
      traffic.underway++
      this.#packets.willArrive(one, at)
      this.#agenda.note(at, () => {
        traffic.underway--
        traffic.packetsDown++
        traffic.bytesDown += bytes.length + PEER_HEADER_BYTES
        this.#took[author][to] = this.#now - saidAt
        this.#packets.arrive(one)
        one.change = this.peers[to].take(this.read(one))
      })
    }
  }

  /** Returns when a packet and its copies come to the end of a line; nothing for one that is lost there. */
  #paths(packet: PeerPacket, way: 'up' | 'down'): (readonly [at: Instant, packet: PeerPacket])[] {
    const player = way === 'up' ? packet.from : packet.to
    const arrivals = this.#lines[player][way].path(packet.bytes.length, this.#now)
    if (arrivals.length === 0) {
      this.traffic[player].lost++
      this.#packets.lose(packet, this.#now)
    }
    return arrivals.map((at, copy) => [at, copy === 0 ? packet : this.#packets.copy(packet)])
  }
}
