import {
  DatagramLane,
  type LaneClock,
  type LaneEnd,
  type Link,
  type LinkHandler,
  type LinkOptions,
  type NetworkPath,
  type Parcel,
  StreamLane,
} from '../transport/index.ts'

/** How many bytes a link's own buffer may hold before the weather's lane keeps the rest. */
const HANDED_BYTES_MAX = 65_536
/** After how many milliseconds a link that was too full is tried again. */
const RETRY_MS = 5
/** How many milliseconds a closing waits behind what was sent before it, at most. */
const CLOSING_MS_MAX = 10_000

export interface WeatheredLinkOptions extends Pick<LinkOptions, 'bufferBytesMax'> {
  /** The paths that packets take which are sent here, and which come here. */
  readonly out: NetworkPath
  readonly in: NetworkPath
  readonly clock: LaneClock
  /** Bytes a stream has on the way before the sender's buffer begins to fill. */
  readonly windowBytes: number
}

/**
 * A link in weather: whatever really carries it, its packets are late, lost and out of order as the two paths say.
 *
 *     send --out--> the link within ... the link within --in--> handler.receive
 *
 * Over a reliable link nothing is lost: what the weather takes is tried again after 200 ms (Linux' least
 * retransmission timeout), then after twice that, and so on, and holds up whatever was sent behind it, as TCP does.
 * Over datagrams it is gone. It keeps the contract of links, and moves when the agenda of its clock is run; what
 * arrives at the instant it was sent passes at once.
 */
export class WeatheredLink implements Link {
  readonly isReliable: boolean
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly #link: Link
  readonly #options: WeatheredLinkOptions
  readonly #out: StreamLane | DatagramLane
  readonly #in: StreamLane | DatagramLane
  #handler: LinkHandler | undefined
  #isOpen = true
  #isOver = false
  #isRetrying = false

  constructor(link: Link, options: WeatheredLinkOptions) {
    this.#link = link
    this.#options = options
    this.isReliable = link.isReliable
    this.packetBytesMax = link.packetBytesMax
    this.remote = link.remote
    this.address = link.address
    const Lane = link.isReliable ? StreamLane : DatagramLane
    const { clock, windowBytes } = options
    const giveUp = (): void => link.close('the peer does not answer')
    // In clear weather nothing waits for a timer.
    const shared = { giveUp, isPrompt: true }
    this.#out = new Lane(clock, this.#far, { ...shared, path: options.out, windowBytes })
    this.#in = new Lane(clock, this.#near, {
      ...shared,
      path: options.in,
      windowBytes: options.bufferBytesMax,
    })
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#link.isOpen
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes + this.#out.bufferedBytes
  }

  open(handler: LinkHandler): void {
    this.#link.open({
      receive: (packet) => this.#take(packet),
      closed: (reason, hasLeft) => this.#ended(reason, hasLeft),
    })
    this.#handler = handler
  }

  send(packet: Uint8Array): boolean {
    const { length } = packet
    if (!this.isOpen || length === 0 || length > this.packetBytesMax) return false
    if (this.isReliable && this.bufferedBytes + length > this.#options.bufferBytesMax) return false
    this.#out.push({ is: 'packet', bytes: new Uint8Array(packet) })
    return true
  }

  close(reason: string): void {
    if (!this.isOpen) return
    this.#isOpen = false
    this.#in.cut()
    this.#out.push({ is: 'bye', reason })
    if (!this.#link.isOpen) return
    const { agenda, now } = this.#options.clock
    agenda.note((now + CLOSING_MS_MAX) as typeof now, () => this.#link.close(reason))
  }

  /** Where the lane out leads: the link within. */
  readonly #far: LaneEnd = {
    isReady: (parcel) => {
      if (parcel.is !== 'packet' || !this.isReliable) return true
      const held = this.#link.bufferedBytes
      if (held === 0 || held + parcel.bytes.length <= HANDED_BYTES_MAX) return true
      this.#retry()
      return false
    },
    arrive: (parcel: Parcel) => {
      if (parcel.is === 'bye') this.#link.close(parcel.reason)
      // A stream with a hole in it is none.
      else if (parcel.is === 'packet' && !this.#link.send(parcel.bytes) && this.isReliable)
        this.#link.close('the link took no more')
    },
  }

  /** Where the lane in leads: whoever opened this link. */
  readonly #near: LaneEnd = {
    isReady: () => true,
    arrive: (parcel: Parcel) => {
      if (parcel.is === 'bye') this.#tellEnd(parcel.reason, parcel.hasLeft)
      else if (parcel.is === 'packet') this.#handler?.receive(parcel.bytes)
    },
  }

  #take(packet: Uint8Array): void {
    if (this.#in.bufferedBytes > this.#options.bufferBytesMax)
      this.#link.close('more came than the weather lets through')
    else this.#in.push({ is: 'packet', bytes: new Uint8Array(packet) })
  }

  /** Notes that the link within has ended. If the peer ended it, what came before arrives first. */
  #ended(reason: string, hasLeft = false): void {
    this.#out.cut()
    if (this.#isOpen) this.#in.push({ is: 'bye', reason, hasLeft })
    else this.#tellEnd(reason, hasLeft)
  }

  #tellEnd(reason: string, hasLeft = false): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#isOpen = false
    this.#in.cut()
    this.#handler?.closed(reason, hasLeft)
  }

  #retry(): void {
    if (this.#isRetrying) return
    this.#isRetrying = true
    const { agenda, now } = this.#options.clock
    agenda.note((now + RETRY_MS) as typeof now, () => {
      this.#isRetrying = false
      this.#out.flush()
    })
  }
}
