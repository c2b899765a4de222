import type { PeerChange } from './rollback-peer.ts'

/** The node that stands for the relay. */
export const RELAY = -1
/** The most packets that are kept; the oldest go first. */
const PACKETS_MAX = 8000

/** A packet between machines, as a thing; nodes are players, and `RELAY`. All times are in ms of the run. */
export interface PeerPacket {
  /** Counts all packets of a run, from 1. */
  readonly number: number
  readonly from: number
  readonly to: number
  /** Whose inputs are in it: a relay passes on those of others. */
  readonly author: number
  readonly sentAt: number
  /** When its author sent what is in it: before `sentAt` where a relay passes it on. */
  readonly saidAt: number
  /** Without the headers below it. */
  readonly bytes: Uint8Array
  /** The number of the packet that the network made a second one of; 0 for none. */
  readonly copyOf: number
  /** Between two players: when it comes from the line of the one to that of the other. Undefined with a relay. */
  middleAt: number | undefined
  /** When it arrives; undefined where it is lost, and while it is not known. */
  arrivesAt: number | undefined
  /** When it was lost. */
  lostAt: number | undefined
  /** How many set out before it on the same way and arrive after it. */
  overtakes: number
  /** How many set out after it and arrive before it. */
  overtaken: number
  /** What it changed for whoever got it; undefined before, and for a relay, which computes nothing. */
  change: PeerChange | undefined
  /** For one that came to a relay: the number of the first packet that it was passed on as, and of the last. */
  passedOn: readonly [first: number, last: number] | undefined
}

/** What is known of a packet that sets out. */
export type PeerDeparture = Pick<PeerPacket, 'from' | 'to' | 'author' | 'sentAt' | 'saidAt' | 'bytes'>

/** Keeps the last packets between machines, and compares those that are on the same way. */
export class PeerPackets {
  /** In the order in which they set out; copies where they were made. */
  readonly all: PeerPacket[] = []
  /** By way: those that may still arrive. */
  readonly #flying = new Map<number, PeerPacket[]>()
  #number = 0

  /** Notes a packet that sets out. */
  depart(departure: PeerDeparture): PeerPacket {
    return this.#add(departure, 0, undefined)
  }

  /** Notes a second one that the network makes of a packet. */
  copy(packet: PeerPacket): PeerPacket {
    return this.#add(packet, packet.number, packet.middleAt)
  }

  /** Notes when a packet will arrive. */
  willArrive(packet: PeerPacket, at: number): void {
    packet.arrivesAt = at
    for (const other of this.#flying.get(wayOf(packet)) ?? []) {
      if (other === packet || other.arrivesAt === undefined) continue
      if (other.number < packet.number && other.arrivesAt > at) passes(packet, other)
      else if (other.number > packet.number && other.arrivesAt < at) passes(other, packet)
    }
  }

  /** Notes that a packet has arrived. */
  arrive(packet: PeerPacket): void {
    // Those before it of which nobody knows yet when they will.
    for (const other of this.#flying.get(wayOf(packet)) ?? [])
      if (other.number < packet.number && other.arrivesAt === undefined) passes(packet, other)
    this.#land(packet)
  }

  lose(packet: PeerPacket, at: number): void {
    packet.lostAt = at
    this.#land(packet)
  }

  #add(departure: PeerDeparture, copyOf: number, middleAt: number | undefined): PeerPacket {
    const { from, to, author, sentAt, saidAt, bytes } = departure
    const packet: PeerPacket = {
      number: ++this.#number,
      from,
      to,
      author,
      sentAt,
      saidAt,
      bytes,
      copyOf,
      middleAt,
      arrivesAt: undefined,
      lostAt: undefined,
      overtakes: 0,
      overtaken: 0,
      change: undefined,
      passedOn: undefined,
    }
    this.all.push(packet)
    if (this.all.length > PACKETS_MAX) this.all.splice(0, PACKETS_MAX / 4)
    const way = wayOf(packet)
    const flying = this.#flying.get(way)
    if (flying) flying.push(packet)
    else this.#flying.set(way, [packet])
    return packet
  }

  #land(packet: PeerPacket): void {
    const flying = this.#flying.get(wayOf(packet))
    const index = flying?.indexOf(packet) ?? -1
    if (index >= 0) flying?.splice(index, 1)
  }
}

/** The fate of a packet between machines at a moment. */
export type PeerFate = 'on the way' | 'arrived' | 'repeated' | 'lost'

/** Returns what has become of a packet by `now`. */
export function peerFateOf({ lostAt, arrivesAt, copyOf }: PeerPacket, now: number): PeerFate {
  if (lostAt !== undefined && lostAt <= now) return 'lost'
  if (arrivesAt === undefined || arrivesAt > now) return 'on the way'
  return copyOf > 0 ? 'repeated' : 'arrived'
}

function passes(packet: PeerPacket, other: PeerPacket): void {
  packet.overtakes++
  other.overtaken++
}

function wayOf({ from, to }: PeerPacket): number {
  return (from + 1) * 256 + to + 1
}
