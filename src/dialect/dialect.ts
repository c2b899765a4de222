import type { Carriage, Counters } from '../core/index.ts'
import type { AnyGame } from '../world/index.ts'
import type { Conversation } from './conversation.ts'
import type { ServerInformation } from './information.ts'
import type { DialectLimits } from './limits.ts'

/** The limits of bare datagrams: see the transport room for what each does. */
export interface DialectDatagrams {
  readonly packetBytesMax?: number
  readonly peersMax?: number
  readonly unprovenMax?: number
  readonly silenceMs?: number
  readonly unproven?: {
    readonly echo?: number
    readonly bytesPerSecond?: number
    readonly bytesPerSecondInAll?: number
  }
}

/**
 * The risks that an operator must accept before a dialect listens on addresses other than this machine's own:
 * passwords that anyone along the way can read; answers to addresses that are not proven (they can be forged).
 */
export const risks = ['clear-passwords', 'unproven-addresses'] as const
export type Risk = (typeof risks)[number]

/** The other end of a conversation. */
export interface Peer {
  /** The peer's address and port for people to read: "203.0.113.7:5511". */
  readonly remote: string
  /** The peer's host, by which limits count. */
  readonly address: string
  readonly carries: Carriage
  /** The port of ours that it has reached; undefined where none is known. */
  readonly port?: number | undefined
  /** The largest packet or datagram that can be sent, in bytes. */
  readonly packetBytesMax: number
  /** The bytes that were sent and that the link still holds. */
  readonly bufferedBytes: number
  /** @returns false when the link takes no more; the rest of a stream is then useless */
  send(bytes: Uint8Array): boolean
  /**
   * Marks the peer's address as proven: it has sent something that only a receiver of our packets can know, so the
   * limit for unproven addresses no longer applies.
   */
  prove(): void
}

/** The server's side of a conversation: everything that a dialect may use. */
export interface Context {
  readonly game: AnyGame
  /** Returns the server's public information. */
  readonly information: () => ServerInformation
  /** Counts dropped messages by the dialect's own names; shared by all of its conversations. */
  readonly dropped: Counters
  /** Called with errors thrown by the dialect's own code. */
  readonly mistake: (error: unknown) => void
}

/**
 * A protocol that clients speak, with one conversation per peer. `nativeDialect` is ours; `defineDialect` makes one
 * of any other protocol.
 */
export interface Dialect {
  /** The name, in lower-case letters, digits and hyphens: it precedes the scheme, as in "text+tcp://". */
  readonly name: string
  /** The ways its bytes can arrive. The first one applies where a scheme leaves a choice. */
  readonly carries: readonly Carriage[]
  /** The names of the counters for dropped messages. */
  readonly drops?: readonly string[]
  readonly limits?: DialectLimits
  readonly datagrams?: DialectDatagrams
  readonly risks?: readonly Risk[]
  /** The addresses where its clients look for a server when told nothing else: "tcp://127.0.0.1:43594". */
  readonly customary?: readonly string[]
  /**
   * Returns one line for people on how they join with a client of the protocol.
   *
   * @param at  an address as it listens
   */
  readonly howToJoin?: (at: {
    readonly scheme: string
    readonly host: string
    readonly port: number
  }) => string
  /** The WebSocket sub-protocol that its clients request and the server confirms. */
  readonly subprotocol?: string
  begin(peer: Peer, context: Context): Conversation
}
