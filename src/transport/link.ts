import { type Readings, ShardlessError } from '../core/index.ts'

/**
 * A link carries packets to one peer and back. It promises nothing but what `isReliable` says; promises are the
 * business of the connection above it.
 *
 *     listenX(options) --accept(link)--> link.open(handler) --receive(packet)--> ... --closed(reason)-->
 *     connectX(url)    ----------------^
 */

/** Hears what a link reports. Called from the platform's event loop, never from inside `send` or `close`. */
export interface LinkHandler {
  /**
   * Takes one whole packet, 1 <= length <= packetBytesMax. The bytes belong to the link again when the call
   * returns: keep a copy, not the view.
   */
  receive(packet: Uint8Array): void
  /**
   * Called exactly once; nothing more is received afterwards.
   *
   * @param reason     for people; empty when the peer gave none
   * @param hasLeft    whether the peer's platform said that it went away: a page that was left or loads itself again
   */
  closed(reason: string, hasLeft?: boolean): void
  /**
   * On links with a state lane: takes one payload of the peer's. @returns whether it was of use; else it counts as
   * lost
   */
  receiveState?(payload: Uint8Array): boolean
  /** On links with a state lane: says what became of a payload that was sent, once for each. */
  settleState?(id: number, isAcknowledged: boolean): void
}

/** A second lane of a link, for state that is never resent: newer state is sent instead. */
export interface StateLane {
  readonly payloadBytesMax: number
  /** What the path bears at present, in bytes per second, headers counted. */
  readonly bytesPerSecond: number
  /** Whether the path takes no more at the moment: skip this turn and send newer state in a later one. */
  readonly isCrowded: boolean
  /**
   * Hands one payload over; the bytes may be reused at once. Payloads of a later turn overtake those of earlier ones,
   * which are then lost.
   *
   * @returns its id, of which `settleState` tells the fate; undefined when it was not taken
   */
  send(payload: Uint8Array, isSameTurn: boolean): number | undefined
}

export interface Link {
  /** True: every packet arrives once and in order, or the link closes. False: packets get lost, repeated, reordered. */
  readonly isReliable: boolean
  /** The largest packet that can be sent, in bytes. */
  readonly packetBytesMax: number
  /** The peer for people: "203.0.113.7:5511". */
  readonly remote: string
  /** What limits per address count by: the peer's host without its port. */
  readonly address: string
  readonly isOpen: boolean
  /** Bytes accepted by `send` that the platform has not yet taken. 0 on datagrams. */
  readonly bufferedBytes: number
  /** The link's state lane, if it has one: packets go in order beside it. */
  readonly state?: StateLane

  /**
   * Notes that the peer has said something that only who hears us can know. For links to addresses that anybody
   * could have forged, which get little until then.
   */
  prove?(): void

  /** Starts delivery. Called once; packets that came before are kept up to a bound and delivered first. */
  open(handler: LinkHandler): void

  /**
   * Hands one packet over; the bytes may be reused at once.
   *
   * @returns false, and nothing is sent, when the link is closed, when the packet is empty or too large, or when
   *          bufferedBytes would pass the bound the link was made with
   */
  send(packet: Uint8Array): boolean

  /**
   * Closes after what was sent has gone out, as far as the peer takes it. The closing is told once; later calls do
   * nothing.
   */
  close(reason: string): void
}

/** Something that accepts links until it is closed. */
export interface Listener {
  /** What a client connects to, with the port really taken: "ws://127.0.0.1:4000". */
  readonly url: string
  /** Tells what the listener counts. */
  measure?(readings: Readings): void
  /** Accepts no more and closes every link it made with `reason`; resolves when the port is free again. */
  close(reason: string): Promise<void>
}

export interface LinkOptions {
  /**
   * The largest packet in bytes, either way. A larger one from the peer closes a stream; on datagrams it is
   * dropped.
   */
  readonly packetBytesMax: number
  /** The most that bufferedBytes may be. */
  readonly bufferBytesMax: number
}

/** Options for connecting. */
export interface ConnectOptions extends Partial<LinkOptions> {
  /** How long to wait for an answer, in ms. Default 5000. */
  readonly connectMs?: number
}

export const defaultConnectMs = 5000

export const defaultLinkOptions: LinkOptions = { packetBytesMax: 65_536, bufferBytesMax: 1_048_576 }

/**
 * Fills in the defaults.
 *
 * @throws `transport/bad-options` if a packet of the largest size could never be sent
 */
export function chooseLinkOptions(options: Partial<LinkOptions>): LinkOptions {
  const { packetBytesMax = defaultLinkOptions.packetBytesMax } = options
  const { bufferBytesMax = Math.max(defaultLinkOptions.bufferBytesMax, packetBytesMax) } = options
  if (packetBytesMax < 1 || packetBytesMax > 0x7fffffff || bufferBytesMax < packetBytesMax) {
    throw new ShardlessError(
      'transport/bad-options',
      `packetBytesMax is ${packetBytesMax} and bufferBytesMax ${bufferBytesMax}; a packet has 1 to 2^31 - 1 bytes ` +
        'and must fit the buffer. Raise bufferBytesMax to at least packetBytesMax.',
    )
  }
  return { packetBytesMax, bufferBytesMax }
}
