import { type Instant, instant, Random } from '../../core/index.ts'
import { Agenda } from '../../transport/index.ts'
import { Weather } from '../weather.ts'
import { parseWays } from '../weather-ways.ts'
import { type Confirmed, RollbackPeer } from './rollback-peer.ts'
import { NO_INPUT, type TagInput } from './tag-game.ts'

/** Each peer to each, or all through one relay, which only passes on inputs and compares hashes. */
export type PeerTopology = 'peer-to-peer' | 'hybrid'

/** Ticks per second of the game of tag. */
export const PEER_TICKS_PER_SECOND = 60
/** IPv4 20 and UDP 8. */
const HEADER_BYTES = 28
const PACKETS_MAX = 4000

export interface PeerRunOptions {
  readonly topology: PeerTopology
  readonly count: number
  readonly seed: number
  /** The weather of both directions of each player's line, dealt out in turn. */
  readonly weather: readonly string[]
  /** By how many ticks own inputs wait; 2 when left out. */
  readonly delayTicks?: number
}

/** A packet of inputs on its way; -1 is the relay. */
export interface PeerPacket {
  readonly from: number
  readonly to: number
  readonly sentAt: number
  /** When it arrives; undefined for one that is lost. */
  readonly arrivesAt: number | undefined
  readonly bytes: number
}

export const RELAY = -1

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

/** Who has another state than most, at a tick of which everybody knows all inputs. */
export interface Disagreement {
  readonly tick: number
  readonly players: readonly number[]
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
  /** The last packets, in the order in which they set out. */
  readonly packets: PeerPacket[] = []
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

  /** Returns whose confirmed states differ from most others'; undefined while all agree. */
  get disagreement(): Disagreement | undefined {
    const byTick = new Map<number, (readonly [player: number, hash: string])[]>()
    for (const { index, confirmed } of this.peers)
      for (const { tick, hash } of confirmed as readonly Confirmed[]) {
        const told = byTick.get(tick) ?? []
        told.push([index, hash])
        byTick.set(tick, told)
      }
    for (const [tick, told] of [...byTick].sort(([a], [b]) => a - b)) {
      const votes = new Map<string, number>()
      for (const [, hash] of told) votes.set(hash, (votes.get(hash) ?? 0) + 1)
      if (votes.size < 2) continue
      const [most] = [...votes].sort((a, b) => b[1] - a[1])[0]
      return { tick, players: told.filter(([, hash]) => hash !== most).map(([player]) => player) }
    }
    return undefined
  }

  #play(peer: RollbackPeer): void {
    const { index } = peer
    const random = this.#minds[index]
    if (random.chance(1 / 25))
      this.#held[index] = { east: random.integer(-1, 1), north: random.integer(-1, 1) }
    const packet = peer.tick(this.#held[index])
    if (packet === undefined) return
    const sentAt = this.#now
    if (this.options.topology === 'hybrid') {
      const at = this.#send(index, RELAY, packet.length)
      if (at === undefined) return
      this.#agenda.note(at, () => {
        this.traffic[index].underway--
        for (const other of this.peers)
          if (other !== peer) this.#deliver(peer, other, packet, { sentAt, from: RELAY })
      })
      return
    }
    for (const other of this.peers) {
      if (other === peer) continue
      const at = this.#send(index, other.index, packet.length)
      if (at === undefined) continue
      this.#agenda.note(at, () => {
        this.traffic[index].underway--
        this.#deliver(peer, other, packet, { sentAt, from: index })
      })
    }
  }

  /** Sends a packet up its own line. @returns when it has come to the Internet; undefined when it is lost */
  #send(from: number, to: number, length: number): Instant | undefined {
    const traffic = this.traffic[from]
    traffic.packetsUp++
    traffic.bytesUp += length + HEADER_BYTES
    const [at] = this.#lines[from].up.path(length, this.#now)
    if (at === undefined) traffic.lost++
    else traffic.underway++
    if (to === RELAY || at === undefined)
      this.#note({ from, to, bytes: length, sentAt: this.#now, arrivesAt: at })
    return at
  }

  /** Passes a packet down the line of its receiver, where it comes from another peer's line or from the relay. */
  #deliver(
    sender: RollbackPeer,
    to: RollbackPeer,
    packet: Uint8Array,
    { sentAt, from }: { readonly sentAt: Instant; readonly from: number },
  ): void {
    const traffic = this.traffic[to.index]
    const [at] = this.#lines[to.index].down.path(packet.length, this.#now)
    // Between peers one line is drawn, though the packet goes over two.
    const drawnFrom = from === RELAY ? this.#now : sentAt
    this.#note({ from, to: to.index, bytes: packet.length, sentAt: drawnFrom, arrivesAt: at })
    if (at === undefined) {
      traffic.lost++
      return
    }
    traffic.underway++
    this.#agenda.note(at, () => {
      traffic.underway--
      traffic.packetsDown++
      traffic.bytesDown += packet.length + HEADER_BYTES
      this.#took[sender.index][to.index] = this.#now - sentAt
      to.receive(packet)
    })
  }

  #note(packet: PeerPacket): void {
    this.packets.push(packet)
    if (this.packets.length > PACKETS_MAX) this.packets.splice(0, PACKETS_MAX / 4)
  }
}
