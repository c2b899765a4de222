import { Channels, type DropReason, MESSAGE_BYTES_MAX, STATE_BYTES_MAX } from '../../channel/index.ts'
import { type Counters, earlier, FOREVER, type Instant, instant, ShardlessError } from '../../core/index.ts'
import type { Link, LinkHandler, LinkOptions, StateLane } from '../link.ts'
import { connectionLost, REASON_BYTES_MAX, readReason, reasonBytes, tooLarge } from '../reason.ts'

/** The most bytes of a packet of either end, unless larger ones are agreed: what a reader must expect. */
const EXPECTED_BYTES = 65_536
/** The most bytes held of packets that are incomplete, early, or not yet asked for. */
const HELD_BYTES = 262_144
/** How many milliseconds the last packets may take to arrive once the link closes [N24]. */
const LINGER_MS = 1000
/** How many milliseconds' worth of state may wait before the lane counts as crowded [N23]. */
const CROWDED_MS = 25

const nothing = new Uint8Array(0)

/** Where a link's datagrams go. */
export interface DatagramOutlet {
  /** The peer for people. */
  readonly remote: string
  readonly address: string
  /** What a datagram costs on the wire besides its content, in bytes: IP, UDP, and the seal if any. */
  readonly headerBytes: number
  /** Counts what the channels of several links drop together; the link's own when left out. */
  readonly dropped?: Counters<DropReason>
  send(datagram: Uint8Array): void
  /** Called when something is to be done: poll soon, but not from inside. */
  wake(): void
  /** Called when the link is through: end the connection below it. */
  hangUp(): void
}

/**
 * Checks that a link over datagrams can keep these options: packets have at most 4 MiB.
 *
 * @throws `transport/bad-options`
 */
export function checkDatagramLink(options: LinkOptions): LinkOptions {
  if (options.packetBytesMax <= MESSAGE_BYTES_MAX) return options
  throw new ShardlessError(
    'transport/bad-options',
    `packetBytesMax is ${options.packetBytesMax}; over datagrams a packet has at most ${MESSAGE_BYTES_MAX} bytes.`,
  )
}

/**
 * The stages of a link's life.
 *
 *     open --close()--> closing --all arrived, or a second over--> over
 *       '--the peer closed, or is gone--> ended --what came was told--^
 */
type Stage =
  | { readonly at: 'open' }
  | { readonly at: 'closing'; readonly reason: string; until: Instant }
  | { readonly at: 'ended'; reason: string }
  | { readonly at: 'over' }

/**
 * A link over datagrams that get lost: packets go over a reliable and ordered channel, state over a lane of its own
 * that is never resent. It keeps the rules of links and is driven like a machine: `receive`, `poll`, `wakeAt`.
 * Nothing is told from inside `open`, `send` or `close`. It believes what it gets: whoever owns it opens the seal
 * first.
 *
 *     send(packet)  -> reliable-ordered channel --\
 *     state.send()  -> state payloads ------------ poll(now) -> outlet.send(datagram)
 *
 * Source: docs/spec/native.md [N20] to [N26].
 */
export class DatagramLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly state: StateLane
  readonly #outlet: DatagramOutlet
  readonly #channels: Channels
  readonly #bufferBytesMax: number
  #handler: LinkHandler | undefined
  #stage: Stage = { at: 'open' }
  /** Whether the empty message has come: the next one is the peer's reason. */
  #isReasonNext = false
  #hasHungUp = false

  /** @param options as `checkDatagramLink` wants them */
  constructor(outlet: DatagramOutlet, options: LinkOptions) {
    const { packetBytesMax, bufferBytesMax } = options
    this.packetBytesMax = packetBytesMax
    this.#bufferBytesMax = bufferBytesMax
    this.remote = outlet.remote
    this.address = outlet.address
    this.#outlet = outlet
    this.#channels = new Channels(
      channelOptions(options, outlet, (payload) => this.#takeState(payload)),
      outlet.dropped,
    )
    this.state = this.#lane(this.#channels, outlet)
  }

  get isOpen(): boolean {
    return this.#stage.at === 'open'
  }

  /** Bytes sent that the peer has not acknowledged. */
  get bufferedBytes(): number {
    return this.#stage.at === 'over' ? 0 : this.#channels.queuedBytes(0)
  }

  /** Round trip, jitter and loss as the channels measure them. */
  stats(now: Instant) {
    return this.#channels.stats(now)
  }

  /**
   * Starts delivery. What came before has been kept, up to a bound at which the peer's sending waits.
   *
   * @throws `transport/opened-twice`
   */
  open(handler: LinkHandler): void {
    if (this.#handler)
      throw new ShardlessError(
        'transport/opened-twice',
        'A link has one handler and was given a second one. Make another link.',
      )
    this.#handler = handler
    this.#outlet.wake()
  }

  send(packet: Uint8Array): boolean {
    const { length } = packet
    if (this.#stage.at !== 'open' || length === 0 || length > this.packetBytesMax) return false
    if (this.bufferedBytes + length > this.#bufferBytesMax) return false
    if (this.#channels.send(0, copyOf(packet)) !== 'accepted') return false
    this.#outlet.wake()
    return true
  }

  close(reason: string): void {
    if (this.#stage.at === 'closing' || this.#stage.at === 'over') return
    const bytes = reasonBytes(reason)
    // Until when is known at the next poll, which is told the time.
    this.#stage = { at: 'closing', reason: readReason(bytes), until: FOREVER }
    if (!this.#hasHungUp) {
      this.#channels.send(0, nothing)
      this.#channels.send(0, bytes)
    }
    this.#outlet.wake()
  }

  /** Takes a datagram, opened and believed. Look at `wakeAt` again after it; what is due at once wakes by itself. */
  receive(datagram: Uint8Array, now: Instant): void {
    if (this.#hasHungUp) return
    this.#channels.receive(datagram, now)
    this.#takeOut()
    if (this.#stage.at !== 'open' || this.#channels.wakeAt <= now) this.#outlet.wake()
  }

  /** Delivers what has come, and sends what is due. */
  poll(now: Instant): void {
    this.#takeOut()
    if (!this.#hasHungUp) {
      for (let datagram = this.#channels.poll(now); datagram; datagram = this.#channels.poll(now))
        this.#outlet.send(datagram)
      this.#takeOut()
    }
    const stage = this.#stage
    if (stage.at !== 'closing') return
    if (stage.until === FOREVER) stage.until = instant(now + LINGER_MS)
    if (this.#hasHungUp || this.bufferedBytes === 0 || now >= stage.until) this.#finish(stage.reason)
  }

  get wakeAt(): Instant {
    if (this.#hasHungUp) return FOREVER
    const { wakeAt } = this.#channels
    return this.#stage.at === 'closing' ? earlier(wakeAt, this.#stage.until) : wakeAt
  }

  /** Ends the link: the connection below has ended; the peer may have said why before. */
  ended(reason = connectionLost): void {
    this.#hasHungUp = true
    if (this.#stage.at === 'open') this.#stage = { at: 'ended', reason }
    this.#outlet.wake()
  }

  #lane(channels: Channels, { headerBytes }: DatagramOutlet): StateLane {
    return {
      payloadBytesMax: STATE_BYTES_MAX,
      get bytesPerSecond() {
        return channels.bytesPerSecond
      },
      get isCrowded() {
        const waiting = channels.stateWaitingBytes + headerBytes * channels.stateWaiting
        return waiting * 1000 > channels.bytesPerSecond * CROWDED_MS
      },
      send: (payload, isSameTurn) => {
        if (this.#stage.at !== 'open') return undefined
        this.#outlet.wake()
        return channels.sendState(copyOf(payload), { isSameTurn })
      },
    }
  }

  /** Takes state; what comes while nobody listens is of no use later, and counts as lost. */
  #takeState(payload: Uint8Array): boolean {
    return this.#stage.at === 'open' && this.#handler?.receiveState?.(payload) === true
  }

  /** Hands on what came. Before `open` it stays where it is, which in time makes the peer wait. */
  #takeOut(): void {
    while (this.#handler || this.#stage.at === 'closing') {
      if (this.#stage.at === 'over') return
      const one = this.#channels.next()
      if (!one) break
      if (one.do === 'message') this.#take(one.bytes)
      else if (one.do !== 'state' && this.isOpen) this.#handler?.settleState?.(one.id, one.do === 'acked')
    }
    const stage = this.#stage
    if (stage.at === 'ended' && this.#handler) this.#finish(stage.reason)
  }

  #take(bytes: Uint8Array): void {
    if (this.#isReasonNext) this.#closedByPeer(readReason(bytes))
    else if (bytes.length === 0) this.#isReasonNext = true
    else if (this.#stage.at === 'closing') return
    else if (bytes.length > this.packetBytesMax) this.close(tooLarge(this.packetBytesMax))
    else this.#handler?.receive(bytes)
  }

  /** Closes because the peer did. Each end that closes hears its own reason, even when both close at once. */
  #closedByPeer(reason: string): void {
    if (this.#stage.at !== 'closing') this.#stage = { at: 'ended', reason }
    this.#hangUp()
  }

  /** Reports the closing, or keeps it for whoever opens the link later. */
  #finish(reason: string): void {
    this.#stage = this.#handler ? { at: 'over' } : { at: 'ended', reason }
    this.#hangUp()
    this.#handler?.closed(reason)
  }

  #hangUp(): void {
    if (this.#hasHungUp) return
    this.#hasHungUp = true
    this.#outlet.hangUp()
  }
}

/** Copies bytes. Not `slice`: of a Node Buffer that is a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

function channelOptions(
  { packetBytesMax, bufferBytesMax }: LinkOptions,
  { headerBytes }: DatagramOutlet,
  takeState: (payload: Uint8Array) => boolean,
): ConstructorParameters<typeof Channels>[0] {
  const messageBytesMax = Math.max(EXPECTED_BYTES, packetBytesMax)
  const heldBytes = Math.max(HELD_BYTES, messageBytesMax)
  return {
    channels: [
      {
        name: 'messages',
        kind: 'reliable-ordered',
        messageBytesMax,
        receiveBytesMax: heldBytes,
        // A closing must find room in a queue that is full.
        queueBytesMax: Math.max(bufferBytesMax, messageBytesMax) + REASON_BYTES_MAX,
        queueMessagesMax: bufferBytesMax + 2,
      },
    ],
    headerBytes,
    inboxBytesMax: heldBytes,
    takeState,
  }
}
