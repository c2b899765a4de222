import { channelMetrics } from '../channel/index.ts'
import { Counters, FOREVER, type Instant, instant, type Measured, type Readings } from '../core/index.ts'
import { type Address, NetcodeServer, type NetcodeServerOptions, netcodeMetrics } from '../netcode/index.ts'
import { DatagramLink, type DatagramOutlet, type LinkOptions, transportMetrics } from '../transport/index.ts'
import { SEALED_HEADER_BYTES } from './header.ts'
import { SERVER_KEEP_ALIVE_EVERY } from './keep-alive.ts'

/** Newcomers taken at one poll; the others wait for the next, behind what else is due. */
export const NEWCOMERS_PER_POLL = 8
/** The most payloads kept of a newcomer who waits. */
const HELD_MAX = 16

/** Somebody who has connected and has no link yet. */
interface Newcomer {
  readonly address: Address
  /** What it has said meanwhile. */
  readonly held: Uint8Array[]
}

export interface SealedOptions extends NetcodeServerOptions {
  readonly link: LinkOptions
  readonly send: (datagram: Uint8Array, to: Address) => void
  /** Called when a player has connected. */
  readonly accept: (link: DatagramLink) => void
  /** Called when something waits to be sent: poll soon. */
  readonly wake: () => void
}

/**
 * Runs all sealed connections of one UDP port: netcode below, a link for each player above. A machine without I/O.
 *
 *     datagram --receive--> NetcodeServer --payload--> DatagramLink --> link handler
 *     datagram <---send---- NetcodeServer <--send----- DatagramLink <-- link.send, link.state.send
 */
export class SealedServer implements Measured {
  readonly netcode: NetcodeServer
  readonly #options: SealedOptions
  readonly #links: (DatagramLink | undefined)[] = []
  /** By slot: when its link has something to do. */
  readonly #dueAt: Float64Array
  readonly #slots = new Map<DatagramLink, number>()
  /** By slot, those first who came first: a storm of them is taken in turns, so that no tick waits for it. */
  readonly #newcomers = new Map<number, Newcomer>()
  /** The links that have something to do now, ended ones among them. */
  #busy = new Set<DatagramLink>()
  #now: Instant
  #count = 0
  #accepted = 0
  /** Counts what the channels of all links drop. */
  readonly #dropped = new Counters(...channelMetrics.dropped.values)
  /** The reason why it accepts no more. */
  #retired: string | undefined

  constructor(options: SealedOptions) {
    this.#options = options
    this.#now = options.now
    this.netcode = new NetcodeServer({ keepAliveEvery: SERVER_KEEP_ALIVE_EVERY, ...options })
    this.#dueAt = new Float64Array(options.maxClients).fill(FOREVER)
  }

  measure(readings: Readings): void {
    readings.addAll(netcodeMetrics.dropped, this.netcode.dropped)
    readings.add(netcodeMetrics.connected, this.netcode.connectedCount)
    readings.addAll(channelMetrics.dropped, this.#dropped)
    readings.add(transportMetrics.links, this.#count, 'sealed')
    readings.add(transportMetrics.accepted, this.#accepted, 'sealed')
  }

  /** The number of connected players, those included who wait for their link. */
  get count(): number {
    return this.#count + this.#newcomers.size
  }

  receive(datagram: Uint8Array, from: Address, now: Instant): void {
    this.#now = now
    this.netcode.receive(datagram, from, now)
    this.#drain(now)
  }

  /** Sends what is due and reports what happened. */
  poll(now: Instant): void {
    this.#now = now
    this.#drain(now)
    this.#takeNewcomers(now)
    const busy = this.#busy
    this.#busy = new Set()
    const { length } = this.#links
    for (let slot = 0; slot < length; slot++) {
      const link = this.#dueAt[slot] <= now ? this.#links[slot] : undefined
      if (link) busy.add(link)
    }
    for (const link of busy) {
      link.poll(now)
      this.#noteDue(link)
    }
    this.#drain(now)
  }

  get wakeAt(): Instant {
    let at: number = this.#busy.size + this.#newcomers.size > 0 ? this.#now : this.netcode.wakeAt
    for (let slot = 0; slot < this.#links.length; slot++) if (this.#dueAt[slot] < at) at = this.#dueAt[slot]
    return instant(at)
  }

  /** Accepts no more and closes every link with `reason`; they are through when `count` is 0, or after a second. */
  retire(reason: string): void {
    this.#retired = reason
    for (const link of this.#links) link?.close(reason)
  }

  /** Ends every connection at once. */
  close(now: Instant): void {
    this.#now = now
    this.netcode.close(now)
    this.#drain(now)
  }

  #drain(now: Instant): void {
    for (let one = this.netcode.poll(now); one; one = this.netcode.poll(now)) {
      if (one.do === 'send') this.#options.send(one.packet, one.to)
      else if (one.do === 'payload') this.#payload(one.slot, one.bytes, now)
      else if (one.do === 'connected') {
        this.#newcomers.set(one.slot, { address: one.address, held: [] })
        this.#options.wake()
      } else if (!this.#newcomers.delete(one.slot)) {
        const link = this.#links[one.slot]
        this.#links[one.slot] = undefined
        if (!link) continue
        this.#dueAt[one.slot] = FOREVER
        this.#slots.delete(link)
        this.#count--
        link.ended()
      }
    }
  }

  #payload(slot: number, bytes: Uint8Array, now: Instant): void {
    const link = this.#links[slot]
    const held = this.#newcomers.get(slot)?.held
    if (link) {
      link.receive(bytes, now)
      if (this.#links[slot] === link) this.#dueAt[slot] = link.wakeAt
    } else if (held && held.length < HELD_MAX) held.push(bytes)
  }

  #takeNewcomers(now: Instant): void {
    let taken = 0
    for (const [slot, { address, held }] of this.#newcomers) {
      if (taken++ === NEWCOMERS_PER_POLL) {
        this.#options.wake()
        return
      }
      this.#newcomers.delete(slot)
      this.#connected(slot, address)
      for (const bytes of held) this.#links[slot]?.receive(bytes, now)
    }
  }

  /** Notes when a link has something to do next: it is asked when it was driven, and not at each look. */
  #noteDue(link: DatagramLink): void {
    const slot = this.#slots.get(link)
    if (slot !== undefined) this.#dueAt[slot] = link.wakeAt
  }

  #connected(slot: number, address: Address): void {
    const outlet: DatagramOutlet = {
      remote: address.text,
      address: address.host,
      headerBytes: SEALED_HEADER_BYTES,
      dropped: this.#dropped,
      send: (datagram) => this.netcode.send(slot, datagram, this.#now),
      wake: () => {
        this.#busy.add(link)
        this.#options.wake()
      },
      hangUp: () => this.netcode.disconnect(slot, this.#now),
    }
    const link = new DatagramLink(outlet, this.#options.link)
    this.#links[slot] = link
    this.#slots.set(link, slot)
    this.#count++
    this.#accepted++
    if (this.#retired === undefined) this.#options.accept(link)
    else link.close(this.#retired)
    this.#noteDue(link)
  }
}
