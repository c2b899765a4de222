import { bytesEqual, type Instant } from '../../core/index.ts'
import type { Departure, PacketWay, TrafficTap } from '../simulation/traffic-tap.ts'

/** The most packets that are kept; the oldest go first. */
const PACKETS_MAX = 40_000
/** How long after a packet set out it may still be repeated or handed over, in ms. */
const OPEN_MS = 30_000
/** How long before a packet one may have set out that it overtakes, in ms. */
const OVERTAKEN_MS = 5000
/** What waits longer for its turn than so many ms was on a connection that is over. */
const HELD_MS_MAX = 10_000

/** How much of one thing a client read of a packet. */
export interface ReadPart {
  /** The kind of entity; empty for what belongs to no kind. */
  readonly kind: string
  readonly what: string
  readonly bits: number
}

/** One packet on its way between the server and a player. All times are in ms of the run. */
export interface TravellingPacket {
  /** Counts all packets of a run, from 1. */
  readonly number: number
  readonly player: number
  readonly way: PacketWay
  readonly sentAt: number
  /** When its copies arrive; empty for one that is lost. */
  readonly arrivals: readonly number[]
  /** Bytes without and with the headers below it. */
  readonly length: number
  readonly wireLength: number
  /** The number of the lost packet of a stream that this one repeats; 0 for none. */
  repeats: number
  /** The content: of a datagram without its seal, of a stream the frame. Undefined where nothing was handed over. */
  bytes: Uint8Array | undefined
  /** What the client read of it; empty before it has arrived and for what goes up. */
  read: readonly ReadPart[]
  /** How many packets set out before it on the same way and arrive after it. */
  overtakes: number
  /** How many set out after it and arrive before it. */
  overtaken: number
  /**
   * When it was handed to whoever reads it: on a stream that may be after it arrived, when what was lost before it has
   * come. Undefined where it was not yet, and for what nobody above the link reads.
   */
  handedAt: number | undefined
  /** Whether it goes over a stream, on which nothing is handed over before what set out earlier. */
  readonly isInOrder: boolean
}

/** The fate of a packet at a moment. */
export type TravelFate = 'on the way' | 'arrived' | 'held up' | 'lost' | 'repeated'

/** Counts one direction of one player. */
export interface WayCounts {
  sent: number
  lost: number
  /** How many have come, copies not counted. */
  arrived: number
  bytes: number
}

/**
 * Keeps the last packets of a run as things: when each set out, when it arrives, what is in it and what it changed.
 */
export class Traffic implements TrafficTap {
  readonly packets: TravellingPacket[] = []
  readonly #counts: { readonly up: WayCounts; readonly down: WayCounts }[] = []
  /** What has set out, will arrive, and had not arrived when it was last looked. */
  #flying: TravellingPacket[] = []
  readonly #keptMs: number
  readonly #headerBytes: number
  readonly #isInOrder: boolean
  #number = 0
  /** The last departure, whose content has not been handed over yet. */
  #bare: TravellingPacket | undefined
  #plain: Uint8Array | undefined
  /** Returns what the client of a player has read since it was last asked. */
  readonly #readBy: (player: number) => readonly ReadPart[]

  /**
   * @param options  `headerBytes`: what each packet costs on the wire besides its length; `isInOrder`: on streams;
   *                 `keptMs`: how long each is kept
   */
  constructor(options: {
    readonly keptMs: number
    readonly headerBytes: number
    readonly isInOrder: boolean
    readonly readBy: (player: number) => readonly ReadPart[]
  }) {
    this.#keptMs = options.keptMs
    this.#headerBytes = options.headerBytes
    this.#isInOrder = options.isInOrder
    this.#readBy = options.readBy
  }

  travels(player: number, { way, length, now, arrivals }: Departure): void {
    // Without content there is no packet: streams greet and close this way.
    if (length === 0) return
    this.#settle()
    const counts = this.counts(player)[way]
    counts.sent++
    counts.bytes += length + this.#headerBytes
    if (arrivals.length === 0) counts.lost++
    const packet: TravellingPacket = {
      number: ++this.#number,
      player,
      way,
      sentAt: now,
      arrivals,
      length,
      wireLength: length + this.#headerBytes,
      repeats: 0,
      bytes: this.#plain,
      read: [],
      overtakes: 0,
      overtaken: 0,
      handedAt: undefined,
      isInOrder: this.#isInOrder,
    }
    this.#plain = undefined
    this.#bare = packet.bytes ? undefined : packet
    this.#compare(packet)
    this.packets.push(packet)
    if (arrivals.length > 0) this.#flying.push(packet)
    this.#forget(now)
  }

  /** Takes the content of the datagram that is sent next, before it is sealed. */
  sealed(plain: Uint8Array): void {
    this.#plain = new Uint8Array(plain)
  }

  sent(player: number, way: PacketWay, bytes: Uint8Array): void {
    const bare = this.#bare
    if (bare?.player !== player || bare.way !== way || bare.length !== bytes.length) return
    bare.bytes = new Uint8Array(bytes)
    this.#bare = undefined
  }

  received(player: number, way: PacketWay, bytes: Uint8Array, now: Instant): void {
    this.#settle()
    const read = way === 'down' ? this.#readBy(player) : []
    const packet = this.#carrier(player, way, bytes, now)
    if (packet === undefined) return
    packet.handedAt = now
    if (read.length > 0) packet.read = [...packet.read, ...read]
  }

  /** Finds the packet that brought what is handed over now: on a stream the oldest such one, else this moment's. */
  #carrier(player: number, way: PacketWay, bytes: Uint8Array, now: Instant): TravellingPacket | undefined {
    let found: TravellingPacket | undefined
    for (let i = this.packets.length - 1; i >= 0 && now - this.packets[i].sentAt < OPEN_MS; i--) {
      const packet = this.packets[i]
      if (packet.player !== player || packet.way !== way) continue
      if (!this.#isInOrder) {
        if (packet.arrivals.includes(now)) return packet
      } else if (packet.handedAt === undefined && packet.arrivals.some((at) => at <= now))
        if (packet.bytes && bytesEqual(packet.bytes, bytes)) found = packet
    }
    return found
  }

  /** Compares a packet that sets out with those that are on the same way. */
  #compare(packet: TravellingPacket): void {
    const [arrives] = packet.arrivals
    if (arrives === undefined) return
    const { player, way, sentAt } = packet
    for (let i = this.packets.length - 1; i >= 0 && sentAt - this.packets[i].sentAt < OVERTAKEN_MS; i--) {
      const other = this.packets[i]
      if (other.player !== player || other.way !== way || !(other.arrivals[0] > arrives)) continue
      packet.overtakes++
      other.overtaken++
    }
  }

  /** Returns the counts of one player, since the beginning; what has arrived as of the last `land`. */
  counts(player: number): Readonly<Record<PacketWay, WayCounts>> {
    return (this.#counts[player] ??= { up: nothing(), down: nothing() })
  }

  /** Counts what has arrived by now. */
  land(now: number): void {
    this.#flying = this.#flying.filter(({ player, way, arrivals: [at] }) => {
      if (at > now) return true
      this.counts(player)[way].arrived++
      return false
    })
  }

  /** Returns the packets that set out within these bounds, as far as they are kept. */
  between(from: number, to: number): readonly TravellingPacket[] {
    const { packets } = this
    return packets.slice(firstFrom(packets, from), firstFrom(packets, to + 1e-9))
  }

  /** Takes the last departure for a repeated one if nothing was handed over for it: streams try again by themselves. */
  #settle(): void {
    const bare = this.#bare
    this.#bare = undefined
    if (bare === undefined) return
    const { player, way, length } = bare
    const isSame = (other: TravellingPacket): boolean =>
      other !== bare && other.player === player && other.way === way && other.length === length
    for (let i = this.packets.length - 1; i >= 0; i--) {
      const other = this.packets[i]
      if (bare.sentAt - other.sentAt > OPEN_MS) return
      if (!isSame(other) || other.arrivals.length > 0) continue
      bare.repeats = other.number
      bare.bytes = other.bytes
      return
    }
  }

  /** Returns the packets of which a copy is on its way at `now`. */
  onTheWay(now: number): TravellingPacket[] {
    return this.between(now - OPEN_MS, now).filter(({ arrivals }) => arrivals.some((at) => at > now))
  }

  #forget(now: number): void {
    const { packets } = this
    let old = 0
    while (
      old < packets.length &&
      (now - packets[old].sentAt > this.#keptMs || packets.length - old > PACKETS_MAX)
    )
      old++
    if (old > packets.length >> 4 || packets.length > PACKETS_MAX) packets.splice(0, old)
  }
}

/** Returns what has become of a packet by `now`. */
export function fateOf({ arrivals, isInOrder, bytes, handedAt }: TravellingPacket, now: number): TravelFate {
  if (arrivals.length === 0) return 'lost'
  const arrived = arrivals.filter((at) => at <= now).length
  if (arrived === 0) return 'on the way'
  const isWaiting = isInOrder && bytes !== undefined && !(handedAt !== undefined && handedAt <= now)
  if (isWaiting && now - arrivals[0] < HELD_MS_MAX) return 'held up'
  return arrived > 1 ? 'repeated' : 'arrived'
}

/** Returns the index of the first packet that set out at `from` or later. */
function firstFrom(packets: readonly TravellingPacket[], from: number): number {
  let [low, high] = [0, packets.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (packets[middle].sentAt < from) low = middle + 1
    else high = middle
  }
  return low
}

function nothing(): WayCounts {
  return { sent: 0, lost: 0, arrived: 0, bytes: 0 }
}
