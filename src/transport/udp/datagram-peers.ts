import { Counters, type Instant, type Measured, type Readings } from '../../core/index.ts'
import type { Link, LinkHandler } from '../link.ts'
import { LinkInbox } from '../link-inbox.ts'
import { hostAndPort } from '../listen-url.ts'
import { transportMetrics } from '../metrics.ts'
import { shortReason } from '../reason.ts'
import type { DatagramAddress } from './datagram.ts'
import { type UnprovenBounds, UnprovenBudget } from './unproven.ts'

/** The bounds of bare datagrams. */
export interface DatagramBounds {
  /** The largest datagram in bytes, either way. Default 1472: what an Ethernet carries whole. */
  readonly packetBytesMax?: number
  /**
   * The most links at a time, and the most of them to addresses that have proved nothing. Defaults 4096 and 1024.
   */
  readonly peersMax?: number
  readonly unprovenMax?: number
  /** After how many milliseconds of silence a peer is gone. Default 20,000. */
  readonly silenceMs?: number
  readonly unproven?: UnprovenBounds
}

export interface DatagramPeersOptions extends DatagramBounds {
  readonly now: Instant
  readonly send: (datagram: Uint8Array, to: DatagramAddress) => void
  /** Called when a peer is heard for the first time. */
  readonly accept: (link: Link) => void
  /** Called when something is to be told: poll soon, but not from inside. */
  readonly wake: () => void
}

/** Newcomers taken between two polls; the others wait for the next, behind what else is due. */
export const STRANGERS_PER_POLL = 8

/** How many bytes of a peer are kept before its link is opened. */
const HELD_BYTES = 4096
/**
 * How many milliseconds a peer whose link was closed gets no new one: a flood shall not get one for each datagram.
 */
const REST_MS = 1000

/**
 * The peers of one port of bare datagrams, each as a link [L80]. Nothing tells that a peer has come or gone but
 * that it is heard, or no longer. A machine without I/O.
 *
 *     datagram --receive--> known peer? --yes--> link handler
 *                               '--no, room?--> accept(link)        silence, close --poll--> closed
 */
export class DatagramPeers implements Measured {
  readonly dropped = new Counters(...transportMetrics.peersDropped.values)
  readonly #options: DatagramPeersOptions
  #accepted = 0
  readonly #peersMax: number
  readonly #unprovenMax: number
  readonly #silenceMs: number
  readonly #budget: UnprovenBudget
  readonly #peers = new Map<string, DatagramPeer>()
  /** The same by address, as long as a socket gives the same object: no name is put together for each datagram. */
  readonly #met = new WeakMap<DatagramAddress, DatagramPeer>()
  readonly #packetBytesMax: number
  /** Those who were heard and not accepted yet: a storm of them is taken in turns, so that no tick waits for it. */
  readonly #strangers: DatagramPeer[] = []
  #taken = 0
  #unproven = 0
  #now: Instant
  #isRetired = false

  constructor(options: DatagramPeersOptions) {
    const { packetBytesMax = 1472, peersMax = 4096, unprovenMax = 1024, silenceMs = 20_000 } = options
    this.#options = options
    this.#packetBytesMax = packetBytesMax
    this.#peersMax = peersMax
    this.#unprovenMax = unprovenMax
    this.#silenceMs = silenceMs
    this.#now = options.now
    this.#budget = new UnprovenBudget(options.unproven ?? {}, options.now)
  }

  measure(readings: Readings): void {
    readings.addAll(transportMetrics.peersDropped, this.dropped)
    readings.add(transportMetrics.links, this.#peers.size, 'datagrams')
    readings.add(transportMetrics.accepted, this.#accepted, 'datagrams')
  }

  /** How many links there are, those included that were closed a moment ago. */
  get count(): number {
    return this.#peers.size
  }

  receive(datagram: Uint8Array, from: DatagramAddress, now: Instant): void {
    this.#now = now
    const met = this.#met.get(from)
    const peer = met && this.#peers.get(met.remote) === met ? met : this.#find(from)
    if (peer === undefined) this.dropped.count('no link free')
    else if (!peer.isOpen) this.dropped.count('just closed')
    else {
      if (!peer.isProven) this.#budget.heard(from.host, datagram.length)
      peer.heard(datagram, now)
    }
  }

  /** Reports what is due: newcomers, openings, closings, and peers that have been silent for too long. */
  poll(now: Instant): void {
    this.#now = now
    this.#taken = 0
    for (const peer of this.#strangers.splice(0, STRANGERS_PER_POLL)) this.#take(peer)
    for (const peer of this.#peers.values()) {
      if (peer.isOpen && now - peer.heardAt >= this.#silenceMs) peer.close(SILENT)
      peer.release()
      if (peer.isOpen || now - peer.heardAt < REST_MS) continue
      this.#peers.delete(peer.remote)
      if (!peer.isProven) this.#settled(peer.address)
    }
  }

  /** Accepts no more and closes every link. */
  close(reason: string, now: Instant): void {
    this.#isRetired = true
    for (const peer of this.#peers.values()) peer.close(reason)
    this.poll(now)
  }

  #find(from: DatagramAddress): DatagramPeer | undefined {
    const peer = this.#peers.get(hostAndPort(from.host, from.port)) ?? this.#meet(from)
    if (peer) this.#met.set(from, peer)
    return peer
  }

  #meet(from: DatagramAddress): DatagramPeer | undefined {
    const isFull = this.#peers.size >= this.#peersMax || this.#unproven >= this.#unprovenMax
    if (isFull || this.#isRetired) return undefined
    const peer = new DatagramPeer(from, {
      packetBytesMax: this.#packetBytesMax,
      now: this.#now,
      send: (datagram) => {
        if (peer.isProven || this.#budget.take(from.host, datagram.length, this.#now))
          this.#options.send(datagram, from)
        else this.dropped.count('unproven')
      },
      wake: this.#options.wake,
      proven: () => this.#settled(from.host),
    })
    this.#peers.set(peer.remote, peer)
    this.#unproven++
    this.#accepted++
    this.#budget.begin(from.host, this.#now)
    if (this.#taken < STRANGERS_PER_POLL) this.#take(peer)
    else this.#strangers.push(peer)
    return peer
  }

  #take(peer: DatagramPeer): void {
    if (this.#taken++ === 0 || this.#strangers.length > 0) this.#options.wake()
    if (peer.isOpen) this.#options.accept(peer)
  }

  /** Notes that a peer is unproven no longer: proven, or gone. */
  #settled(address: string): void {
    this.#unproven--
    this.#budget.end(address)
  }
}

const SILENT = 'nothing was heard'

interface PeerParts {
  readonly packetBytesMax: number
  readonly now: Instant
  readonly send: (datagram: Uint8Array) => void
  readonly wake: () => void
  readonly proven: () => void
}

/** A link to one peer of a port of bare datagrams. */
class DatagramPeer implements Link {
  readonly isReliable = false
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly bufferedBytes = 0
  heardAt: Instant
  isProven = false
  readonly #parts: PeerParts
  readonly #inbox = new LinkInbox(HELD_BYTES)
  #reason: string | undefined
  #isReleased = false

  constructor({ host, port }: DatagramAddress, parts: PeerParts) {
    this.packetBytesMax = parts.packetBytesMax
    this.address = host
    this.remote = hostAndPort(host, port)
    this.heardAt = parts.now
    this.#parts = parts
  }

  get isOpen(): boolean {
    return this.#reason === undefined
  }

  open(handler: LinkHandler): void {
    this.#inbox.open(handler)
    this.#parts.wake()
  }

  /** Sends a datagram. What an unproven peer is not to get is dropped on the way, as any datagram may be. */
  send(datagram: Uint8Array): boolean {
    if (!this.isOpen || datagram.length === 0 || datagram.length > this.packetBytesMax) return false
    this.#parts.send(datagram)
    return true
  }

  prove(): void {
    if (this.isProven || !this.isOpen) return
    this.isProven = true
    this.#parts.proven()
  }

  close(reason: string): void {
    if (!this.isOpen) return
    this.#reason = shortReason(reason)
    this.#inbox.mute()
    this.#parts.wake()
  }

  heard(datagram: Uint8Array, now: Instant): void {
    this.heardAt = now
    this.release()
    this.#inbox.receive(datagram)
  }

  /** Delivers what was kept, once there is somebody to hear it, and the closing. */
  release(): void {
    if (this.#inbox.isOpened && !this.#isReleased) {
      this.#isReleased = true
      this.#inbox.release()
    }
    if (this.#reason !== undefined) this.#inbox.close(this.#reason)
  }
}
