import { Counters, type Instant, ShardlessError } from '../../core/index.ts'
import { hostAndPort } from '../listen-url.ts'
import { transportMetrics } from '../metrics.ts'
import { AddressBook } from '../udp/address-book.ts'
import type { DatagramAddress, DatagramReceiver, DatagramSocket } from '../udp/datagram.ts'
import type { LaneClock, NetworkPath } from './memory-lane.ts'

export interface MemoryDatagramOptions<Address> {
  /**
   * An address by number, as netcode wants it: "10.0.0.1". Any number of sockets may have the same, with other ports.
   */
  readonly host: string
  readonly port: number
  /** Makes the caller's own object for a peer heard of for the first time; undefined drops what it sent. */
  readonly addressOf: (host: string, port: number) => Address | undefined
  readonly receive: DatagramReceiver<Address>
  /** Largest datagram either way, in bytes. Default 1472. */
  readonly packetBytesMax?: number
  /** The air around this socket: what it sends passes `out`, then the receiver's `in`. No weather by default. */
  readonly out?: NetworkPath
  readonly in?: NetworkPath
}

/** Finds the sockets of one memory network by host and port. */
export type DatagramRegistry = Map<string, { approach(bytes: Uint8Array, from: DatagramAddress): void }>

/** A UDP socket in virtual time: the same shape as a real one, so netcode cannot tell. */
export class MemoryDatagramSocket<Address> implements DatagramSocket {
  readonly url: string
  readonly packetBytesMax: number
  readonly receiveBufferBytes = Number.POSITIVE_INFINITY
  readonly sendBufferBytes = Number.POSITIVE_INFINITY
  readonly dropped = new Counters(...transportMetrics.datagramsDropped.values)
  readonly #clock: LaneClock
  readonly #registry: DatagramRegistry
  readonly #options: MemoryDatagramOptions<Address>
  readonly #book: AddressBook<Address>
  readonly #place: string
  #isOpen = true

  /** @throws `transport/name-taken` if another socket has this host and port */
  constructor(clock: LaneClock, registry: DatagramRegistry, options: MemoryDatagramOptions<Address>) {
    this.#place = hostAndPort(options.host, options.port)
    if (registry.has(this.#place)) {
      throw new ShardlessError('transport/name-taken', `${this.#place} is taken. Close that socket first.`)
    }
    this.url = `udp://${this.#place}`
    this.packetBytesMax = options.packetBytesMax ?? 1472
    this.#clock = clock
    this.#registry = registry
    this.#options = options
    this.#book = new AddressBook(65_536, options.addressOf)
    registry.set(this.#place, this)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  send(packet: Uint8Array, to: DatagramAddress): boolean {
    if (!this.#isOpen || packet.length === 0 || packet.length > this.packetBytesMax) return false
    const bytes = new Uint8Array(packet)
    const place = hostAndPort(to.host, to.port)
    this.#travel(bytes, this.#options.out, () => {
      const receiver = this.#registry.get(place)
      receiver?.approach(bytes, this.#options)
    })
    return true
  }

  /** Takes a datagram that comes near: it still has this socket's own air to pass. */
  approach(bytes: Uint8Array, from: DatagramAddress): void {
    this.#travel(bytes, this.#options.in, () => this.#take(bytes, from))
  }

  async close(): Promise<void> {
    if (this.#isOpen) this.#registry.delete(this.#place)
    this.#isOpen = false
  }

  #travel(bytes: Uint8Array, path: NetworkPath | undefined, arrive: () => void): void {
    const { now, agenda } = this.#clock
    const instants = path === undefined ? [now] : path(bytes.length, now)
    for (const at of instants) agenda.note(Math.max(at, now) as Instant, arrive)
  }

  #take(bytes: Uint8Array, from: DatagramAddress): void {
    if (!this.#isOpen) return
    if (bytes.length > this.packetBytesMax) {
      this.dropped.count('received too large')
      return
    }
    const address = from.port === 0 ? undefined : this.#book.find(from.host, from.port, 0)
    if (address === undefined) this.dropped.count('received from nowhere')
    else this.#options.receive(bytes, address)
  }
}
