import type { Carriage, Counters } from '../core/index.ts'
import type { AnyGame } from '../world/index.ts'
import type { Conversation } from './conversation.ts'
import type { ServerInformation } from './information.ts'
import type { DialectLimits } from './limits.ts'

/** The bounds of bare datagrams: the transport room says what each is for. */
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
 * What an operator has to agree to before a dialect is spoken on other than this machine's own addresses: passwords
 * that anybody on the way can read; answers to addresses that have not shown that they are who they say.
 */
export const risks = ['clear-passwords', 'unproven-addresses'] as const
export type Risk = (typeof risks)[number]

/** The other end of a conversation. */
export interface Peer {
  /** For people: "203.0.113.7:5511". */
  readonly remote: string
  /** Its host, which limits count by. */
  readonly address: string
  readonly carries: Carriage
  /** Bytes of the largest packet or datagram that can be sent. */
  readonly packetBytesMax: number
  /** @returns false when the link takes no more; of a stream the rest makes no sense then */
  send(bytes: Uint8Array): boolean
  /** The peer has said something that only who hears us can know: it gets as much as anybody from here on. */
  prove(): void
}

/** What a conversation is held about. */
export interface Context {
  readonly game: AnyGame
  /** What anybody may know of the server. */
  readonly information: () => ServerInformation
  /** What was dropped, by the names that the dialect has for it; shared by all of its conversations. */
  readonly dropped: Counters
  /** Told what the dialect's own code threw. */
  readonly mistake: (error: unknown) => void
}

/**
 * A protocol that players speak: one conversation for each peer. `nativeDialect` is ours; `defineDialect` makes one
 * of a protocol that is not.
 */
export interface Dialect {
  /** Lower-case letters, digits and hyphens: it stands before the scheme, as in "text+tcp://". */
  readonly name: string
  /** How its bytes can come. What stands first is meant where a scheme leaves a choice. */
  readonly carries: readonly Carriage[]
  /** What may be dropped of what is said: names for counters. */
  readonly drops?: readonly string[]
  readonly limits?: DialectLimits
  readonly datagrams?: DialectDatagrams
  readonly risks?: readonly Risk[]
  /** The sub-protocol that its clients ask for over WebSocket, and are told. */
  readonly subprotocol?: string
  begin(peer: Peer, context: Context): Conversation
}
