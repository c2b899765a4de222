import { Channels, STATE_BYTES_MAX } from '../../channel/index.ts'
import { BoundedQueue, FOREVER, type Instant, instant } from '../../core/index.ts'

/** Bytes of the largest packet of messages. */
const MESSAGE_BYTES_MAX = 65_536
/** Milliseconds that what was sent last may take to arrive once the carrier closes. */
const LINGER_MS = 1000
/** State payloads that may wait before the lane counts as crowded: what one tick may make. */
const CROWDED = 4
const EARLY_MAX = 64
/** What a sealed packet costs on the wire beside its content: IPv4, UDP, the seal. */
const HEADER_BYTES = 28 + 26

/** What a carrier tells its owner: the same as a link's handler. */
export interface CarrierHandler {
  receive(packet: Uint8Array): void
  closed(reason: string): void
  receiveState?(payload: Uint8Array): boolean
  settleState?(id: number, isAcknowledged: boolean): void
}

/** Where a carrier's datagrams go. */
export interface DatagramOutlet {
  /** The peer for people. */
  readonly remote: string
  readonly address: string
  send(datagram: Uint8Array): void
  /** Something waits to be sent: poll soon. */
  wake(): void
  /** The carrier is through: end the connection below it. */
  hangUp(): void
}

/**
 * Makes a link of datagrams that a seal protects: packets go over a reliable and ordered channel, state over a lane of
 * its own that is never resent. It has the shape of a transport's link, and is driven like a machine.
 *
 *     send(packet)  -> reliable-ordered channel --\\
 *     state.send()  -> state payloads ------------ poll(now) -> outlet.send(datagram) -> netcode -> UDP
 */
export class DatagramCarrier {
  readonly isReliable = true
  readonly packetBytesMax = MESSAGE_BYTES_MAX
  readonly remote: string
  readonly address: string
  readonly state: {
    readonly payloadBytesMax: number
    readonly isCrowded: boolean
    send(payload: Uint8Array, isSameTurn: boolean): number | undefined
  }
  readonly #outlet: DatagramOutlet
  readonly #channels: Channels
  readonly #early = new BoundedQueue<Uint8Array>(EARLY_MAX)
  #handler: CarrierHandler | undefined
  #isOpen = true
  #closing: { readonly reason: string; until: Instant } | undefined

  constructor(outlet: DatagramOutlet) {
    this.remote = outlet.remote
    this.address = outlet.address
    this.#outlet = outlet
    this.#channels = new Channels({
      channels: [{ name: 'messages', kind: 'reliable-ordered', messageBytesMax: MESSAGE_BYTES_MAX }],
      headerBytes: HEADER_BYTES,
      takeState: (payload) => this.#handler?.receiveState?.(payload) ?? false,
    })
    const channels = this.#channels
    this.state = {
      payloadBytesMax: STATE_BYTES_MAX,
      get isCrowded(): boolean {
        return channels.stateWaiting >= CROWDED
      },
      send: (payload, isSameTurn) => {
        if (!this.#isOpen) return undefined
        outlet.wake()
        return channels.sendState(payload.slice(), { isSameTurn })
      },
    }
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get bufferedBytes(): number {
    return this.#channels.queued(0).bytes
  }

  /** Round trip, jitter and loss as the channels measure them. */
  stats(now: Instant) {
    return this.#channels.stats(now)
  }

  open(handler: CarrierHandler): void {
    this.#handler = handler
    for (let packet = this.#early.shift(); packet; packet = this.#early.shift()) handler.receive(packet)
  }

  send(packet: Uint8Array): boolean {
    if (!this.#isOpen || packet.length === 0 || packet.length > MESSAGE_BYTES_MAX) return false
    if (this.#channels.send(0, packet.slice()) !== 'accepted') return false
    this.#outlet.wake()
    return true
  }

  close(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    // Until when is known at the next poll, which is told the time.
    this.#closing = { reason, until: FOREVER }
    this.#outlet.wake()
  }

  /** A datagram came, opened and believed. */
  receive(datagram: Uint8Array, now: Instant): void {
    this.#channels.receive(datagram, now)
    this.#takeOut()
    this.#outlet.wake()
  }

  /** Sends what is due. */
  poll(now: Instant): void {
    for (let datagram = this.#channels.poll(now); datagram; datagram = this.#channels.poll(now))
      this.#outlet.send(datagram)
    this.#takeOut()
    const closing = this.#closing
    if (!closing) return
    if (closing.until === FOREVER) closing.until = instant(now + LINGER_MS)
    if (this.bufferedBytes > 0 && now < closing.until) return
    this.#closing = undefined
    this.#outlet.hangUp()
    this.#tellClosed(closing.reason)
  }

  get wakeAt(): Instant {
    return instant(Math.min(this.#channels.wakeAt, this.#closing?.until ?? FOREVER))
  }

  /** The connection below has ended. */
  ended(reason: string): void {
    this.#isOpen = false
    this.#closing = undefined
    this.#tellClosed(reason)
  }

  #tellClosed(reason: string): void {
    const handler = this.#handler
    this.#handler = undefined
    handler?.closed(reason)
  }

  #takeOut(): void {
    for (let one = this.#channels.next(); one; one = this.#channels.next()) {
      if (one.do === 'message') {
        if (this.#handler) this.#handler.receive(one.bytes)
        else this.#early.push(one.bytes)
      } else if (one.do !== 'state') this.#handler?.settleState?.(one.id, one.do === 'acked')
    }
  }
}
